import pg from 'pg';
import type { ListUsageRecords, UsageStatisticsRequest } from '@code-router/contracts';
import { accountId, channelId, keyId } from './fill.sql.js';

/** A question to the usage log, and what it is called in the report. */
export interface Question<Request> {
  readonly name: string;
  readonly request: Request;
}

/** Ids of the filled records, by how much of the traffic they have. */
export async function questions(databaseUrl: string) {
  const client = new pg.Client({ connectionString: databaseUrl, options: '-c search_path=usage_log,public' });
  await client.connect();
  try {
    const expressions = [accountId(0), accountId(900), keyId(0), keyId(2_702), channelId(1), channelId(99)];
    const ids = await client.query<{ ids: string[] }>(`SELECT ARRAY[${expressions.join(', ')}]::text[] AS ids`);
    const [big, small, bigKey, smallKey, channel, rareChannel] = ids.rows[0]?.ids ?? [];
    const { rows } = await client.query<{ request_id: string }>('SELECT request_id FROM usage_records LIMIT 1');
    return {
      pages: pages({ big, small, bigKey, smallKey, channel, rareChannel, requestId: rows[0]?.request_id ?? '' }),
      charts: charts({ big, bigKey }),
    };
  } finally {
    await client.end();
  }
}

type Ids = Readonly<
  Record<'big' | 'small' | 'bigKey' | 'smallKey' | 'channel' | 'rareChannel' | 'requestId', string | undefined>
>;

const days = (count: number) => new Date(Date.now() - count * 86_400_000).toISOString();

function pages(ids: Ids): readonly Question<ListUsageRecords>[] {
  const { big, small, bigKey, smallKey, channel, rareChannel, requestId } = ids;
  const given: readonly [string, Record<string, string | undefined>][] = [
    ['everything', {}],
    ['time: one hour two weeks ago', { from: days(14.05), to: days(14) }],
    ['account, a tenth of all', { accountId: big }],
    ['account, small', { accountId: small }],
    ['key, large', { keyId: bigKey }],
    ['key, small', { keyId: smallKey }],
    ['model, a third of all', { model: 'model-0' }],
    ['model, one in 100', { model: 'model-29' }],
    ['channel', { channelId: channel }],
    ['channel, 90 records in all', { channelId: rareChannel }],
    ['status ok', { status: 'ok' }],
    ['status error, 2 %', { status: 'error' }],
    ['status 429', { status: '429' }],
    ['status 418, 30 records in all', { status: '418' }],
    ['status 404, none', { status: '404' }],
    ['outcome released', { outcome: 'released' }],
    ['outcome orphaned', { outcome: 'orphaned' }],
    ['request id', { requestId }],
    ['key name: a third of the keys', { keyName: 'STAGING' }],
    ['key name: three keys', { keyName: 'key 299' }],
    ['key name: none', { keyName: 'nobody' }],
    ['account + model', { accountId: big, model: 'model-20' }],
    ['account + model + channel, frequent', { accountId: big, model: 'model-0', channelId: channel }],
    ['account + model + channel, never', { accountId: big, model: 'model-5', channelId: channel }],
    ['key + status error', { keyId: bigKey, status: 'error' }],
    ['key + model + status 429', { keyId: bigKey, model: 'model-25', status: '429' }],
    ['model + channel, frequent', { model: 'model-0', channelId: channel }],
    ['model + channel, never', { model: 'model-5', channelId: channel }],
    ['model + rare channel', { model: 'model-0', channelId: rareChannel }],
    ['model + status 418', { model: 'model-3', status: '418' }],
    ['model + outcome orphaned', { model: 'model-12', outcome: 'orphaned' }],
    ['channel + status 500', { channelId: channel, status: '500' }],
    ['small account + status error + model', { accountId: small, status: 'error', model: 'model-0' }],
    ['small account + outcome orphaned', { accountId: small, outcome: 'orphaned' }],
    ['key name + model + status', { keyName: 'laptop', model: 'model-27', status: 'error' }],
    ['key name + channel, never together', { keyName: 'key 2999', channelId: rareChannel }],
    [
      'account + key name + outcome + time',
      { accountId: big, keyName: 'prod', outcome: 'released', from: days(20), to: days(10) },
    ],
    [
      'rare channel + status error + outcome released',
      { channelId: rareChannel, status: 'error', outcome: 'released' },
    ],
  ];
  return given.map(([name, filters]) => ({ name, request: filters as ListUsageRecords }));
}

function charts({ big, bigKey }: Pick<Ids, 'big' | 'bigKey'>): readonly Question<UsageStatisticsRequest>[] {
  const span = { from: days(30), to: days(0) };
  const given: readonly [string, Record<string, string | undefined>][] = [
    ['by day, everything', {}],
    ['by day and model', { groupBy: 'model' }],
    ['by day and channel', { groupBy: 'channel' }],
    ['by day and account', { groupBy: 'account' }],
    ['by day and key', { groupBy: 'key' }],
    ['by day, one account and its models', { accountId: big, groupBy: 'model' }],
    ['by day, one account and its keys', { accountId: big, groupBy: 'key' }],
    ['by day, one account and its channels', { accountId: big, groupBy: 'channel' }],
    ['by day, one key', { keyId: bigKey, groupBy: 'model' }],
    ['by day, one model and its channels', { model: 'model-0', groupBy: 'channel' }],
    ['by day, one model and its accounts', { model: 'model-0', groupBy: 'account' }],
    ['by hour, everything', { granularity: 'hour' }],
    ['by hour and model', { granularity: 'hour', groupBy: 'model' }],
    ['by hour, one account and its models', { granularity: 'hour', accountId: big, groupBy: 'model' }],
  ];
  const requestOf = (wanted: Record<string, string | undefined>) =>
    ({ granularity: 'day', ...span, ...wanted }) as UsageStatisticsRequest;
  const grouped = given.filter(([, { groupBy }]) => groupBy !== undefined);
  return [
    ...given.map(([name, wanted]) => ({ name, request: requestOf(wanted) })),
    // As the pages ask, which show no latencies of groups.
    ...grouped.map(([name, wanted]) => ({
      name: `${name}, no latencies`,
      request: requestOf({ ...wanted, latency: 'none' }),
    })),
  ];
}
