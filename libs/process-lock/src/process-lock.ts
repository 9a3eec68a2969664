import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { link, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';

/** The process that holds a lock: its number comes again, but never together with the time at which it started. */
interface Holder {
  readonly pid: number;
  readonly startedAt: string;
}

/** A living process holds the lock. */
export class LockHeldError extends Error {
  override readonly name = 'LockHeldError';

  constructor(readonly pid: number) {
    super(`The lock is held by process ${pid}.`);
  }
}

/**
 * A file that says which process uses something. One that a killed process left behind does not count.
 *
 * Files are numbered, and a number is taken once: whoever finds only stale ones takes the next number, which one process
 * alone can. Taking over by removing the stale file would race, since the slower of two would remove the faster one's.
 */
export class ProcessLock {
  /**
   * @param path of the lock; its files have a number added.
   * @throws LockHeldError when a living process holds it.
   */
  static async acquire(path: string): Promise<ProcessLock> {
    const content = JSON.stringify({ pid: process.pid, startedAt: (await startTimeOf(process.pid)) ?? '' });
    for (;;) {
      const found = await locksOf(path);
      refuseLiving(found);
      const mine = `${path}.${Math.max(0, ...found.map(({ number }) => number)) + 1}`;
      if (!(await createWhole(mine, content))) continue;
      try {
        // Somebody may have begun again at the first number, if the lock was released in between.
        const others = (await locksOf(path)).filter((lock) => lock.path !== mine);
        refuseLiving(others);
        await Promise.all(others.map((stale) => rm(stale.path, { force: true })));
        return new ProcessLock(mine);
      } catch (error) {
        await rm(mine, { force: true });
        throw error;
      }
    }
  }

  private constructor(private readonly path: string) {}

  async release(): Promise<void> {
    await rm(this.path, { force: true });
  }
}

interface FoundLock {
  readonly path: string;
  readonly number: number;
  readonly pid: number | undefined;
  readonly isLiving: boolean;
}

async function locksOf(path: string): Promise<readonly FoundLock[]> {
  const name = `${basename(path)}.`;
  const files = (await readdir(dirname(path))).filter((file) => file.startsWith(name));
  const numbered = files.map((file) => ({ file, number: Number(file.slice(name.length)) }));
  return Promise.all(
    numbered
      .filter(({ number }) => Number.isInteger(number))
      .map(async ({ file, number }) => {
        const lock = join(dirname(path), file);
        const holder = parseHolder(await readFile(lock, 'utf8').catch(() => ''));
        const isLiving = holder !== undefined && (await isRunning(holder));
        return { path: lock, number, pid: holder?.pid, isLiving };
      }),
  );
}

function refuseLiving(locks: readonly FoundLock[]): void {
  const living = locks.find(({ isLiving }) => isLiving);
  if (living?.pid !== undefined) throw new LockHeldError(living.pid);
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
