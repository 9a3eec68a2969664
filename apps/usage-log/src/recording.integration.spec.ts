import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Job } from 'bullmq';
import { UsageLogMessages, type UsageData, type UsageEvent } from '@code-router/contracts';
import type { Infrastructure } from '@code-router/config';
import { createTestDatabase, waitFor, type TestDatabase } from '@code-router/testing';
import { eventsOf, type UsageJob } from './messaging/usage-queue.js';
import { keptAndComputedRollups, redisUrl, startUsageLog, type RunningUsageLog } from './testing/running-usage-log.js';
import { eventOf, failedUsageData, usageData } from './testing/usage-samples.js';

describe.each([
  ['PostgreSQL', undefined],
  ['Redis', 11],
])('with BullMQ on %s', (_backend, redisDatabase) => {
  let database: TestDatabase;
  let infrastructure: Infrastructure;
  let usageLog: RunningUsageLog;

  beforeAll(async () => {
    database = await createTestDatabase();
    infrastructure = {
      databaseUrl: database.url,
      redisUrl: redisDatabase === undefined ? undefined : redisUrl(redisDatabase),
    };
    usageLog = await startUsageLog(infrastructure);
  });

  afterAll(async () => {
    await usageLog?.queue.obliterate({ force: true });
    await usageLog?.stop();
    await database?.drop();
  });

  const publish = (usages: readonly UsageData[]) =>
    Promise.all(usages.map((usage) => usageLog.eventLog.publish(eventOf(usage))));

  const recordsOf = async (accountId: string) => {
    const { items } = await usageLog.client.request(UsageLogMessages.listRecords, { accountId, limit: 200 });
    return items;
  };

  const untilRecorded = (accountId: string, count: number) =>
    waitFor(async () => (await recordsOf(accountId)).length === count, { what: `${count} records of ${accountId}` });

  const expectRollupsToAgree = async () => {
    for (const granularity of ['hour', 'day'] as const) {
      const { kept, computed } = await keptAndComputedRollups(usageLog.dataSource, granularity);
      expect(kept).toEqual(computed);
      expect(kept.length).toBeGreaterThan(0);
    }
  };

  const enqueue = (events: readonly unknown[]) => usageLog.queue.add('record-batch', { events });

  it('keeps every published usage exactly as it was published', async () => {
    const accountId = randomUUID();
    const usages = [
      usageData({ accountId, completedAt: '2026-03-01T10:00:00.003Z' }),
      failedUsageData({ accountId, completedAt: '2026-03-01T10:00:00.002Z' }),
      usageData({
        accountId,
        outcome: 'orphaned',
        completedAt: '2026-03-01T10:00:00.001Z',
        amountNanos: '9007199254740993',
        multiplierMillionths: '1000000000000',
        tokens: { inputAudio: 7, outputAudio: 9, cacheWrite5m: 1, cacheWrite1h: 2, inputImage: 3 },
      }),
      // What means something to a database that reads lines.
      usageData({
        accountId,
        completedAt: '2026-03-01T10:00:00.000Z',
        keyName: String.raw`\N`,
        modelServed: String.raw`\.`,
        channelName: 'tab\t, "line"\r\n, back\\slash',
        userAgent: 'Zürich 🚀 \\t',
        finishReason: '',
        tries: [{ channelId: 'c', channelName: 'a\\b\n"c"\t', result: 'answered', httpStatus: 200, durationMs: 1 }],
      }),
    ];
    await publish(usages);
    await untilRecorded(accountId, 4);

    const expected = usages.map((usage) => ({ ...usage, id: usage.reservationId, recordedAt: expect.any(String) }));
    expect(await recordsOf(accountId)).toEqual(expected);
  });

  it('counts an event once, however often and in whatever batches it is delivered', async () => {
    const accountId = randomUUID();
    const usages = Array.from({ length: 40 }, (_, index) =>
      (index % 5 === 0 ? failedUsageData : usageData)({
        accountId,
        keyId: `key-${index % 3}`,
        completedAt: new Date(Date.UTC(2026, 2, 1, 23, 40 + index)).toISOString(),
      }),
    );
    const events = usages.map(eventOf);
    await publish(usages);
    await enqueue([...events, ...events.slice(0, 10)]);
    await enqueue(events.toReversed());
    await untilRecorded(accountId, 40);
    await usageLog.untilWorkedOff();
    const recorded = await recordsOf(accountId);
    await expectRollupsToAgree();

    await enqueue(events);
    await usageLog.untilWorkedOff();
    expect(await recordsOf(accountId)).toEqual(recorded);
    await expectRollupsToAgree();
  });

  it('records what failed at first, when the database is there again', async () => {
    const accountId = randomUUID();
    await usageLog.dataSource.query('ALTER TABLE usage_hourly RENAME TO usage_hourly_away');
    await publish([usageData({ accountId })]);
    await waitFor(async () => (await usageLog.queue.getDelayedCount()) === 1, { what: 'the first attempt to fail' });
    expect(await recordsOf(accountId)).toEqual([]);
    // However often: a database that is away for a day makes no dead letters, and its jobs count as waiting.
    for (let attempts = 1; attempts < 12; attempts += 1) {
      const [job] = await waitFor(
        async () => {
          const delayed = await usageLog.queue.getDelayed();
          return delayed[0]?.attemptsMade === attempts ? delayed : undefined;
        },
        { what: `attempt ${attempts} to fail` },
      );
      expect(job!.delay).toBeLessThanOrEqual(30_000);
      await job!.promote().catch(() => undefined);
    }
    await waitFor(async () => (await usageLog.queue.getDelayedCount()) === 1, { what: 'the last attempt to fail' });
    expect(await usageLog.queue.getFailedCount()).toBe(0);

    const [waiting] = await usageLog.queue.getDelayed();
    await usageLog.dataSource.query('ALTER TABLE usage_hourly_away RENAME TO usage_hourly');
    await waiting?.promote();
    await untilRecorded(accountId, 1);
    await expectRollupsToAgree();
  });

  it('records the rest of a batch and keeps what it cannot record, with the reason, for a replay', async () => {
    const accountId = randomUUID();
    const good = [usageData({ accountId }), usageData({ accountId })].map(eventOf);
    const unreadable = eventOf(usageData({ accountId, amountNanos: '1.5', httpStatus: -1 }));
    const noEvent = { hello: 'world' };
    const batch = [good[0], unreadable, noEvent, null, good[1]];
    await enqueue(batch);
    await enqueue(batch);
    await untilRecorded(accountId, 2);
    await usageLog.untilWorkedOff();

    const failed = await usageLog.queue.getFailed();
    const reasons = failed.map((job) => [[...eventsOf(job.data).read()], job.failedReason]);
    expect(reasons).toHaveLength(3);
    expect(reasons).toEqual(
      expect.arrayContaining([
        [[unreadable], 'data.amountNanos is not usable; data.httpStatus is not usable'],
        [[noEvent], 'the event has no data'],
        [[null], 'the event has no data'],
      ]),
    );

    // A dead letter that is repaired is recorded by the next attempt.
    const repaired = failed.find(
      ({ data }) => 'events' in data && (data.events[0] as UsageEvent | null)?.id === unreadable.id,
    );
    await (repaired as Job<UsageJob>).updateData({
      events: [eventOf(usageData({ ...unreadable.data, amountNanos: '1', httpStatus: 200 }))],
    });
    await usageLog.queue.retryJobs({ state: 'failed' });
    await untilRecorded(accountId, 3);
    await usageLog.untilWorkedOff();
    expect(await usageLog.queue.getFailedCount()).toBe(2);
    await usageLog.queue.clean(0, 100, 'failed');
  });

  it('keeps what cannot be read at all among the dead letters, and records what comes along with it', async () => {
    const accountId = randomUUID();
    const jobs: readonly object[] = [
      { packed: 'AAAA', count: 1 },
      { events: 'edited by hand' },
      ...Array.from({ length: 3 }, () => ({ events: [eventOf(usageData({ accountId }))] })),
      { packed: 'AAAA', count: 1 },
    ];
    await usageLog.queue.addBulk(jobs.map((data) => ({ name: 'record-batch', data: data as UsageJob })));
    await untilRecorded(accountId, 3);
    await waitFor(async () => (await usageLog.queue.getFailedCount()) === 3, { what: 'three dead letters' });

    const { items } = await usageLog.client.request(UsageLogMessages.listDeadLetters, {});
    expect(items.map(({ eventIds, attempts }) => [eventIds, attempts])).toEqual(
      Array.from({ length: 3 }, () => [[], 1]),
    );
    for (const { reason } of items) expect(reason).toContain('the batch cannot be read: ');
    const { replayed } = await usageLog.client.request(UsageLogMessages.replayDeadLetters, {});
    expect(replayed).toBe(3);
    await waitFor(async () => (await usageLog.queue.getFailedCount()) === 3, { what: 'them to fail again' });
    await usageLog.queue.clean(0, 100, 'failed');
  });

  it('records the rest of a batch when the database itself refuses one record', async () => {
    const accountId = randomUUID();
    await usageLog.dataSource.query(`ALTER TABLE usage_records ADD CONSTRAINT odd CHECK (key_name <> 'odd') NOT VALID`);
    const keyNames = ['a', 'b', 'odd', 'c', 'd'];
    await enqueue(keyNames.map((keyName) => eventOf(usageData({ accountId, keyName }))));
    await untilRecorded(accountId, 4);
    await usageLog.untilWorkedOff();

    const [failed] = await usageLog.queue.getFailed();
    expect(failed?.failedReason).toContain('odd');
    await usageLog.dataSource.query('ALTER TABLE usage_records DROP CONSTRAINT odd');
    await failed!.retry('failed');
    await untilRecorded(accountId, 5);
    await expectRollupsToAgree();
  });

  it('records the amount beside text that the database cannot store', async () => {
    const accountId = randomUUID();
    await publish([usageData({ accountId, userAgent: 'odd\u0000agent \ud800', finishReason: '\u0000' })]);
    await untilRecorded(accountId, 1);
    expect(await recordsOf(accountId)).toMatchObject([{ userAgent: 'odd\uFFFDagent \uFFFD', finishReason: '\uFFFD' }]);
  });

  it('neither deadlocks nor miscounts with several workers on the same records and buckets', async () => {
    const workers = await Promise.all([
      startUsageLog(infrastructure, 'worker'),
      startUsageLog(infrastructure, 'worker'),
    ]);
    try {
      const accountId = randomUUID();
      const newEvents = (count: number) =>
        Array.from({ length: count }, (_, index) =>
          eventOf(
            usageData({
              accountId,
              keyId: `key-${(index * 3) % 4}`,
              modelAsked: `model-${(index * 2) % 3}`,
              completedAt: new Date(Date.UTC(2026, 3, 1 + (index % 2), (index * 5) % 13)).toISOString(),
            }),
          ),
        );
      // Batches that share records wait for each other's records; those that do not, for each other's roll-ups.
      const shared = newEvents(100);
      const batches = Array.from({ length: 40 }, (_, index) => {
        const batch = [...shared, ...shared].slice((index * 7) % 100).slice(0, 20);
        return index % 2 === 0 ? batch : batch.toReversed();
      });
      const apart = Array.from({ length: 40 }, () => newEvents(60));
      const jobs = [...batches, ...apart].map((events) => ({ name: 'record-batch', data: { events } }));
      await usageLog.queue.addBulk(jobs);
      await usageLog.untilWorkedOff();
      const [{ count }] = await usageLog.dataSource.query<[{ count: string }]>(
        'SELECT count(*) FROM usage_records WHERE account_id = $1',
        [accountId],
      );
      expect(count).toBe(String(100 + 40 * 60));
      await expectRollupsToAgree();
      const [{ deadlocks }] = await usageLog.dataSource.query<[{ deadlocks: string }]>(
        'SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()',
      );
      expect(deadlocks).toBe('0');
      expect(await usageLog.queue.getFailedCount()).toBe(0);
    } finally {
      await Promise.all(workers.map((worker) => worker.stop()));
    }
  });

  it('is ready only while database and queue answer', async () => {
    const { checks } = (await (await fetch(`${usageLog.url}/health/ready`)).json()) as { checks: object };
    expect(checks).toMatchObject({ 'postgresql usage-log': 'ok', 'usage queue': 'ok' });
  });
});

