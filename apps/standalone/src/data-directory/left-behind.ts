import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { startTimeOf } from '@code-router/process-lock';

interface Entry {
  readonly name: string;
  readonly pid: number;
  readonly startedAt: string;
}

const STOP_MS_MAX = 20_000;
const POLL_MS = 50;

/** Remembers the processes of one start in a file, so that the next start can end those that a crash left running. */
export class LeftBehind {
  /** Ends what the last start left, if anything, and begins a new list. */
  static async stopAndForget(path: string): Promise<LeftBehind> {
    const entries = await readEntries(path);
    await Promise.all(entries.map(end));
    await writeFile(path, '[]', { mode: 0o600 });
    return new LeftBehind(path);
  }

  private readonly entries: Entry[] = [];

  private constructor(private readonly path: string) {}

  async add(name: string, pid: number): Promise<void> {
    this.entries.push({ name, pid, startedAt: (await startTimeOf(pid)) ?? '' });
    await writeFile(this.path, JSON.stringify(this.entries), { mode: 0o600 });
  }
}

/** A number that has since gone to another process is left alone. */
async function end(entry: Entry): Promise<void> {
  if (!(await stillRuns(entry))) return;
  process.kill(entry.pid, 'SIGTERM');
  const deadline = Date.now() + STOP_MS_MAX;
  while (await stillRuns(entry)) {
    if (Date.now() > deadline) process.kill(entry.pid, 'SIGKILL');
    await sleep(POLL_MS);
  }
}

async function stillRuns({ pid, startedAt }: Entry): Promise<boolean> {
  return startedAt !== '' && (await startTimeOf(pid)) === startedAt;
}

async function readEntries(path: string): Promise<readonly Entry[]> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as readonly Entry[];
  } catch {
    // There was no start before, or it was cut short while it wrote.
    return [];
  }
}
