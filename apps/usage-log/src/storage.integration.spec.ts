import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { DataSource } from 'typeorm';
import type { UsageData, UsageRecord } from '@code-router/contracts';
import { dataSourceOptions, openDataSource } from '@code-router/postgres';
import { createTestDatabase, type TestDatabase } from '@code-router/testing';
import { STEP_STARTS_MS, stepOf } from './domain/durations.js';
import { countsOf, durationNumber } from './persistence/duration-numbers.js';
import { MonthlyPartitions } from './persistence/monthly-partitions.js';
import { USAGE_LOG_MIGRATIONS } from './persistence/usage-records.module.js';
import {
  keptAndComputedLevels,
  keptAndComputedRollups,
  startUsageLog,
  type RunningUsageLog,
} from './testing/running-usage-log.js';
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

afterEach(() => {
  delete process.env['CODE_ROUTER_USAGE_RETENTION_MONTHS'];
  delete process.env['CODE_ROUTER_RECORD_CLIENT_IP'];
});

const TABLES = [
  'usage_records',
  'usage_orphans',
  'usage_hourly',
  'usage_daily',
  'usage_hourly_levels',
  'usage_daily_levels',
] as const;

async function expectRollupsToAgree(dataSource: DataSource = usageLog.dataSource): Promise<void> {
  for (const granularity of ['hour', 'day'] as const) {
    for (const read of [keptAndComputedRollups, keptAndComputedLevels]) {
      const { kept, computed } = await read(dataSource, granularity);
      expect(kept).toEqual(computed);
    }
  }
}

const recordsOf = async (accountId: string): Promise<readonly UsageRecord[]> =>
  (await usageLog.records.list({ filters: { accountId }, limit: 200 })).items;

const orphanOf = (usage: UsageData, completedAt: string): UsageData => {
  const { channelId: _channelId, channelName: _channelName, finishReason: _finishReason, ...known } = usage;
  return {
    ...known,
    outcome: 'orphaned',
    estimated: true,
    tokens: { input: 7, output: 3 },
    amountNanos: '11',
    latencyMs: 60_000,
    completedAt,
  };
};