describe.each([
  ['PostgreSQL', undefined],
  ['Redis', 12],
])('in processes apart, with BullMQ on %s', (_backend, redisDatabase) => {
  it('a consumer reads and answers but records nothing, a worker records but reads nothing', async () => {
    const database = await createTestDatabase();
    const infrastructure = {
      databaseUrl: database.url,
      redisUrl: redisDatabase === undefined ? undefined : redisUrl(redisDatabase),
    };
    const started: RunningUsageLog[] = [];
    const start = async (role: 'consumer' | 'worker') => {
      const running = await startUsageLog(infrastructure, role);
      started.push(running);
      return running;
    };
    try {
      const worker = await start('worker');
      const usage = usageData();
      await worker.eventLog.publish(eventOf(usage));
      await expect(worker.client.request(UsageLogMessages.listRecords, {})).rejects.toMatchObject({
        code: 'service_unavailable',
      });
      await worker.stop();
      started.pop();

      const consumer = await start('consumer');
      await waitFor(async () => (await consumer.queue.getWaitingCount()) === 1, { what: 'the batch to be queued' });
      const list = async () => (await consumer.client.request(UsageLogMessages.listRecords, {})).items;
      expect(await list()).toEqual([]);

      await start('worker');
      await waitFor(async () => (await list()).length === 1, { what: 'the worker to record' });
      expect(await list()).toMatchObject([{ id: usage.reservationId }]);
      await consumer.queue.obliterate({ force: true });
    } finally {
      for (const running of started) await running.stop();
      await database.drop();
    }
  });

  it('loses nothing when it is stopped in the middle of its work', async () => {
    const database = await createTestDatabase();
    const infrastructure = {
      databaseUrl: database.url,
      redisUrl: redisDatabase === undefined ? undefined : redisUrl(redisDatabase),
    };
    const events = Array.from({ length: 600 }, () => eventOf(usageData()));
    let usageLog = await startUsageLog(infrastructure);
    try {
      const published = Promise.all(events.map((event) => usageLog.eventLog.publish(event)));
      await waitFor(async () => (await usageLog.records.list({ filters: {}, limit: 1 })).items.length > 0, {
        what: 'the first record',
        timeoutMs: 30_000,
      });
      await published;
      await usageLog.stop();

      usageLog = await startUsageLog(infrastructure);
      const count = async () =>
        (await usageLog.dataSource.query<[{ count: number }]>('SELECT count(*)::int AS count FROM usage_records'))[0]
          .count;
      await waitFor(async () => (await count()) === events.length, { what: 'all records', timeoutMs: 30_000 });
      await usageLog.untilWorkedOff();
      const { kept, computed } = await keptAndComputedRollups(usageLog.dataSource, 'hour');
      expect(kept).toEqual(computed);
      await usageLog.queue.obliterate({ force: true });
    } finally {
      await usageLog.stop();
      await database.drop();
    }
  });
});
