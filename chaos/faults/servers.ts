import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { Fault, Mend } from './fault.js';

const SERVERS = ['nats', 'redis', 'postgres'] as const;

function killServer(server: (typeof SERVERS)[number]): Fault {
  return {
    name: `kill ${server}`,
    strike: async ({ system, outageMs }) => {
      await system[server].crash();
      await sleep(outageMs);
      return () => system[server].restart();
    },
  };
}

/**
 * NATS loses what it acknowledged since a moment before: the power was cut, and its disk had not been told. Whatever the
 * services made of those messages meanwhile stays made. A consumer of somebody else's is slow, and has read none of them.
 */
export const ROLL_BACK_NATS: Fault = {
  name: 'roll nats back',
  strike: async ({ system: { nats }, events, outageMs }) => {
    await events.pause();
    await nats.keepCopy();
    await sleep(outageMs);
    const restart = await rolledBack(nats);
    return async () => {
      await restart();
      events.resume();
    };
  },
};

/** The same while usage-log is away: of what is lost, it has seen nothing. */
export const ROLL_BACK_NATS_UNREAD: Fault = {
  name: 'roll nats back before usage-log reads',
  strike: async ({ system: { nats, services }, outageMs }) => {
    const readers = services.replicasOf('usage-log');
    await Promise.all(readers.map((reader) => services.kill(reader)));
    await nats.keepCopy();
    await sleep(outageMs);
    const restart = await rolledBack(nats);
    return async () => {
      await restart();
      for (const reader of readers) services.bringBack(reader);
      await services.waitUntilReady(readers);
    };
  },
};

/** Redis comes back without anything in it, jobs included. */
export const EMPTY_REDIS: Fault = {
  name: 'empty redis',
  strike: async ({ system: { redis } }) => {
    const client = new Redis(redis.url, { lazyConnect: true, maxRetriesPerRequest: 3 });
    client.on('error', () => undefined);
    await client.connect();
    try {
      await client.flushall();
    } finally {
      client.disconnect();
    }
    return async () => undefined;
  },
};

/** The same while nobody works the jobs off, so that there are some to lose. */
export const EMPTY_REDIS_WITH_JOBS: Fault = {
  name: 'empty redis with jobs in it',
  strike: async (scene) => {
    const { services } = scene.system;
    const workers = services.replicasOf('usage-log-worker');
    await Promise.all(workers.map((worker) => services.kill(worker)));
    await sleep(scene.outageMs);
    await EMPTY_REDIS.strike(scene);
    return async () => {
      for (const worker of workers) services.bringBack(worker);
      await services.waitUntilReady(workers);
    };
  },
};

export const SERVER_FAULTS: readonly Fault[] = [
  ...SERVERS.map(killServer),
  ROLL_BACK_NATS,
  ROLL_BACK_NATS_UNREAD,
  EMPTY_REDIS,
  EMPTY_REDIS_WITH_JOBS,
];

async function rolledBack(nats: {
  crash(): Promise<void>;
  restoreCopy(): Promise<void>;
  restart(): Promise<void>;
}): Promise<Mend> {
  await nats.crash();
  await nats.restoreCopy();
  return () => nats.restart();
}
