import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { SettingsError } from '@code-router/config';

/** The process that holds a lock: its number comes again, but never together with the time at which it started. */
interface Holder {
  readonly pid: number;
  readonly startedAt: string;
}

/** A file that says which process uses something. One that a killed process left behind does not count. */
export class ProcessLock {
  /**
   * @param subject what is locked, for the error.
   * @throws SettingsError when a living process holds it.
   */
  static async acquire(path: string, subject: string): Promise<ProcessLock> {
    const content = JSON.stringify({ pid: process.pid, startedAt: (await startTimeOf(process.pid)) ?? '' });
    for (;;) {
      if (await createWhole(path, content)) return new ProcessLock(path, content);
      const found = await readFile(path, 'utf8').catch(() => '');
      const holder = parseHolder(found);
      if (holder && (await isRunning(holder))) {
        throw new SettingsError(
          `${subject} is in use by process ${holder.pid}. Stop that one, or set CODE_ROUTER_DATA_DIR to another directory.`,
        );
      }
      await discard(path, found);
    }
  }

  private constructor(
    private readonly path: string,
    private readonly content: string,
  ) {}

  async release(): Promise<void> {
    if ((await readFile(this.path, 'utf8').catch(() => '')) === this.content) await rm(this.path, { force: true });
  }
}

/** @returns false when there is one. Nobody ever sees it without its content, which would look like a stale one. */
async function createWhole(path: string, content: string): Promise<boolean> {
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, content, { mode: 0o600 });
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  } finally {
    await rm(draft, { force: true });
  }
}

/**
 * Removes a lock whose holder is gone. Two processes may find it together, and the slower one must not remove what the
 * faster one has put in its place: so it is moved away first, and put back when it was not the one that was found.
 */
async function discard(path: string, found: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  const moved = await readFile(aside, 'utf8');
  if (moved === found) await rm(aside, { force: true });
  else await rename(aside, path);
}

async function isRunning(holder: Holder): Promise<boolean> {
  const startedAt = await startTimeOf(holder.pid);
  return startedAt !== undefined && startedAt === holder.startedAt;
}

/** In the system's own form, only good to be compared. @returns undefined when there is no such process. */
export async function startTimeOf(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') {
    const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    // The name, in parentheses, may itself contain spaces. After it, the state is field 3 and the start time field 22.
    const fields = status.slice(status.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  }
  const { stdout } = await promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)]).catch(() => ({
    stdout: '',
  }));
  return stdout.trim() || undefined;
}

function parseHolder(text: string): Holder | undefined {
  try {
    const { pid, startedAt } = JSON.parse(text) as Partial<Holder>;
    return typeof pid === 'number' && typeof startedAt === 'string' ? { pid, startedAt } : undefined;
  } catch {
    return undefined;
  }
}
