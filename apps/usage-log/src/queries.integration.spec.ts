import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  UsageLogMessages,
  type ListUsageRecords,
  type ListUsageRollups,
  type UsageData,
  type UsageRecord,
} from '@code-router/contracts';
import { createTestDatabase, type TestDatabase } from '@code-router/testing';
import { keptAndComputedRollups, startUsageLog, type RunningUsageLog } from './testing/running-usage-log.js';
import { failedUsageData, usageData } from './testing/usage-samples.js';

let database: TestDatabase;
let usageLog: RunningUsageLog;

beforeAll(async () => {
  database = await createTestDatabase();
  usageLog = await startUsageLog({ databaseUrl: database.url });
});

afterAll(async () => {
  await usageLog?.stop();
  await database?.drop();
});

async function everyRecord(request: ListUsageRecords): Promise<UsageRecord[]> {
  const records: UsageRecord[] = [];
  let cursor: string | undefined;
  do {
    const page = await usageLog.client.request(UsageLogMessages.listRecords, {
      ...request,
      ...(cursor !== undefined && { cursor }),
    });
    expect(page.items.length).toBeLessThanOrEqual(request.limit ?? 50);
    records.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return records;
}

const idsOf = (records: readonly (UsageRecord | UsageData)[]) => records.map(({ reservationId }) => reservationId);

describe('the list of records', () => {
  // Five records share each moment, so that pages also end between records of the same moment.
  const usages = Array.from({ length: 60 }, (_, index) =>
    usageData({
      accountId: `listed-${index % 2}`,
      keyId: `listed-key-${index % 3}`,
      modelAsked: `listed-model-${index % 4}`,
      requestId: `listed-request-${index}`,
      completedAt: new Date(Date.UTC(2026, 0, 1) + Math.floor(index / 5)).toISOString(),
    }),
  );
  const newestFirst = usages.toSorted((left, right) =>
    left.completedAt === right.completedAt
      ? right.reservationId.localeCompare(left.reservationId, 'en')
      : right.completedAt.localeCompare(left.completedAt, 'en'),
  );

  beforeAll(async () => {
    await usageLog.records.record(usages);
  });

  it.each<[string, ListUsageRecords, (usage: UsageData) => boolean]>([
    ['all', {}, () => true],
    ['an account', { accountId: 'listed-1' }, ({ accountId }) => accountId === 'listed-1'],
    ['a key', { keyId: 'listed-key-2' }, ({ keyId }) => keyId === 'listed-key-2'],
    ['a model', { model: 'listed-model-3' }, ({ modelAsked }) => modelAsked === 'listed-model-3'],
    ['a request', { requestId: 'listed-request-7' }, ({ requestId }) => requestId === 'listed-request-7'],
    [
      'several of these',
      { accountId: 'listed-0', keyId: 'listed-key-0', model: 'listed-model-2' },
      ({ accountId, keyId, modelAsked }) =>
        accountId === 'listed-0' && keyId === 'listed-key-0' && modelAsked === 'listed-model-2',
    ],
    ['nobody', { accountId: 'listed-2' }, () => false],
  ])('has every record of %s once, newest first', async (_, filters, matches) => {
    const records = await everyRecord({ ...filters, limit: 7 });
    expect(idsOf(records)).toEqual(idsOf(newestFirst.filter(matches)));
  });

  it.each([
    ['all', 'true', ''],
    ['an account', `account_id = 'a'`, 'account_id_'],
    ['a key', `key_id = 'k'`, 'key_id_'],
    ['a model', `model_asked = 'm'`, 'model_asked_'],
    ['a channel', `channel_id = 'c'`, 'channel_id_'],
    ['a request', `request_id = 'r'`, 'request_id_'],
  ])('can read a page of %s from its place in an index, without sorting', async (_, condition, column) => {
    const plan = await usageLog.dataSource.transaction(async (manager) => {
      // The table of a test is so small that reading all of it is cheaper.
      await manager.query('SET LOCAL enable_seqscan = off');
      await manager.query('SET LOCAL enable_bitmapscan = off');
      const rows = await manager.query<{ 'QUERY PLAN': string }[]>(`
        EXPLAIN SELECT * FROM usage_records
         WHERE ${condition} AND (completed_at, id) < ('2026-01-01Z', '00000000-0000-4000-8000-000000000000')
         ORDER BY completed_at DESC, id DESC LIMIT 51`);
      return rows.map((row) => row['QUERY PLAN']).join('\n');
    });
    expect(plan).toMatch(new RegExp(`Index Scan using usage_records_\\d{4}_\\d{2}_${column}completed_at_id_idx`));
    expect(plan).toMatch(/Index Cond: .*ROW\(completed_at, id\) </);
    expect(plan).not.toContain('Sort');
  });

  it.each([{ limit: 0 }, { cursor: 'nonsense' }])('refuses %j', async (request) => {
    await expect(usageLog.client.request(UsageLogMessages.listRecords, request)).rejects.toMatchObject({
      code: 'invalid_request_error',
    });
  });
});

describe('the roll-ups', () => {
  const rollups = async (request: Partial<ListUsageRollups>) => {
    const { rollups: found } = await usageLog.client.request(UsageLogMessages.listRollups, {
      accountId: 'rolled',
      granularity: 'hour',
      from: '2026-05-01T00:00:00Z',
      to: '2026-05-03T00:00:00Z',
      ...request,
    });
    return found;
  };

  beforeAll(async () => {
    const base = { accountId: 'rolled', tokens: { input: 10, cachedInput: 5, output: 2, outputAudio: 1 } };
    await usageLog.records.record([
      usageData({ ...base, completedAt: '2026-05-01T22:59:59.999Z', amountNanos: '9223372036854775807' }),
      usageData({ ...base, completedAt: '2026-05-01T22:00:00Z', amountNanos: '9223372036854775807' }),
      usageData({ ...base, completedAt: '2026-05-01T23:00:00Z', amountNanos: '1' }),
      usageData({ ...base, completedAt: '2026-05-02T00:00:00Z', amountNanos: '2', errorCode: 'upstream_error' }),
      failedUsageData({ accountId: 'rolled', completedAt: '2026-05-02T00:30:00Z' }),
      failedUsageData({ accountId: 'rolled', completedAt: '2026-05-02T00:31:00Z' }),
      usageData({ accountId: 'somebody else', completedAt: '2026-05-01T22:00:00Z' }),
    ]);
  });

  const sums = { accountId: 'rolled', keyId: 'key-1', model: 'gpt-4o', channelId: 'channel-1' };

  it('sum hours of UTC, beyond 64 bits and without rounding, by channel or none', async () => {
    expect(await rollups({})).toEqual([
      {
        ...sums,
        bucket: '2026-05-01T22:00:00.000Z',
        requests: 2,
        failures: 0,
        inputTokens: '30',
        outputTokens: '6',
        amountNanos: '18446744073709551614',
      },
      {
        ...sums,
        bucket: '2026-05-01T23:00:00.000Z',
        requests: 1,
        failures: 0,
        inputTokens: '15',
        outputTokens: '3',
        amountNanos: '1',
      },
      {
        ...sums,
        bucket: '2026-05-02T00:00:00.000Z',
        requests: 1,
        failures: 1,
        inputTokens: '15',
        outputTokens: '3',
        amountNanos: '2',
      },
      {
        ...sums,
        channelId: null,
        bucket: '2026-05-02T00:00:00.000Z',
        requests: 2,
        failures: 2,
        inputTokens: '0',
        outputTokens: '0',
        amountNanos: '0',
      },
    ]);
  });

  it('sum days of UTC', async () => {
    const days = await rollups({ granularity: 'day' });
    expect(days.map(({ bucket, requests, amountNanos }) => [bucket, requests, amountNanos])).toEqual([
      ['2026-05-01T00:00:00.000Z', 3, '18446744073709551615'],
      ['2026-05-02T00:00:00.000Z', 1, '2'],
      ['2026-05-02T00:00:00.000Z', 2, '0'],
    ]);
  });

  it('include the start of the stretch and exclude its end', async () => {
    const found = await rollups({ from: '2026-05-01T23:00:00Z', to: '2026-05-02T00:00:00Z' });
    expect(found.map(({ bucket }) => bucket)).toEqual(['2026-05-01T23:00:00.000Z']);
  });

  it('equal the sums over the records after any batches in any order, with any repetitions, at the same time', async () => {
    const pool = Array.from({ length: 30 }, (_, index) =>
      (index % 4 === 0 ? failedUsageData : usageData)({
        accountId: `pool-${index % 2}`,
        keyId: `key-${index % 3}`,
        completedAt: new Date(Date.UTC(2026, 6, 1, 20 + (index % 7))).toISOString(),
      }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.nat({ max: 29 }), { maxLength: 40 }), { maxLength: 6 }),
        async (batches) => {
          await Promise.all(batches.map((batch) => usageLog.records.record(batch.map((index) => pool[index]!))));
          for (const granularity of ['hour', 'day'] as const) {
            const { kept, computed } = await keptAndComputedRollups(usageLog.dataSource, granularity);
            expect(kept).toEqual(computed);
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});
