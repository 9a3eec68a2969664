import pg from 'pg';

/** Sums that grow with the number of requests; how long requests took stays as it was. */
const SUMS = 'requests,failures,released,orphaned,input_tokens,output_tokens,amount_nanos,cost_nanos'.split(',');
const TABLES = [
  { name: 'usage_hourly', key: 'account_id, key_id, model, channel_id', step: 'hour', count: 23 },
  { name: 'usage_hourly_levels', key: 'level, scope, part', step: 'hour', count: 23 },
  { name: 'usage_daily', key: 'account_id, key_id, model, channel_id', step: 'day', count: 29 },
  { name: 'usage_daily_levels', key: 'level, scope, part', step: 'day', count: 29 },
] as const;

/**
 * For the pictures of the documentation: charts as they are after a month of use, of busier and quieter days, made of the
 * requests that there are. Only roll-ups have them, and tests never see them.
 */
export async function showPastUsage(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    for (const { name, key, step, count } of TABLES) {
      await client.query(`
        INSERT INTO usage_log.${name} (bucket, ${key}, ${SUMS.join(', ')}, latency, first_byte)
        SELECT bucket - past * interval '1 ${step}', ${key}, ${SUMS.map((sum) => `${sum} * busy`).join(', ')},
               latency, first_byte
          FROM usage_log.${name}, generate_series(1, ${count}) AS past, LATERAL (
            SELECT 18 + (past * 37 + length(COALESCE(${key.split(', ').at(-2)}::text, '')) * 5) % 23
                   - CASE WHEN past % 7 IN (1, 2) THEN 12 ELSE 0 END AS busy) AS factor
        ON CONFLICT DO NOTHING`);
    }
  } finally {
    await client.end();
  }
}