describe('an orphan and its settlement', () => {
  const settled = (changes: Partial<UsageData> = {}) =>
    usageData({ accountId: randomUUID(), costNanos: '5', ...changes });

  it.each([
    ['after it, in the next month', '2026-01-31T23:59:59.000Z', '2026-02-01T00:10:00.000Z'],
    ['after it, with the very same time', '2026-01-15T00:00:00.000Z', '2026-01-15T00:00:00.000Z'],
    ['before it was given up', '2026-01-16T00:00:00.000Z', '2026-01-15T23:00:00.000Z'],
  ])('are one record and counted once, when the settlement was completed %s', async (_, orphanedAt, settledAt) => {
    for (const order of ['orphan first', 'settlement first', 'together'] as const) {
      const settlement = settled({ completedAt: settledAt });
      const orphan = orphanOf(settlement, orphanedAt);
      const batches = {
        'orphan first': [[orphan], [settlement]],
        'settlement first': [[settlement], [orphan]],
        together: [[orphan, settlement]],
      };
      for (const batch of batches[order]) await usageLog.records.record(batch);
      // And all of it again.
      for (const batch of batches[order].toReversed()) await usageLog.records.record(batch);
      const expected = {
        ...settlement,
        id: settlement.reservationId,
        correctsOrphan: true,
        recordedAt: expect.any(String),
      };
      expect(await recordsOf(settlement.accountId)).toEqual([expected]);
    }
    await expectRollupsToAgree();
  });

  it('leave what was delivered until then where no settlement comes', async () => {
    const orphan = orphanOf(settled(), '2026-01-20T00:00:00.000Z');
    await usageLog.records.record([orphan]);
    await usageLog.records.record([orphan, orphan]);
    expect(await recordsOf(orphan.accountId)).toMatchObject([{ outcome: 'orphaned', amountNanos: '11' }]);
    await expectRollupsToAgree();
  });

  it('are the charges of quota, whatever comes in whatever order, how often, and at the same time', async () => {
    const requests = Array.from({ length: 12 }, (_, index) => {
      const settlement = (index % 4 === 3 ? failedUsageData : usageData)({
        accountId: `books-${index % 2}`,
        keyId: `books-key-${index % 3}`,
        amountNanos: String(1_000 + index),
        latencyMs: 10 ** (index % 5),
        completedAt: new Date(Date.UTC(2026, 4, 31, 18 + index)).toISOString(),
      });
      return {
        settlement,
        orphan: orphanOf(settlement, new Date(Date.UTC(2026, 4, 31, 20 + index, 30)).toISOString()),
      };
    });
    const everything = requests.flatMap(({ settlement, orphan }) => [settlement, orphan]);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.nat({ max: everything.length - 1 }), { maxLength: 12 }), { minLength: 1, maxLength: 6 }),
        async (batches) => {
          // A few rows; to truncate as many tables and indexes as there are months would take longer than all the rest.
          for (const table of TABLES) await usageLog.dataSource.query(`DELETE FROM ${table}`);
          const chosen = batches.map((batch) => batch.map((index) => everything[index]!));
          await Promise.all(chosen.map((batch) => usageLog.records.record(batch)));
          // Quota charges a settlement, and an orphan until its settlement comes.
          const seen = new Set(chosen.flat());
          const charges = requests.flatMap(({ settlement, orphan }) =>
            seen.has(settlement) ? [BigInt(settlement.amountNanos)] : seen.has(orphan) ? [11n] : [],
          );
          const [books] = await usageLog.dataSource.query<[{ requests: string; amount: string }]>(
            'SELECT coalesce(sum(requests), 0) AS requests, coalesce(sum(amount_nanos), 0) AS amount FROM usage_daily',
          );
          expect(books).toEqual({
            requests: String(charges.length),
            amount: charges.reduce((sum, charge) => sum + charge, 0n).toString(),
          });
          await expectRollupsToAgree();
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe('the months', () => {
  const months = async () =>
    (
      await usageLog.dataSource.query<{ name: string }[]>(
        `SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'usage_records'::regclass`,
      )
    ).map(({ name }) => name);

  it('are there before they begin', async () => {
    const now = new Date();
    const ahead = [0, 1, 2, 3].map((count) => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + count, 1)));
    const names = ahead.map((month) => `usage_records_${month.toISOString().slice(0, 7).replace('-', '_')}`);
    expect(await months()).toEqual(expect.arrayContaining(names));
  });

  it('are made for records of any time, by several processes at once, and each keeps its records apart', async () => {
    const accountId = randomUUID();
    const ofMonth = (month: number) =>
      usageData({ accountId, completedAt: new Date(Date.UTC(2019, month, 1)).toISOString() });
    const batches = Array.from({ length: 8 }, (_, index) => [ofMonth(index), ofMonth(index + 1)]);
    await Promise.all(batches.map((batch) => usageLog.records.record(batch)));
    expect(await recordsOf(accountId)).toHaveLength(16);
    expect(await months()).toEqual(expect.arrayContaining(['usage_records_2019_01', 'usage_records_2019_09']));
  });

  it('are dropped when their time is over, and what comes late for them is not recorded; roll-ups stay', async () => {
    process.env['CODE_ROUTER_USAGE_RETENTION_MONTHS'] = '2';
    const own = await createTestDatabase();
    const strict = await startUsageLog({ databaseUrl: own.url });
    try {
      const now = new Date();
      const monthsAgo = (count: number) =>
        new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - count, 1)).toISOString();
      const [old, kept] = [usageData({ completedAt: monthsAgo(2) }), usageData({ completedAt: monthsAgo(1) })];
      await strict.records.record([old, kept]);
      await expectRollupsToAgree(strict.dataSource);
      const list = async () => (await strict.records.list({ filters: {}, limit: 10 })).items.map(({ id }) => id);
      expect(await list()).toEqual([kept, old].map(({ reservationId }) => reservationId));

      const partitions = new MonthlyPartitions(strict.dataSource);
      const nextMonth = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 15));
      // Two replicas at the same time: one drops, neither fails.
      const dropped = await Promise.all([
        partitions.maintain(nextMonth),
        new MonthlyPartitions(strict.dataSource).maintain(nextMonth),
      ]);
      expect(dropped.flat()).toEqual([`usage_records_${monthsAgo(2).slice(0, 7).replace('-', '_')}`]);
      expect(await list()).toEqual([kept.reservationId]);
      // Another process dropped a month that this one thinks is there: the record is not lost, nor counted twice.
      await expect(strict.records.record([usageData({ completedAt: monthsAgo(2) })])).rejects.toThrow('no partition');
      await strict.records.record([usageData({ completedAt: monthsAgo(2) })]);
      await strict.records.record([usageData({ completedAt: monthsAgo(3) })]);
      expect(await list()).toHaveLength(2);
      const [{ requests }] = await strict.dataSource.query<[{ requests: string }]>(
        'SELECT sum(requests) AS requests FROM usage_daily',
      );
      expect(requests).toBe('3');
    } finally {
      await strict.stop();
      await own.drop();
    }
  });
});

describe('what is kept of a client', () => {
  it('is not its address, where the operator does not want it', async () => {
    process.env['CODE_ROUTER_RECORD_CLIENT_IP'] = 'false';
    const discreet = await startUsageLog({ databaseUrl: database.url });
    try {
      const usage = usageData({ accountId: randomUUID() });
      await discreet.records.record([usage]);
      const [record] = await recordsOf(usage.accountId);
      expect(record).not.toHaveProperty('clientIp');
      expect(record).toMatchObject({ userAgent: usage.userAgent });
    } finally {
      await discreet.stop();
    }
  });
});

