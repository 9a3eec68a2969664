import { spawn } from 'node:child_process';
import { open, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Placement } from './placement.js';
import type { ServerAccount } from './server-account.js';

export interface ServerSettings {
  readonly port: number;
  /** False gives up safety from power failure for speed. A commit still survives the end of any process. */
  readonly durable: boolean;
  readonly connectionsMax: number;
}

const LOG_BYTES_MAX = 32 * 1024 * 1024;

export interface LaunchedServer {
  readonly pid: number;
  /** Resolves when the server has ended, for whatever reason. */
  readonly ended: Promise<void>;
  /** Where in the log this start begins. */
  readonly logOffset: number;
}

/** Starts the server; it is not ready yet. */
export async function launch(
  { programs, home }: Placement,
  account: ServerAccount | undefined,
  logPath: string,
  settings: ServerSettings,
): Promise<LaunchedServer> {
  const logOffset = await startLog(logPath);
  // The server inherits the open file, so it can write a log in a directory that its account may not enter.
  const log = await open(logPath, 'a', 0o600);
  try {
    const child = spawn(
      join(programs, 'bin', 'postgres'),
      ['-D', join(home, 'cluster'), ...configuration(settings).flatMap((setting) => ['-c', setting])],
      {
        cwd: '/',
        detached: true,
        stdio: ['ignore', log.fd, log.fd],
        env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
        ...account,
      },
    );
    const ended = new Promise<void>((resolveEnded) => child.once('exit', () => resolveEnded()));
    await new Promise<void>((resolveSpawned, reject) => {
      child.once('spawn', resolveSpawned);
      child.once('error', reject);
    });
    child.unref();
    return { pid: child.pid ?? 0, ended, logOffset };
  } finally {
    await log.close();
  }
}

function configuration({ port, durable, connectionsMax }: ServerSettings): readonly string[] {
  return [
    'listen_addresses=127.0.0.1',
    `port=${port}`,
    // No socket files: their path has a limit of about 100 bytes, which deep data directories exceed.
    'unix_socket_directories=',
    `max_connections=${connectionsMax}`,
    'shared_buffers=128MB',
    'timezone=UTC',
    'log_timezone=UTC',
    // Statements here are short; compiling them costs more than it saves.
    'jit=off',
    'synchronous_commit=on',
    ...(durable ? ['fsync=on', 'full_page_writes=on'] : ['fsync=off', 'full_page_writes=off']),
  ];
}

/** The log goes on in the file of the last start; a large one is kept once, under another name. */
async function startLog(path: string): Promise<number> {
  const size = (await stat(path).catch(() => undefined))?.size ?? 0;
  if (size <= LOG_BYTES_MAX) return size;
  await rename(path, `${path}.old`);
  return 0;
}
