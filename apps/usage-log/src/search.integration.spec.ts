import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import {
  UsageLogMessages,
  type ExportUsage,
  type ListUsageRecords,
  type UsageAudience,
  type UsageData,
  type UsageExportFormat,
  type UsageExportPart,
  type UsageFilters,
  type UsageRecord,
  type UsageStatisticsRequest,
} from '@code-router/contracts';
import { inputTokens } from '@code-router/money';
import { createTestDatabase, type TestDatabase } from '@code-router/testing';
import { startUsageLog, type RunningUsageLog } from './testing/running-usage-log.js';
import { failedUsageData, usageData } from './testing/usage-samples.js';

let database: TestDatabase;
let usageLog: RunningUsageLog;

// Sparse and dense hours, over the end of a month; some combinations of account, key, model and channel never occur.
const usages: readonly UsageData[] = Array.from({ length: 400 }, (_, index) => {
  const key = index % 7;
  const isFailure = index % 11 === 0;
  return (isFailure ? failedUsageData : usageData)({
    accountId: `account-${key % 3}`,
    keyId: `key-${key}`,
    keyName: index < 200 && key === 2 ? 'Renamed_50%' : `Key ${key}\\ "prod", x`,
    modelAsked: `model-${(index >> 2) % 4}`,
    ...(isFailure ? {} : { channelId: `channel-${(index >> 3) % 3}`, channelName: 'OpenAI' }),
    requestId: `request-${index % 390}`,
    outcome: isFailure ? 'released' : index % 97 === 5 ? 'orphaned' : 'settled',
    httpStatus: isFailure ? (index % 2 === 0 ? 429 : 502) : 200,
    ...(index % 41 === 7 ? { errorCode: 'upstream_error' } : {}),
    costNanos: String(index),
    userAgent: ['plain', '=1+1', '-2', '@x', '\ttab', 'a "quoted", line\nbreak', 'ü😀'][index % 7]!,
    latencyMs: index * 3,
    completedAt: new Date(
      Date.UTC(2026, 1, 26) + Math.floor(index / 5) * (index % 100 < 50 ? 60_000 : 5_400_000),
    ).toISOString(),
  });
});
const newestFirst = usages.toSorted((left, right) =>
  left.completedAt === right.completedAt
    ? right.reservationId < left.reservationId
      ? -1
      : 1
    : right.completedAt < left.completedAt
      ? -1
      : 1,
);

beforeAll(async () => {
  database = await createTestDatabase();
  usageLog = await startUsageLog({ databaseUrl: database.url });
  await usageLog.records.record(usages);
});

afterAll(async () => {
  await usageLog?.stop();
  await database?.drop();
});

const hasFailed = ({ httpStatus, errorCode }: UsageData) => httpStatus >= 400 || errorCode !== undefined;

function matches(usage: UsageData, filters: UsageFilters): boolean {
  const { status } = filters;
  return (
    (filters.from === undefined || usage.completedAt >= filters.from) &&
    (filters.to === undefined || usage.completedAt < filters.to) &&
    (filters.accountId === undefined || usage.accountId === filters.accountId) &&
    (filters.keyId === undefined || usage.keyId === filters.keyId) &&
    (filters.keyIds === undefined || filters.keyIds.includes(usage.keyId)) &&
    (filters.model === undefined || usage.modelAsked === filters.model) &&
    (filters.channelId === undefined || usage.channelId === filters.channelId) &&
    (filters.outcome === undefined || usage.outcome === filters.outcome) &&
    (filters.requestId === undefined || usage.requestId === filters.requestId) &&
    (filters.keyName === undefined || usage.keyName.toLowerCase().includes(filters.keyName.toLowerCase())) &&
    (status === undefined ||
      (status === 'ok'
        ? !hasFailed(usage)
        : status === 'error'
          ? hasFailed(usage)
          : usage.httpStatus === Number(status)))
  );
}

const optional = <Value>(...values: readonly Value[]) =>
  fc.option(fc.constantFrom(...values), { nil: undefined, freq: 2 });
const moments = [
  '2026-02-26T00:30:00.000Z',
  '2026-02-28T12:00:00.000Z',
  '2026-03-01T00:00:00.000Z',
  '2026-03-04T01:00:00.000Z',
];
const anyFilters = fc
  .record({
    from: optional(...moments.slice(0, 3)),
    to: optional(...moments.slice(2)),
    accountId: optional('account-0', 'account-1', 'account-9'),
    keyId: optional('key-0', 'key-2', 'key-9'),
    keyIds: optional<readonly string[]>([], ['key-2'], ['key-0', 'key-2', 'key-3', 'key-9']),
    model: optional('model-0', 'model-3', 'model-9'),
    channelId: optional('channel-0', 'channel-2', 'channel-9'),
    outcome: optional('settled', 'released', 'orphaned'),
    status: optional('ok', 'error', '429', '200', '418'),
    requestId: optional('request-3', 'request-9999'),
    keyName: optional('KEY', '_50%', 'y 2\\', '%', '"prod"'),
  })
  .map(
    (filters) => Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined)) as UsageFilters,
  );

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

