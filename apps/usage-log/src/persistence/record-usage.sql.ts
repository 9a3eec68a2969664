/** The columns that a record is written with, and their types in the JSON that carries a batch. */
const COLUMNS = {
  id: 'uuid',
  outcome: 'text',
  request_id: 'text',
  account_id: 'text',
  key_id: 'text',
  key_name: 'text',
  endpoint: 'text',
  stream: 'boolean',
  model_asked: 'text',
  model_served: 'text',
  channel_id: 'text',
  channel_name: 'text',
  upstream_request_id: 'text',
  attempts: 'integer',
  tokens: 'jsonb',
  input_tokens: 'bigint',
  output_tokens: 'bigint',
  reasoning_tokens: 'bigint',
  estimated: 'boolean',
  price_version_id: 'text',
  terms: 'jsonb',
  multiplier_millionths: 'bigint',
  multiplier_source: 'text',
  amount_nanos: 'bigint',
  finish_reason: 'text',
  http_status: 'smallint',
  error_code: 'text',
  client_disconnected: 'boolean',
  started_at: 'timestamptz',
  completed_at: 'timestamptz',
  latency_ms: 'integer',
  first_byte_ms: 'integer',
  client_ip: 'text',
  user_agent: 'text',
} as const;

export type RecordColumn = keyof typeof COLUMNS;

const NAMES = Object.keys(COLUMNS).join(', ');
const TYPED_NAMES = Object.entries(COLUMNS)
  .map(([name, type]) => `${name} ${type}`)
  .join(', ');

/**
 * Adds the new records to the roll-ups of one granularity. Buckets are in UTC, whatever the time zone of the session.
 * A request failed when its client got an error.
 */
const upsertRollups = (table: string, granularity: 'hour' | 'day', from: string) => `
  INSERT INTO ${table} AS rollup
         (account_id, bucket, key_id, model, channel_id, requests, failures, input_tokens, output_tokens, amount_nanos)
  SELECT account_id, date_trunc('${granularity}', completed_at, 'UTC') AS bucket, key_id, model_asked, channel_id,
         count(*), count(*) FILTER (WHERE http_status >= 400 OR error_code IS NOT NULL),
         sum(input_tokens), sum(output_tokens), sum(amount_nanos)
    FROM ${from}
   GROUP BY 1, 2, 3, 4, 5
   ORDER BY 1, 2, 3, 4, 5
  ON CONFLICT ON CONSTRAINT ${table}_key DO UPDATE SET
    requests = rollup.requests + excluded.requests,
    failures = rollup.failures + excluded.failures,
    input_tokens = rollup.input_tokens + excluded.input_tokens,
    output_tokens = rollup.output_tokens + excluded.output_tokens,
    amount_nanos = rollup.amount_nanos + excluded.amount_nanos
  RETURNING 1`;

/**
 * Records a batch and answers with how many records are new. $1 is a JSON array of records.
 *
 * One statement, so all of it or nothing. The roll-ups see only the rows that were really inserted: an event that comes
 * again, in this batch or in a later one, is counted once, whatever happens between delivery and acknowledgement.
 *
 * Workers that record at the same time wait for each other's rows but never in a circle, since each takes its locks in
 * the same order: records by id, then hours by their key, then days by theirs. The order within a part is that of its
 * ORDER BY. Between the parts PostgreSQL promises none, so each part asks for all of the one before: grouping needs
 * every inserted row, and the days wait until the hours are counted.
 */
export const RECORD_USAGE = `
  WITH inserted AS (
    INSERT INTO usage_records (${NAMES})
    SELECT ${NAMES} FROM jsonb_to_recordset($1::jsonb) AS batch (${TYPED_NAMES}) ORDER BY id
    ON CONFLICT (id) DO NOTHING
    RETURNING account_id, completed_at, key_id, model_asked, channel_id, http_status, error_code,
              input_tokens, output_tokens, amount_nanos
  ), hours AS (${upsertRollups('usage_hourly', 'hour', 'inserted')}
  ), days AS (${upsertRollups('usage_daily', 'day', 'inserted WHERE (SELECT count(*) FROM hours) > 0')}
  )
  SELECT count(*)::int AS recorded FROM inserted WHERE (SELECT count(*) FROM days) > 0`;
