import { USAGE_OTHERS, USAGE_SERIES_MAX } from '@code-router/contracts';
import type { StatisticsQuery } from '../domain/statistics-query.js';
import type { StatisticsRow } from '../domain/statistics.js';
import { rollupSource } from './rollup-source.js';

export interface StatisticsSqlRow {
  bucket: Date;
  id: string | null;
  name: string | null;
  requests: string;
  failures: string;
  input_tokens: string;
  output_tokens: string;
  amount_nanos: string;
  cost_nanos: string;
  latency: string;
  first_byte: string;
}

const SUMS = [
  'requests',
  'failures',
  'input_tokens',
  'output_tokens',
  'amount_nanos',
  'cost_nanos',
  'latency',
  'first_byte',
]
  .map((name) => `sum(${name}) AS ${name}`)
  .join(', ');

/**
 * The sums of each bucket and group. Groups that do not belong to the largest by amount are one group: a chart with a
 * thousand lines says nothing, and would not fit into an answer.
 */
export function statisticsSql(query: StatisticsQuery): { sql: string; parameters: unknown[] } {
  const { granularity, groupBy, from, to } = query;
  const source = rollupSource(granularity, query, groupBy === 'none' ? undefined : groupBy);
  const { table, where } = source;
  where
    .add(`bucket >= ${where.value(from)}`)
    .add(`bucket < ${where.value(to)}`)
    .add('requests > 0');
  if (groupBy === 'none') {
    const sql = `SELECT bucket, NULL AS id, NULL AS name, ${SUMS} FROM ${table} WHERE ${where.sql} GROUP BY 1 ORDER BY 1`;
    return { sql, parameters: where.parameters };
  }
  const group = source.columns[groupBy];
  const sql = `
    WITH rows AS MATERIALIZED (
      SELECT ${group} AS id, bucket, ${SUMS} FROM ${table} WHERE ${where.sql} GROUP BY 1, 2
    ), largest AS MATERIALIZED (
      SELECT id FROM rows GROUP BY id ORDER BY sum(amount_nanos) DESC, sum(requests) DESC, id LIMIT ${USAGE_SERIES_MAX}
    ), named AS (
      SELECT id, coalesce((SELECT name FROM usage_names WHERE kind = '${groupBy}' AND usage_names.id = largest.id
                            ORDER BY seen_at DESC, name LIMIT 1), id) AS name
        FROM largest
    )
    SELECT bucket, coalesce(named.id, '${USAGE_OTHERS}') AS id, coalesce(named.name, '${USAGE_OTHERS}') AS name, ${SUMS}
      FROM rows LEFT JOIN named ON named.id = rows.id
     GROUP BY 1, 2, 3 ORDER BY 1`;
  return { sql, parameters: where.parameters };
}

export function statisticsRowOf(row: StatisticsSqlRow): StatisticsRow {
  return {
    bucket: row.bucket,
    group: row.id === null ? null : { id: row.id, name: row.name ?? row.id },
    requests: Number(row.requests),
    failures: Number(row.failures),
    inputTokens: BigInt(row.input_tokens),
    outputTokens: BigInt(row.output_tokens),
    amountNanos: BigInt(row.amount_nanos),
    costNanos: BigInt(row.cost_nanos),
    latency: row.latency,
    firstByte: row.first_byte,
  };
}