type Export = Omit<ExportUsage, 'cursor' | 'until'>;

/** One part after the other, as far as the place `until`. */
async function exportedParts(wanted: Export, from: Pick<ExportUsage, 'cursor' | 'until'> = {}) {
  const parts: UsageExportPart[] = [];
  let cursor = from.cursor;
  do {
    const part = await usageLog.client.request(UsageLogMessages.exportRecords, {
      ...wanted,
      ...from,
      ...(cursor !== undefined && { cursor }),
    });
    parts.push(part);
    cursor = part.nextCursor;
  } while (cursor !== undefined);
  return parts;
}

function textOf(parts: readonly UsageExportPart[]): string {
  return Buffer.concat(parts.map(({ text, encoding }) => Buffer.from(text, encoding))).toString();
}

async function exported(filters: UsageFilters, format: UsageExportFormat, audience: UsageAudience): Promise<string> {
  return textOf(await exportedParts({ filters, format, audience }));
}

describe('a search', () => {
  it('finds exactly what matches all of any filters, newest first, in pages of any size', async () => {
    await fc.assert(
      fc.asyncProperty(anyFilters, fc.constantFrom(1, 7, 50, 200), async (filters, limit) => {
        const expected = newestFirst
          .filter((usage) => matches(usage, filters))
          .map(({ reservationId }) => reservationId);
        const found = await everyRecord({ ...filters, limit: expected.length > 60 ? Math.max(limit, 50) : limit });
        expect(found.map(({ id }) => id)).toEqual(expected);
      }),
      { numRuns: 250 },
    );
  });

  it('estimates at least what there is', async () => {
    await fc.assert(
      fc.asyncProperty(anyFilters, async (filters) => {
        const { rows } = await usageLog.client.request(UsageLogMessages.estimateRecords, filters);
        expect(rows).toBeGreaterThanOrEqual(usages.filter((usage) => matches(usage, filters)).length);
      }),
      { numRuns: 60 },
    );
  });

  it.each<[string, UsageFilters]>([
    ['status', { status: 'fine' }],
    ['outcome', { outcome: 'lost' as never }],
    ['from', { from: 'yesterday' }],
    ['keyIds', { keyIds: 'key' as never }],
    ['keyName', { keyName: 'a\0b' }],
  ])('is told that %s is wrong in %j', async (param, filters) => {
    await expect(usageLog.client.request(UsageLogMessages.listRecords, filters)).rejects.toMatchObject({
      code: 'invalid_request_error',
      details: { param },
    });
  });
});

describe('an export', () => {
  it('is, as NDJSON, what the list shows', async () => {
    const lines = (await exported({}, 'ndjson', 'operator')).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as UsageRecord)).toEqual(await everyRecord({ limit: 200 }));
  });

  it('is, as CSV, read by another program as it was written, but for what would be a formula', async () => {
    const rows = parse(await exported({ status: 'ok' }, 'csv', 'operator'), { columns: true }) as Record<
      string,
      string
    >[];
    const expected = newestFirst.filter((usage) => !hasFailed(usage));
    expect(rows.map(({ id }) => id)).toEqual(expected.map(({ reservationId }) => reservationId));
    for (const [index, row] of rows.entries()) {
      const usage = expected[index]!;
      const agent = usage.userAgent!;
      expect(row).toMatchObject({
        keyName: usage.keyName,
        completedAt: usage.completedAt,
        amountNanos: usage.amountNanos,
        costNanos: usage.costNanos,
        inputTokens: String(inputTokens(usage.tokens)),
        cachedInputTokens: '24',
        latencyMs: String(usage.latencyMs),
        userAgent: /^[=+\-@\t\r\n]/.test(agent) ? `'${agent}` : agent,
      });
    }
  });

  it('comes in parts that fit into a message, however long its lines are', async () => {
    const long = Array.from({ length: 1_200 }, () =>
      usageData({
        accountId: 'long',
        userAgent: '"'.repeat(500),
        keyName: '"'.repeat(900),
        completedAt: '2026-02-01T00:00:00.000Z',
      }),
    );
    for (let first = 0; first < long.length; first += 300)
      await usageLog.records.record(long.slice(first, first + 300));
    for (const format of ['csv', 'ndjson'] as const) {
      for (const encoding of [undefined, 'base64'] as const) {
        const wanted = {
          filters: { accountId: 'long' },
          format,
          audience: 'account',
          ...(encoding && { encoding }),
        } as const;
        const parts = await exportedParts(wanted);
        for (const part of parts) expect(JSON.stringify(part).length).toBeLessThan(720_000);
        expect(parts.reduce((sum, { rows }) => sum + rows, 0)).toBe(long.length);
      }
    }
  });

  it('is the same when what lies between its cuts is asked for apart', async () => {
    const many = Array.from({ length: 1_700 }, (_, index) =>
      usageData({ accountId: 'many', completedAt: new Date(Date.UTC(2026, 1, 2) + (index >> 2)).toISOString() }),
    );
    await usageLog.records.record(many);
    const wanted: Export = {
      filters: { accountId: 'many' },
      format: 'ndjson',
      audience: 'operator',
      encoding: 'base64',
    };
    const first = await usageLog.client.request(UsageLogMessages.exportRecords, wanted);
    const starts = [first.nextCursor, ...(first.cuts ?? [])];
    expect(starts).toHaveLength(4);
    const stretches = await Promise.all(
      starts.map((cursor, index) => exportedParts(wanted, { cursor, until: starts[index + 1] } as ExportUsage)),
    );
    const text = textOf([first, ...stretches.flat()]);
    expect(text).toBe(await exported({ accountId: 'many' }, 'ndjson', 'operator'));
    expect(text.trimEnd().split('\n')).toHaveLength(many.length);
    // Nothing is left of a stretch that was read to its end.
    expect(stretches.slice(0, -1).map((parts) => parts.length)).toEqual([1, 1, 1]);
  });
});

