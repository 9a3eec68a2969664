import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Infrastructure } from '@code-router/config';
import {
  createTestDatabase,
  startNatsServer,
  temporaryDirectory,
  waitFor,
  type LocalServer,
  type TestDatabase,
} from '@code-router/testing';
import { eventsOf } from './messaging/usage-queue.js';
import { redisUrl, startUsageLog, type RunningUsageLog } from './testing/running-usage-log.js';
import { eventOf, usageData } from './testing/usage-samples.js';

const QUEUE_MAX = 3;
/** What the consumer hands over together, and what JetStream gives it at most before that is acknowledged. */
const BATCH_MAX = 1_024;
const ON_HAND_MAX = 8 * BATCH_MAX;
/** More than all that may leave the event log when nobody records. */
const FLOOD = QUEUE_MAX * BATCH_MAX + ON_HAND_MAX + 200;
const MORE = 300;

let nats: LocalServer;
let folder: string;

beforeAll(async () => {
  process.env['CODE_ROUTER_USAGE_QUEUE_MAX'] = String(QUEUE_MAX);
  folder = await temporaryDirectory('back-pressure');
});

afterAll(async () => {
  delete process.env['CODE_ROUTER_USAGE_QUEUE_MAX'];
  await rm(folder, { recursive: true, force: true });
});

describe.each([
  ['Redis', 10],
  ['PostgreSQL', undefined],
])('usage whose workers stand still, with the queue in %s', (backend, redisDatabase) => {
  let database: TestDatabase;
  let infrastructure: Infrastructure;
  let consumer: RunningUsageLog;
  let worker: RunningUsageLog | undefined;

  beforeAll(async () => {
    database = await createTestDatabase();
    nats = await startNatsServer({ directory: `${folder}/${backend}` });
    infrastructure = {
      databaseUrl: database.url,
      natsUrl: nats.url,
      redisUrl: redisDatabase === undefined ? undefined : redisUrl(redisDatabase),
    };
    consumer = await startUsageLog(infrastructure, 'consumer');
  });

  afterAll(async () => {
    await consumer?.queue.obliterate({ force: true });
    await worker?.stop();
    await consumer?.stop();
    await nats?.stop();
    await database?.drop();
  });

  const publish = (accountId: string, count: number) =>
    Promise.all(Array.from({ length: count }, () => consumer.eventLog.publish(eventOf(usageData({ accountId })))));

  const recorded = async (accountId: string): Promise<number> => {
    const [row] = await consumer.dataSource.query<{ records: string }[]>(
      'SELECT count(*) AS records FROM usage_records WHERE account_id = $1',
      [accountId],
    );
    return Number(row?.records);
  };

  const reading = async () => {
    const lag = (await consumer.eventLog.lags()).find(({ name }) => name === 'usage-log');
    return { pending: lag?.pending ?? 0, onHand: lag?.ackPending ?? 0 };
  };

  const inJobs = async () => {
    const jobs = await consumer.queue.getWaiting();
    return { jobs: jobs.length, events: jobs.reduce((sum, { data }) => sum + eventsOf(data).count, 0) };
  };

  it('stays in the event log beyond the bound of the queue, and is all recorded once they go on', async () => {
    const accountId = randomUUID();
    worker = await startUsageLog(infrastructure, 'worker');
    await publish(accountId, 10);
    await waitFor(async () => (await recorded(accountId)) === 10, { what: 'the first to be recorded' });
    await worker.stop();
    worker = undefined;

    await publish(accountId, FLOOD);
    await waitFor(async () => (await inJobs()).jobs === QUEUE_MAX, { what: 'the queue to be full' });
    // Then each event is in one place: what became a job is acknowledged, and nothing else is on its way.
    const full = await waitFor(
      async () => {
        const { pending, onHand } = await reading();
        const { events } = await inJobs();
        return onHand === ON_HAND_MAX && pending + onHand + events === FLOOD ? { pending, events } : undefined;
      },
      { what: 'the consumer to stand still', timeoutMs: 30_000 },
    );
    // Of these it takes none.
    await publish(accountId, MORE);
    expect(await reading()).toEqual({ pending: full.pending + MORE, onHand: ON_HAND_MAX });
    expect(await inJobs()).toEqual({ jobs: QUEUE_MAX, events: full.events });
    expect(await recorded(accountId)).toBe(10);

    worker = await startUsageLog(infrastructure, 'worker');
    await waitFor(async () => (await recorded(accountId)) === 10 + FLOOD + MORE, {
      what: 'all to be recorded',
      timeoutMs: 120_000,
    });
    await waitFor(
      async () => {
        const left = await reading();
        return left.pending === 0 && left.onHand === 0;
      },
      { what: 'all to be acknowledged', timeoutMs: 30_000 },
    );
  }, 240_000);
});
