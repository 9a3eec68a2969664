import { readFile, readlink, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { runProgram } from './run-program.js';

/** How long a fast shutdown may take: it rolls open transactions back and writes a checkpoint. */
const FAST_SHUTDOWN_MS_MAX = 20_000;

/** After SIGQUIT PostgreSQL itself kills what has not ended after five seconds. */
const IMMEDIATE_SHUTDOWN_MS_MAX = 10_000;

const POLL_MS = 20;

/**
 * Stops the server of a cluster, if one runs, whoever started it: one is left behind when the process that started it
 * was killed. Open transactions are rolled back; when that takes too long the server ends at once, and recovers at its
 * next start.
 *
 * @throws EmbeddedPostgresError when it cannot be stopped.
 */
export async function stopPostmaster(cluster: string): Promise<void> {
  const pid = await findPostmaster(cluster);
  if (pid === undefined) return;
  process.kill(pid, 'SIGINT');
  if (await ended(pid, FAST_SHUTDOWN_MS_MAX)) return;
  process.kill(pid, 'SIGQUIT');
  if (await ended(pid, IMMEDIATE_SHUTDOWN_MS_MAX)) return;
  throw new EmbeddedPostgresError(`PostgreSQL (process ${pid}) holds ${cluster} and does not stop. End it by hand.`);
}

/**
 * The process that serves the cluster. Its pid file may be left from a crash, and its number may since have gone to
 * another process, which must not be touched.
 */
export async function findPostmaster(cluster: string): Promise<number | undefined> {
  const pidFile = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number.parseInt(pidFile, 10);
  if (!(pid > 1) || !(await isAlive(pid))) return undefined;
  return (await serves(pid, cluster)) ? pid : undefined;
}

async function serves(pid: number, cluster: string): Promise<boolean> {
  if (process.platform === 'linux') {
    // The postmaster makes the cluster its current folder.
    return (await readlink(`/proc/${pid}/cwd`).catch(() => '')) === (await realpath(cluster));
  }
  const { output } = await runProgram('ps', ['-o', 'command=', '-p', String(pid)]);
  return output.includes(cluster);
}

async function ended(pid: number, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (await isAlive(pid)) {
    if (Date.now() > deadline) return false;
    await sleep(POLL_MS);
  }
  return true;
}

async function isAlive(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  // In containers often nobody collects ended processes; such a zombie has stopped for all that matters here.
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return !/\) [ZX] /.test(status);
}
