import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { EmbeddedPostgres } from '@code-router/postgres';
import { freePort } from '../processes/free-port.js';
import { temporaryDirectory } from '../processes/temporary-directory.js';
import { startBuiltProgram } from './built-program.js';
import { ProcessGroup } from './process-group.js';
import { ADMIN_PASSWORD, type RunningSystem, type SystemOptions } from './running-system.js';

export interface StandaloneOptions extends SystemOptions {
  /** A PostgreSQL that runs already; the embedded one when absent. */
  readonly databaseUrl?: string;
  /** Where it listens, when that must be known before; a free port when absent. */
  readonly port?: number;
}

export type StandaloneSystem = RunningSystem & {
  /** The key that the banner shows; it belongs to an account with credit. */
  readonly demoKey: string;
};

/** Starts the standalone form from the build. */
export async function startStandalone(options: StandaloneOptions = {}): Promise<StandaloneSystem> {
  const dataDirectory = options.dataDirectory ?? (await temporaryDirectory('standalone'));
  const postgresDirectory = join(dataDirectory, 'postgresql');
  const port = options.port ?? (await freePort());
  const baseUrl = `http://127.0.0.1:${port}`;
  const { onLine } = options;
  const group = new ProcessGroup({
    standalone: () =>
      startBuiltProgram({
        name: 'standalone',
        file: 'apps/standalone/src/main.js',
        baseUrl,
        readyLine: /^Code Router is ready/,
        environment: {
          CODE_ROUTER_ADMIN_PASSWORD: ADMIN_PASSWORD,
          DATABASE_URL: options.databaseUrl,
          CODE_ROUTER_DATA_DIR: dataDirectory,
          HOST: '127.0.0.1',
          PORT: String(port),
          ...options.environment,
        },
        onLine: onLine && ((line) => onLine('standalone', line)),
      }),
  });
  let wasReady = false;
  const stop = async (): Promise<void> => {
    await group.stopAll();
    // A process that was killed leaves its PostgreSQL behind. A start that was refused because another process uses the
    // folder must not stop that one's.
    if (!options.databaseUrl && (wasReady || !options.dataDirectory))
      await EmbeddedPostgres.stopLeftBehind(postgresDirectory);
    if (!options.dataDirectory) await rm(dataDirectory, { recursive: true, force: true });
  };
  try {
    await group.startAll();
    wasReady = true;
    return {
      baseUrl,
      adminPassword: options.environment?.['CODE_ROUTER_ADMIN_PASSWORD'] ?? ADMIN_PASSWORD,
      demoKey: (await readFile(join(dataDirectory, 'demo-key'), 'utf8')).trim(),
      databaseUrl: options.databaseUrl ?? (await EmbeddedPostgres.urlOf(postgresDirectory)),
      dataDirectory,
      get processes() {
        return group.pids;
      },
      kill: (name) => group.kill(name),
      terminate: (name) => group.terminate(name),
      restart: (name) => group.start(name),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