describe('durations', () => {
  it('are counted by the database in the steps that percentiles are read from', async () => {
    const edges = STEP_STARTS_MS.flatMap((start) => [start - 1, start]);
    const [{ same }] = await usageLog.dataSource.query<[{ same: boolean }]>(
      'SELECT bool_and(duration_mark(edge) = mark) AS same FROM unnest($1::int[], $2::numeric[]) AS edges (edge, mark)',
      [edges, edges.map((edge) => durationNumber([stepOf(edge)]))],
    );
    expect(same).toBe(true);
  });

  it('are added up by the database, and read from it, exactly', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.nat({ max: STEP_STARTS_MS.length }), { maxLength: 40 }), { maxLength: 8 }),
        fc.array(fc.nat({ max: STEP_STARTS_MS.length }), { maxLength: 40 }),
        async (kept, taken) => {
          const numbers = [...kept, taken].map(durationNumber);
          const [{ sum }] = await usageLog.dataSource.query<[{ sum: Buffer }]>(
            'SELECT numeric_send(sum(number) - $2::numeric) AS sum FROM unnest($1::numeric[]) AS numbers (number)',
            [numbers, durationNumber(taken)],
          );
          const steps = kept.flat();
          const expected = Array.from(
            { length: Math.max(-1, ...steps) + 1 },
            (_, step) => steps.filter((one) => one === step).length,
          );
          expect(countsOf(sum)).toEqual(expected);
        },
      ),
      { numRuns: 50 },
    );
    const many = await usageLog.dataSource.query<[{ sum: Buffer }]>(
      `SELECT numeric_send(1000000 * '999999e24'::numeric + '999999999999'::numeric) AS sum`,
    );
    expect(countsOf(many[0].sum)).toEqual([999_999_999_999, 0, 999_999_000_000]);
  });
});

describe('the upgrade to months', () => {
  it('carries every record over, and computes the roll-ups anew', async () => {
    const own = await createTestDatabase();
    const [create, ...later] = USAGE_LOG_MIGRATIONS;
    const open = (migrations: readonly (new () => object)[]) => {
      const options = dataSourceOptions(own.url, { service: 'usage-log', migrations });
      return openDataSource(options, 'usage_log');
    };
    try {
      const before = await open([create]);
      await before.query(`
        INSERT INTO usage_records (id, outcome, request_id, account_id, key_id, key_name, endpoint, stream, model_asked,
               channel_id, channel_name, attempts, tokens, input_tokens, output_tokens, reasoning_tokens, estimated,
               price_version_id, terms, multiplier_millionths, multiplier_source, amount_nanos, http_status, error_code,
               client_disconnected, started_at, completed_at, latency_ms, first_byte_ms)
        SELECT gen_random_uuid(), (ARRAY['settled', 'settled', 'released', 'orphaned'])[1 + number % 4], 'request ' || number,
               'account ' || number % 3, 'key ' || number % 5, 'name ' || number % 5, '/v1/chat/completions', false,
               'model ' || number % 2, CASE WHEN number % 4 <> 2 THEN 'channel ' || number % 2 END, NULL, 1, '{"input": 3}',
               3, 0, 0, false, '1', '{"rates": {}, "perCallNanos": "0", "tiers": []}', 1000000, 'default', number,
               CASE WHEN number % 7 = 0 THEN 500 ELSE 200 END, NULL, false, now(),
               timestamptz '2025-11-29 00:00Z' + number * interval '7 hours', number * 10, NULLIF(number % 3, 0)
          FROM generate_series(1, 500) AS number`);
      const select = `SELECT to_jsonb(r) - ARRAY['tries', 'units', 'cost_nanos', 'failed', 'corrects_orphan', 'is_plain'] AS record
                        FROM usage_records AS r ORDER BY completed_at`;
      const records = await before.query<object[]>(select);
      await before.destroy();

      const after = await open([create, ...later]);
      expect(await after.query<object[]>(select)).toEqual(records);
      await expectRollupsToAgree(after);
      const [{ months, orphans }] = await after.query<[{ months: number; orphans: number }]>(
        `SELECT (SELECT count(*)::int FROM pg_inherits WHERE inhparent = 'usage_records'::regclass) AS months,
                (SELECT count(*)::int FROM usage_orphans) AS orphans`,
      );
      expect([months, orphans]).toEqual([6, 125]);
      await after.destroy();

      // The service goes on where it was: what comes again is not counted twice, what was orphaned is settled.
      const upgraded = await startUsageLog({ databaseUrl: own.url });
      const { items } = await upgraded.records.list({ filters: { outcome: 'orphaned' }, limit: 1 });
      const [orphan] = items;
      await upgraded.records.record([
        { ...orphan!, outcome: 'settled', amountNanos: '99', completedAt: '2026-04-01T00:00:00.000Z' },
      ]);
      const { items: settled } = await upgraded.records.list({ filters: { requestId: orphan!.requestId }, limit: 2 });
      expect(settled).toMatchObject([{ outcome: 'settled', amountNanos: '99', correctsOrphan: true }]);
      await expectRollupsToAgree(upgraded.dataSource);
      await upgraded.stop();
    } finally {
      await own.drop();
    }
  });
});
