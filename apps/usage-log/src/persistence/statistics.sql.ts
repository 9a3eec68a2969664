import { seriesMax, type StatisticsQuery } from '../domain/statistics-query.js';
import { withOthers, type StatisticsRow } from '../domain/statistics.js';
import { BUCKET_MS } from '../domain/time-span.js';
import { countsOf } from './duration-numbers.js';
import { Conditions } from './record-conditions.js';
import { rollupSource } from './rollup-source.js';

export interface StatisticsSqlRow {
  at_ms: number;
  /** Null in rows that sum up all groups. */
  id: string | null;
  name: string | null;
  requests: string;
  failures: string;
  input_tokens: string;
  output_tokens: string;
  amount_nanos: string;
  cost_nanos: string;
  /** Absent where they are not asked for. */
  latency?: Buffer;
  first_byte?: Buffer;
}

/** A number is read in a fraction of the time that a date in text takes. */
const BUCKET = 'extract(epoch FROM bucket)::float8 * 1000 AS at_ms';

const AMOUNTS = ['requests', 'failures', 'input_tokens', 'output_tokens', 'amount_nanos', 'cost_nanos'];
const DURATIONS = ['latency', 'first_byte'];

/** What is read of each group and bucket. Durations are half of the work, and few charts show any. */
function columnsOf({ withLatency }: StatisticsQuery) {
  const durations = withLatency ? DURATIONS : [];
  return {
    names: [...AMOUNTS, ...durations].join(', '),
    /** Of a row that is a sum already: adding it to nothing takes as long as reading it. */
    asTheyAre: [...AMOUNTS, ...durations.map((name) => `numeric_send(${name}) AS ${name}`)].join(', '),
    sums: [
      ...AMOUNTS.map((name) => `sum(${name}) AS ${name}`),
      ...durations.map((name) => `numeric_send(sum(${name})) AS ${name}`),
    ].join(', '),
  };
}

/**
 * The sums of each bucket and group. Groups that do not belong to the largest by amount are one group: a chart with a
 * thousand lines says nothing, and would not fit into an answer. Who is among the largest is looked for without adding
 * up durations; and where it is not all, the sums of everything come as well, of which the rest is what is left.
 */
export function statisticsSql(query: StatisticsQuery): { sql: string; parameters: unknown[] } {
  const { granularity, groupBy, from, to } = query;
  const { names, asTheyAre, sums } = columnsOf(query);
  const parameters: unknown[] = [];
  const everything = rollupSource(granularity, query, undefined, new Conditions(parameters));
  addSpan(everything.where, from, to);
  const all = (condition: string) => `
    SELECT ${BUCKET}, NULL AS id, NULL AS name, ${everything.isSummedUp ? asTheyAre : sums}
      FROM ${everything.table} WHERE ${everything.where.sql} AND ${condition}
      ${everything.isSummedUp ? '' : 'GROUP BY bucket'}`;
  if (groupBy === 'none') return { sql: `${all('true')} ORDER BY 1`, parameters };

  const shownMax = seriesMax(query);
  const { ranking, isAll } = rankingOf(query, groupBy, parameters);
  const shown = groupsOf(query, groupBy, { by: granularity, start: from, end: to }, parameters);
  const sql = `
    WITH ${ranking}, largest AS MATERIALIZED (
      SELECT id, row_number() OVER (ORDER BY amount_nanos DESC, requests DESC, id) AS place
        FROM ranked ORDER BY 2 LIMIT ${shownMax + 1}
    ), named AS MATERIALIZED (
      SELECT id, coalesce((SELECT name FROM usage_names WHERE kind = '${groupBy}' AND usage_names.id = largest.id
                            ORDER BY seen_at DESC, name LIMIT 1), id) AS name
        FROM largest WHERE place <= ${shownMax}
    ), shown AS MATERIALIZED (
      SELECT ${BUCKET}, ${shown.group} AS id, ${shown.isSummedUp ? asTheyAre : sums} FROM ${shown.table}
       WHERE ${shown.where.sql} AND ${shown.group} = ANY (ARRAY(SELECT id FROM named))
       ${shown.isSummedUp ? '' : 'GROUP BY bucket, 2'}
    )
    SELECT at_ms, id, name, ${names} FROM shown JOIN named USING (id)
    UNION ALL
    ${all(`NOT (${isAll} AND (SELECT count(*) FROM largest) <= ${shownMax})`)}
    ORDER BY 1`;
  return { sql, parameters };
}

type Dimension = Exclude<StatisticsQuery['groupBy'], 'none'>;

/** Parts of a statement that have the amounts of groups in `ranked`, of all that may be shown; `isAll` where of all. */
function rankingOf(query: StatisticsQuery, groupBy: Dimension, parameters: unknown[]) {
  const { accountId, keyIds, model, channelId } = query;
  const isOfAllKeys =
    groupBy === 'key' && [accountId, keyIds, model, channelId].every((filter) => filter === undefined);
  if (isOfAllKeys) return keysRanking(query, parameters);
  return { ranking: `ranked AS MATERIALIZED (${amounts(query, groupBy, parameters)})`, isAll: 'true' };
}

