import { rm } from 'node:fs/promises';
import { Client } from 'pg';
import {
  CrashableServer,
  createTestDatabase,
  startDistributed,
  startNatsServer,
  startRedisServer,
  temporaryDirectory,
  testServers,
  type DistributedOptions,
  type DistributedSystem,
} from '@code-router/testing';

/** The distributed form, on servers that can go away while it runs. */
export interface BreakableSystem extends DistributedSystem {
  readonly nats: CrashableServer;
  readonly redis: CrashableServer;
  /** Ends every connection to the database, and takes no new ones. */
  takeDatabaseAway(): Promise<void>;
  bringDatabaseBack(): Promise<void>;
}

export async function startBreakable(options: DistributedOptions): Promise<BreakableSystem> {
  const resources = new AsyncDisposableStack();
  try {
    const folder = await temporaryDirectory('servers');
    resources.defer(() => rm(folder, { recursive: true, force: true }));
    const database = await createTestDatabase();
    resources.defer(() => database.drop());
    const nats = await CrashableServer.start(startNatsServer, folder, 'nats');
    resources.defer(() => nats.stop());
    const redis = await CrashableServer.start(startRedisServer, folder, 'redis');
    resources.defer(() => redis.stop());
    const servers = { databaseUrl: database.url, natsUrl: nats.url, redisUrl: redis.url };
    const system = await startDistributed({ ...options, ...servers });
    resources.defer(() => system.stop());
    const name = new URL(database.url).pathname.slice(1);
    return {
      ...system,
      get processes() {
        return system.processes;
      },
      nats,
      redis,
      async takeDatabaseAway() {
        await administer(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
        await administer(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`);
      },
      bringDatabaseBack: () => administer(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`),
      stop: () => resources.disposeAsync(),
    };
  } catch (error) {
    await resources.disposeAsync();
    throw error;
  }
}

async function administer(sql: string): Promise<void> {
  const client = new Client({ connectionString: testServers().databaseUrl });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
