import { readdir, readFile } from 'node:fs/promises';
import { RUN_ID_VARIABLE, waitFor } from '@code-router/testing';

/** Enough for a standalone process to drain and to stop its PostgreSQL. */
const STOP_MS_MAX = 30_000;

/**
 * Ends the programs that the tests of this run started and did not stop, because a test failed or was killed. They are
 * known by the run's id in their environment; where there is no /proc to read it from, nothing is ended.
 */
export async function stopLeftovers(runId: string): Promise<void> {
  if (!runId) return;
  const leftovers = await processesOf(runId);
  for (const pid of leftovers) signal(pid, 'SIGTERM');
  try {
    await waitFor(async () => (await processesOf(runId)).length === 0, { timeoutMs: STOP_MS_MAX });
  } catch {
    for (const pid of await processesOf(runId)) signal(pid, 'SIGKILL');
  }
}

async function processesOf(runId: string): Promise<readonly number[]> {
  const entries = await readdir('/proc').catch(() => []);
  const pids = entries.filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid).map(Number);
  const owned = await Promise.all(pids.map(async (pid) => ((await belongsTo(pid, runId)) ? [pid] : [])));
  return owned.flat();
}

async function belongsTo(pid: number, runId: string): Promise<boolean> {
  const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
  return environment.split('\0').includes(`${RUN_ID_VARIABLE}=${runId}`);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended by itself.
  }
}