/** For `JSON.stringify`: whatever is a latency becomes null. */
const noLatency = (name: string, value: unknown) => (/^(?:latency|firstByte)Ms/.test(name) ? null : value);

describe('statistics', () => {
  it('are the sums over the records, whatever is named and grouped by', async () => {
    const request = fc.record({
      granularity: fc.constantFrom('hour' as const, 'day' as const),
      groupBy: optional('none' as const, 'model' as const, 'key' as const, 'channel' as const, 'account' as const),
      accountId: optional('account-0', 'account-1'),
      keyIds: optional<readonly string[]>(['key-2'], ['key-0', 'key-3']),
      model: optional('model-0', 'model-3'),
      channelId: optional('channel-0', 'channel-2'),
    });
    await fc.assert(
      fc.asyncProperty(request, async (wanted) => {
        const filters = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));
        const span = { from: '2026-02-26T00:00:00.000Z', to: '2026-03-10T00:00:00.000Z' };
        const asked = { ...filters, ...span } as UsageStatisticsRequest;
        const [statistics, withoutLatency] = await Promise.all([
          usageLog.client.request(UsageLogMessages.statistics, asked),
          usageLog.client.request(UsageLogMessages.statistics, { ...asked, latency: 'none' }),
        ]);
        expect(withoutLatency).toEqual(JSON.parse(JSON.stringify(statistics, noLatency)));
        const expected = usages.filter(
          (usage) => usage.completedAt >= span.from && matches(usage, { ...(filters as UsageFilters) }),
        );
        const sum = (of: (usage: UsageData) => bigint) =>
          expected.reduce((total, usage) => total + of(usage), 0n).toString();
        expect(statistics.totals).toMatchObject({
          requests: expected.length,
          failures: expected.filter(hasFailed).length,
          amountNanos: sum(({ amountNanos }) => BigInt(amountNanos)),
          costNanos: sum(({ costNanos }) => BigInt(costNanos ?? 0)),
          inputTokens: sum(({ tokens }) => BigInt(inputTokens(tokens))),
        });
        const points = statistics.series.flatMap((series) => series.points);
        expect(points.reduce((total, { requests }) => total + requests, 0)).toBe(expected.length);
        const ids = {
          none: () => null,
          model: (usage: UsageData) => usage.modelAsked,
          key: (usage: UsageData) => usage.keyId,
          channel: (usage: UsageData) => usage.channelId ?? '',
          account: (usage: UsageData) => usage.accountId,
        };
        const groups = new Set(expected.map(ids[wanted.groupBy ?? 'none']));
        expect(new Set(statistics.series.map(({ group }) => group?.id ?? null))).toEqual(groups);
        const median = expected.map(({ latencyMs }) => latencyMs).toSorted((a, b) => a - b)[
          Math.ceil(expected.length / 2) - 1
        ];
        const { latencyMsP50 } = statistics.totals;
        expect(latencyMsP50 === null).toBe(median === undefined);
        expect(Math.abs((latencyMsP50 ?? 0) - (median ?? 0))).toBeLessThanOrEqual(Math.max((median ?? 0) / 10, 1));
      }),
      { numRuns: 120 },
    );
  });

  it.each([
    ['day', 20, 6],
    ['hour', 3, 8],
  ] as const)(
    'show, of all keys over 31 days by %s, the %i largest, whichever accounts they are of',
    async (granularity, shown, month) => {
      const accountId = `keys-by-${granularity}`;
      const day = (number: number) => new Date(Date.UTC(2026, month, number)).toISOString();
      // Amounts that are often the same, or nothing; accounts of many small keys are larger than the one of the largest.
      const random = Array.from({ length: 300 }, (_, index) => {
        const key = (index * 7919) % 97;
        return usageData({
          accountId: `${accountId}-${key % 31}`,
          keyId: `${accountId}-${key}`,
          amountNanos: String((key * key) % 11),
          completedAt: new Date(Date.UTC(2026, month, 1 + (index % 30), index % 24)).toISOString(),
        });
      });
      await usageLog.records.record(random);
      const sums = new Map<string, { id: string; amount: number; requests: number }>();
      for (const { keyId: id, amountNanos } of random) {
        const { amount, requests } = sums.get(id) ?? { amount: 0, requests: 0 };
        sums.set(id, { id, amount: amount + Number(amountNanos), requests: requests + 1 });
      }
      const largest = [...sums.values()]
        .toSorted((a, b) => b.amount - a.amount || b.requests - a.requests || (a.id < b.id ? -1 : 1))
        .slice(0, shown);
      const { series, totals } = await usageLog.client.request(UsageLogMessages.statistics, {
        granularity,
        groupBy: 'key',
        from: day(1),
        to: day(32),
      });
      const [others, ...named] = [...series].toReversed();
      expect(new Set(named.map(({ group }) => group?.id))).toEqual(new Set(largest.map(({ id }) => id)));
      expect(others?.group?.id).toBe('*');
      const requestsOf = (points: (typeof series)[number]['points']) =>
        points.reduce((sum, { requests }) => sum + requests, 0);
      expect(requestsOf(others?.points ?? [])).toBe(
        random.length - largest.reduce((sum, { requests }) => sum + requests, 0),
      );
      expect(totals.requests).toBe(random.length);
    },
  );

  it('sum up the groups beyond the largest twenty', async () => {
    const many = Array.from({ length: 25 }, (_, index) =>
      usageData({
        accountId: 'many',
        keyId: `many-${index}`,
        amountNanos: String(1_000 + index),
        completedAt: '2026-06-01T00:00:00.000Z',
      }),
    );
    await usageLog.records.record(many);
    const { series } = await usageLog.client.request(UsageLogMessages.statistics, {
      granularity: 'day',
      groupBy: 'key',
      accountId: 'many',
      from: '2026-06-01T00:00:00Z',
      to: '2026-06-02T00:00:00Z',
    });
    expect(series).toHaveLength(21);
    expect(series[0]?.group).toEqual({ id: 'many-24', name: 'laptop' });
    expect(series.at(-1)).toMatchObject({ group: { id: '*' }, points: [{ requests: 5, amountNanos: '5010' }] });
  });

  it('of the last minute count what was completed in it', async () => {
    const at = (secondsAgo: number) => new Date(Date.now() - secondsAgo * 1_000).toISOString();
    await usageLog.records.record([
      usageData({ accountId: 'now', completedAt: at(1) }),
      usageData({ accountId: 'now', completedAt: at(3_600) }),
    ]);
    const now = await usageLog.client.request(UsageLogMessages.now, { accountId: 'now' });
    expect(now).toEqual({ requestsPerMinute: 1, tokensPerMinute: 1_524 });
  });

  it('of the last minute are estimated from the newest where there are more than anybody counts', async () => {
    // One each 3 ms, 20,000 a minute; only the newest ten thousand are counted, of the last 30 seconds.
    const written = Date.now();
    const busy = Array.from({ length: 11_000 }, (_, index) =>
      usageData({ keyId: 'busy', completedAt: new Date(written - 3 * index).toISOString() }),
    );
    for (let first = 0; first < busy.length; first += 1_000) {
      await usageLog.records.record(busy.slice(first, first + 1_000));
    }
    const now = await usageLog.client.request(UsageLogMessages.now, { keyId: 'busy' });
    // The longer it takes to ask, the longer ago the ten thousandth newest is.
    const slowest = 60_000 * (10_000 / (30_000 + Date.now() - written));
    expect(now.requestsPerMinute).toBeGreaterThanOrEqual(Math.floor(slowest));
    expect(now.requestsPerMinute).toBeLessThanOrEqual(20_010);
    expect(now.tokensPerMinute / now.requestsPerMinute).toBeCloseTo(1_524, 0);
  });
});
