import { USAGE_OTHERS, USAGE_SERIES_MAX } from '@code-router/contracts';
import { addCounts } from '../domain/durations.js';
import type { StatisticsQuery } from '../domain/statistics-query.js';
import type { StatisticsRow } from '../domain/statistics.js';
import { countsOf } from './duration-numbers.js';
import { Conditions } from './record-conditions.js';
import { rollupSource } from './rollup-source.js';

export interface StatisticsSqlRow {
  bucket: Date;
  /** Null in rows that sum up all groups. */
  id: string | null;
  name: string | null;
  requests: string;
  failures: string;
  input_tokens: string;
  output_tokens: string;
  amount_nanos: string;
  cost_nanos: string;
  latency: Buffer;
  first_byte: Buffer;
}

const SUMS = [
  ...['requests', 'failures', 'input_tokens', 'output_tokens', 'amount_nanos', 'cost_nanos'].map(
    (name) => `sum(${name}) AS ${name}`,
  ),
  ...['latency', 'first_byte'].map((name) => `numeric_send(sum(${name})) AS ${name}`),
].join(', ');

const DAY_MS = 86_400_000;

/**
 * The sums of each bucket and group. Groups that do not belong to the largest by amount are one group: a chart with a
 * thousand lines says nothing, and would not fit into an answer. Who is among the largest is looked for without adding
 * up durations; and where it is not all, the sums of everything come as well, of which the rest is what is left.
 */
export function statisticsSql(query: StatisticsQuery): { sql: string; parameters: unknown[] } {
  const { granularity, groupBy, from, to } = query;
  const parameters: unknown[] = [];
  const everything = rollupSource(granularity, query, undefined, new Conditions(parameters));
  addSpan(everything.where, from, to);
  const all = `SELECT bucket, NULL AS id, NULL AS name, ${SUMS} FROM ${everything.table} WHERE ${everything.where.sql}`;
  if (groupBy === 'none') return { sql: `${all} GROUP BY 1 ORDER BY 1`, parameters };

  const groups = (by: StatisticsQuery['granularity'], start: Date, end: Date) => {
    const { table, where, columns } = rollupSource(by, query, groupBy, new Conditions(parameters));
    return { group: columns[groupBy], table, where: addSpan(where, start, end) };
  };
  const amounts = stretches(query).map(({ by, start, end }) => {
    const { group, table, where } = groups(by, start, end);
    return `SELECT ${group} AS id, amount_nanos, requests FROM ${table} WHERE ${where.sql}`;
  });
  const shown = groups(granularity, from, to);
  const sql = `
    WITH largest AS MATERIALIZED (
      SELECT id, row_number() OVER (ORDER BY sum(amount_nanos) DESC, sum(requests) DESC, id) AS place
        FROM (${amounts.join(' UNION ALL ')}) AS amounts
       GROUP BY id ORDER BY 2 LIMIT ${USAGE_SERIES_MAX + 1}
    ), named AS MATERIALIZED (
      SELECT id, coalesce((SELECT name FROM usage_names WHERE kind = '${groupBy}' AND usage_names.id = largest.id
                            ORDER BY seen_at DESC, name LIMIT 1), id) AS name
        FROM largest WHERE place <= ${USAGE_SERIES_MAX}
    ), shown AS MATERIALIZED (
      SELECT bucket, ${shown.group} AS id, ${SUMS} FROM ${shown.table}
       WHERE ${shown.where.sql} AND ${shown.group} = ANY (ARRAY(SELECT id FROM named))
       GROUP BY 1, 2
    )
    SELECT bucket, id, name, requests, failures, input_tokens, output_tokens, amount_nanos, cost_nanos, latency, first_byte
      FROM shown JOIN named USING (id)
    UNION ALL
    ${all} AND (SELECT count(*) FROM largest) > ${USAGE_SERIES_MAX} GROUP BY 1
    ORDER BY 1`;
  return { sql, parameters };
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
  const firstDay = Math.ceil(from.getTime() / DAY_MS) * DAY_MS;
  const lastDay = Math.floor(to.getTime() / DAY_MS) * DAY_MS;
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
  const named = read.filter(({ group }) => group !== null);
  const rest = new Map(everything.map((row) => [row.bucket.getTime(), row]));
  for (const row of named) {
    const all = rest.get(row.bucket.getTime());
    if (all) rest.set(row.bucket.getTime(), without(all, row));
  }
  const others = [...rest.values()]
    .filter(({ requests }) => requests > 0)
    .map((row) => ({ ...row, group: { id: USAGE_OTHERS, name: USAGE_OTHERS } }));
  return [...named, ...others].toSorted((one, other) => one.bucket.getTime() - other.bucket.getTime());
}

function without(all: StatisticsRow, row: StatisticsRow): StatisticsRow {
  return {
    bucket: all.bucket,
    group: all.group,
    requests: all.requests - row.requests,
    failures: all.failures - row.failures,
    inputTokens: all.inputTokens - row.inputTokens,
    outputTokens: all.outputTokens - row.outputTokens,
    amountNanos: all.amountNanos - row.amountNanos,
    costNanos: all.costNanos - row.costNanos,
    latency: addCounts(all.latency, row.latency, -1),
    firstByte: addCounts(all.firstByte, row.firstByte, -1),
  };
}

function statisticsRowOf(row: StatisticsSqlRow): StatisticsRow {
  return {
    bucket: row.bucket,
    group: row.id === null ? null : { id: row.id, name: row.name ?? row.id },
    requests: Number(row.requests),
    failures: Number(row.failures),
    inputTokens: BigInt(row.input_tokens),
    outputTokens: BigInt(row.output_tokens),
    amountNanos: BigInt(row.amount_nanos),
    costNanos: BigInt(row.cost_nanos),
    latency: countsOf(row.latency),
    firstByte: countsOf(row.first_byte),
  };
}