/**
 * Of all keys there are only those looked at whose accounts may have one of the largest, since a key has no more than its
 * account: first those of the largest accounts, then those of every account that has at least what the last of these
 * that would be shown has.
 */
function keysRanking(query: StatisticsQuery, parameters: unknown[]) {
  const shownMax = seriesMax(query);
  const keysOf = (accounts: string) => amounts(query, 'key', parameters, `= ANY (ARRAY(${accounts}))`);
  const ranking = `
    accounts AS MATERIALIZED (${amounts(query, 'account', parameters)}
    ), likely AS MATERIALIZED (
      SELECT id FROM accounts ORDER BY amount_nanos DESC LIMIT ${shownMax}
    ), likely_keys AS MATERIALIZED (${keysOf('SELECT id FROM likely')}
    ), others AS MATERIALIZED (
      SELECT id FROM accounts
       WHERE amount_nanos >= coalesce((SELECT amount_nanos FROM likely_keys
                                        ORDER BY 1 DESC OFFSET ${shownMax - 1} LIMIT 1), 0)
         AND id NOT IN (SELECT id FROM likely)
    ), ranked AS MATERIALIZED (
      SELECT * FROM likely_keys UNION ALL (${keysOf('SELECT id FROM others')})
    )`;
  const isAll = '(SELECT count(*) FROM accounts) = (SELECT count(*) FROM likely) + (SELECT count(*) FROM others)';
  return { ranking, isAll };
}

/** What each group amounts to, of the accounts that fulfil a condition where there is one. */
function amounts(query: StatisticsQuery, groupBy: Dimension, parameters: unknown[], ofAccounts?: string): string {
  const selects = stretches(query).map((stretch) => {
    const { group, account, table, where } = groupsOf(query, groupBy, stretch, parameters);
    if (ofAccounts !== undefined) where.add(`${account} ${ofAccounts}`);
    return `SELECT ${group} AS id, amount_nanos, requests FROM ${table} WHERE ${where.sql}`;
  });
  return `
      SELECT id, sum(amount_nanos) AS amount_nanos, sum(requests) AS requests
        FROM (${selects.join(' UNION ALL ')}) AS amounts GROUP BY id`;
}

function groupsOf(query: StatisticsQuery, groupBy: Dimension, { by, start, end }: Stretch, parameters: unknown[]) {
  const { where, columns, ...source } = rollupSource(by, query, groupBy, new Conditions(parameters));
  return { ...source, group: columns[groupBy], account: columns.account, where: addSpan(where, start, end) };
}

function addSpan(where: Conditions, from: Date, to: Date): Conditions {
  return where
    .add(`bucket >= ${where.value(from)}`)
    .add(`bucket < ${where.value(to)}`)
    .add('requests > 0');
}

interface Stretch {
  readonly by: StatisticsQuery['granularity'];
  readonly start: Date;
  readonly end: Date;
}

/** Whole days in a stretch of hours are added up from the sums of days. */
function stretches({ granularity, from, to }: StatisticsQuery): readonly Stretch[] {
  const firstDay = Math.ceil(from.getTime() / BUCKET_MS.day) * BUCKET_MS.day;
  const lastDay = Math.floor(to.getTime() / BUCKET_MS.day) * BUCKET_MS.day;
  if (granularity === 'day' || firstDay >= lastDay) return [{ by: granularity, start: from, end: to }];
  return [
    { by: 'hour', start: from, end: new Date(firstDay) },
    { by: 'day', start: new Date(firstDay), end: new Date(lastDay) },
    { by: 'hour', start: new Date(lastDay), end: to },
  ];
}

/** Rows of groups, with one of the rest for each bucket in which there is any. */
export function statisticsRowsOf(rows: readonly StatisticsSqlRow[], isGrouped: boolean): readonly StatisticsRow[] {
  const read = rows.map(statisticsRowOf);
  const everything = read.filter(({ group }) => group === null);
  if (!isGrouped || everything.length === 0) return read;
  return withOthers(
    everything,
    read.filter(({ group }) => group !== null),
  );
}

function statisticsRowOf(row: StatisticsSqlRow): StatisticsRow {
  return {
    bucket: new Date(row.at_ms),
    group: row.id === null ? null : { id: row.id, name: row.name ?? row.id },
    requests: Number(row.requests),
    failures: Number(row.failures),
    inputTokens: BigInt(row.input_tokens),
    outputTokens: BigInt(row.output_tokens),
    amountNanos: BigInt(row.amount_nanos),
    costNanos: BigInt(row.cost_nanos),
    latency: row.latency ? countsOf(row.latency) : [],
    firstByte: row.first_byte ? countsOf(row.first_byte) : [],
  };
}
