import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { EmbeddedPostgres } from '@code-router/postgres';
import { freePort } from '../processes/free-port.js';
import { temporaryDirectory } from '../processes/temporary-directory.js';
import { startNatsServer } from '../servers/nats-server.js';
import { startRedisServer } from '../servers/redis-server.js';
import { ADMIN_PASSWORD, type RunningSystem, type SystemOptions } from './running-system.js';
import { startServices, type ServicesOptions } from './services.js';

export interface DistributedOptions extends SystemOptions {
  /** A PostgreSQL that runs already; one of its own when absent. */
  readonly databaseUrl?: string;
  /** A NATS server that runs already; one of its own when absent. */
  readonly natsUrl?: string;
  /** A Redis server that runs already; one of its own when absent. */
  readonly redisUrl?: string;
  /** How many processes there are of a service, 1 where it is absent. */
  readonly replicas?: ServicesOptions['replicas'];
}

/** The distributed form, always with all three servers. */
export type DistributedSystem = RunningSystem & {
  readonly natsUrl: string;
  readonly redisUrl: string;
  /** Where each process serves HTTP, by its name. */
  readonly urls: Readonly<Record<string, string>>;
};

/** Starts the processes of the distributed form from the build, and the servers that were not given. */
export async function startDistributed(options: DistributedOptions = {}): Promise<DistributedSystem> {
  const dataDirectory = options.dataDirectory ?? (await temporaryDirectory('distributed'));
  const resources = new AsyncDisposableStack();
  if (!options.dataDirectory) resources.defer(() => rm(dataDirectory, { recursive: true, force: true }));
  try {
    const servers = await startServers(options, dataDirectory, resources);
    const port = await freePort();
    const services = await startServices({
      ...servers,
      dataDirectory,
      gateway: { host: '127.0.0.1', port },
      ...(options.replicas ? { replicas: options.replicas } : {}),
      environment: {
        CODE_ROUTER_ADMIN_PASSWORD: ADMIN_PASSWORD,
        CODE_ROUTER_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
        ...options.environment,
      },
      onLine: options.onLine,
    });
    resources.defer(() => services.stopAll());
    return {
      ...servers,
      urls: services.urls,
      baseUrl: `http://127.0.0.1:${port}`,
      adminPassword: options.environment?.['CODE_ROUTER_ADMIN_PASSWORD'] ?? ADMIN_PASSWORD,
      dataDirectory,
      get processes() {
        return services.pids;
      },
      kill: (name) => services.kill(name),
      terminate: (name) => services.terminate(name),
      restart: (name, settings) => services.start(name, settings),
      stop: () => resources.disposeAsync(),
    };
  } catch (error) {
    await resources.disposeAsync();
    throw error;
  }
}

async function startServers(
  options: DistributedOptions,
  dataDirectory: string,
  resources: AsyncDisposableStack,
): Promise<{ databaseUrl: string; natsUrl: string; redisUrl: string }> {
  const start = async (
    given: string | undefined,
    name: string,
    open: (directory: string) => Promise<{ readonly url: string; stop(): Promise<void> }>,
  ): Promise<string> => {
    if (given) return given;
    const directory = join(dataDirectory, name);
    await mkdir(directory, { recursive: true });
    const server = await open(directory);
    resources.defer(() => server.stop());
    return server.url;
  };
  // One after the other: what has started is known when the next one fails.
  const natsUrl = await start(options.natsUrl, 'nats', (directory) => startNatsServer({ directory }));
  const redisUrl = await start(options.redisUrl, 'redis', (directory) => startRedisServer({ directory }));
  const databaseUrl = await start(options.databaseUrl, 'postgresql', (directory) =>
    EmbeddedPostgres.start({ directory }),
  );
  return { databaseUrl, natsUrl, redisUrl };
}
