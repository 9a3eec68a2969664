import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { EmbeddedPostgres } from '@code-router/postgres';
import { temporaryDirectory } from '../processes/temporary-directory.js';
import { startNatsServer } from './nats-server.js';
import { startRedisServer } from './redis-server.js';

/** The addresses of the servers that a test run shares. */
export interface TestServers {
  readonly databaseUrl: string;
  readonly natsUrl: string;
  readonly redisUrl: string;
}

/**
 * The servers of this test run.
 *
 * @throws Error outside of a test run.
 */
export function testServers(): TestServers {
  return {
    databaseUrl: required('TEST_DATABASE_URL'),
    natsUrl: required('TEST_NATS_URL'),
    redisUrl: required('TEST_REDIS_URL'),
  };
}

/** Starts PostgreSQL, NATS with JetStream and Redis in a temporary folder, for one test run. */
export async function startTestServers(): Promise<TestServers & { stop(): Promise<void> }> {
  const directory = await temporaryDirectory('test-servers');
  const started: { stop(): Promise<void> }[] = [];
  const stop = async () => {
    await Promise.allSettled(started.map((server) => server.stop()));
    await rm(directory, { recursive: true, force: true });
  };
  const keep = async <Server extends { stop(): Promise<void> }>(starting: Promise<Server>): Promise<Server> => {
    const server = await starting;
    started.push(server);
    return server;
  };
  const [nats, redis] = [join(directory, 'nats'), join(directory, 'redis')];
  await Promise.all([mkdir(nats), mkdir(redis)]);
  const results = await Promise.allSettled([
    // Test files run side by side, each with pools of its own.
    keep(EmbeddedPostgres.start({ directory: join(directory, 'postgresql'), durable: false, connectionsMax: 300 })),
    keep(startNatsServer({ directory: nats })),
    keep(startRedisServer({ directory: redis })),
  ]);
  const [postgres, natsServer, redisServer] = results;
  if (postgres.status === 'fulfilled' && natsServer.status === 'fulfilled' && redisServer.status === 'fulfilled') {
    return {
      databaseUrl: postgres.value.url,
      natsUrl: natsServer.value.url,
      redisUrl: redisServer.value.url,
      stop,
    };
  }
  await stop();
  throw results.find((result) => result.status === 'rejected')?.reason;
}

function required(variable: string): string {
  const value = process.env[variable];
  if (!value) throw new Error(`${variable} is not set: run this through npm test, which starts the servers`);
  return value;
}
