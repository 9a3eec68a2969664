import { ROLLUP_LEVELS, ROLLUP_SUMS, ROLLUP_TABLES } from './rollup-levels.js';

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
  tries: 'jsonb',
  tokens: 'jsonb',
  units: 'jsonb',
  input_tokens: 'bigint',
  output_tokens: 'bigint',
  reasoning_tokens: 'bigint',
  estimated: 'boolean',
  price_version_id: 'text',
  terms: 'jsonb',
  multiplier_millionths: 'bigint',
  multiplier_source: 'text',
  amount_nanos: 'bigint',
  cost_nanos: 'bigint',
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

/** What roll-ups need of a record. */
const ROLLED_UP =
  'account_id, key_id, key_name, model_asked, channel_id, channel_name, outcome, failed, completed_at, ' +
  'input_tokens, output_tokens, amount_nanos, cost_nanos, latency_ms, first_byte_ms';

const SUMS = ROLLUP_SUMS.join(', ');
const SUMMED = ROLLUP_SUMS.map((name) => `sum(${name}) AS ${name}`).join(', ');

/**
 * One row for each hour, account, key, model and channel: what `changes` adds, where `sign` is 1, and takes away, where
 * it is -1. Hours are in UTC, whatever the time zone of the session.
 */
export const sumsOfRecords = (changes: string) => `
  SELECT account_id, date_trunc('hour', completed_at, 'UTC') AS bucket, key_id, model_asked AS model, channel_id,
         sum(sign) AS requests,
         coalesce(sum(sign) FILTER (WHERE failed), 0) AS failures,
         coalesce(sum(sign) FILTER (WHERE outcome = 'released'), 0) AS released,
         coalesce(sum(sign) FILTER (WHERE outcome = 'orphaned'), 0) AS orphaned,
         sum(sign * input_tokens) AS input_tokens,
         sum(sign * output_tokens) AS output_tokens,
         sum(sign * amount_nanos) AS amount_nanos,
         coalesce(sum(sign * cost_nanos), 0) AS cost_nanos,
         sum(sign * duration_mark(latency_ms)) AS latency,
         coalesce(sum(sign * duration_mark(first_byte_ms)), 0) AS first_byte
    FROM ${changes}
   GROUP BY 1, 2, 3, 4, 5`;

/** From rows of {@link sumsOfRecords}: one for each level, scope, hour and part. */
export const sumsByLevel = (finest: string) => `
  SELECT level, scope, bucket, part, ${SUMMED}
    FROM ${finest}
   CROSS JOIN LATERAL (VALUES
         ${Object.values(ROLLUP_LEVELS)
           .map(({ level, scope, part }) => `(${level}, ${scope}, ${part})`)
           .join(',\n         ')}
         ) AS levels (level, scope, part)
   GROUP BY level, scope, bucket, part`;

const DAY = `date_trunc('day', bucket, 'UTC')`;

/**
 * Adds sums to a table of roll-ups, whose rows are locked in the order of their key. What is one row for each key already
 * is not summed up again: durations are long numbers, and adding them is most of what a roll-up costs.
 */
const addTo = (
  table: string,
  key: readonly string[],
  constraint: string,
  from: string,
  after: string,
  sums: string,
) => `
  INSERT INTO ${table} AS kept (${key.join(', ')}, ${SUMS})
  SELECT ${key.map((name) => `${from}.${name}`).join(', ')}, ${sums}
    FROM ${from}
   WHERE (SELECT count(*) FROM ${after}) >= 0
   ${sums === SUMMED ? `GROUP BY ${places(key)}` : ''}
   ORDER BY ${places(key)}
  ON CONFLICT ON CONSTRAINT ${constraint} DO UPDATE SET
    ${ROLLUP_SUMS.map((name) => `${name} = kept.${name} + excluded.${name}`).join(',\n    ')}
  RETURNING 1`;

const places = (columns: readonly string[]): string => columns.map((_, index) => index + 1).join(', ');

const FINEST_KEY = ['account_id', 'bucket', 'key_id', 'model', 'channel_id'];
const LEVEL_KEY = ['level', 'scope', 'bucket', 'part'];

/**
 * Takes what changed into every roll-up and into the list of names. The parts wait for each other, each for all rows of
 * the one before, so that whoever writes at the same time takes the same locks in the same order.
 */
const rollUp = (changes: string, after: string) => `
  finest AS MATERIALIZED (${sumsOfRecords(changes)}
  ), finest_by_day AS (
    SELECT account_id, ${DAY} AS bucket, key_id, model, channel_id, ${SUMS} FROM finest
  ), by_level AS MATERIALIZED (${sumsByLevel('finest')}
  ), by_level_and_day AS (
    SELECT level, scope, ${DAY} AS bucket, part, ${SUMS} FROM by_level
  ), names AS (
    INSERT INTO usage_names (kind, id, name, account_id)
    SELECT DISTINCT kind, named.id, name, owner FROM ${changes}
     CROSS JOIN LATERAL (VALUES ('key', key_id, key_name, account_id), ('model', model_asked, model_asked, ''),
                                ('channel', channel_id, coalesce(channel_name, channel_id), '')
           ) AS named (kind, id, name, owner)
     WHERE named.id IS NOT NULL AND (SELECT count(*) FROM ${after}) >= 0
     ORDER BY 1, 2, 3, 4
    ON CONFLICT DO NOTHING
    RETURNING 1
  ), hours AS (${addTo(ROLLUP_TABLES.hour.finest, FINEST_KEY, 'usage_hourly_key', 'finest', 'names', SUMS)}
  ), days AS (${addTo(ROLLUP_TABLES.day.finest, FINEST_KEY, 'usage_daily_key', 'finest_by_day', 'hours', SUMMED)}
  ), hours_by_level AS (${addTo(ROLLUP_TABLES.hour.levels, LEVEL_KEY, 'usage_hourly_levels_pkey', 'by_level', 'days', SUMS)}
  ), days_by_level AS (${addTo(ROLLUP_TABLES.day.levels, LEVEL_KEY, 'usage_daily_levels_pkey', 'by_level_and_day', 'hours_by_level', SUMMED)}
  )`;

/**
 * Held in common by all who record, and alone by those who record an orphan. An orphan and its settlement are two events
 * with two times, so no unique index makes them meet: this does.
 */
const RECORDING_LOCK = 726_510;
export const LOCK_RECORDING = `SELECT pg_advisory_xact_lock_shared(${RECORDING_LOCK})`;
export const LOCK_RECORDING_ALONE = `SELECT pg_advisory_xact_lock(${RECORDING_LOCK})`;

const BATCH = `batch AS MATERIALIZED (SELECT ${NAMES} FROM jsonb_to_recordset($1::jsonb) AS batch (${TYPED_NAMES}))`;

/**
 * Records requests that were settled or released. $1 is a JSON array of records.
 *
 * One statement, so all of it or nothing. The roll-ups see only rows that were really inserted: an event that comes
 * again, in this batch or in a later one, has the same id and the same time, and is counted once. What was recorded as
 * an orphan before is taken out of records and roll-ups; `usage_orphans` says where it is, so that no other month has to
 * be searched.
 *
 * Workers that record at the same time wait for each other's rows but never in a circle: orphans by id, then records by
 * id, then names, hours, days by their keys. Between parts of a statement PostgreSQL promises no order, so each part
 * asks for all of the one before.
 */
export const RECORD_USAGE = `
  WITH ${BATCH}, settled_after_all AS MATERIALIZED (
    DELETE FROM usage_orphans
     USING (SELECT id FROM usage_orphans WHERE id IN (SELECT id FROM batch) ORDER BY id FOR UPDATE) AS due
     WHERE usage_orphans.id = due.id
    RETURNING usage_orphans.id, usage_orphans.completed_at
  ), removed AS (
    DELETE FROM usage_records USING settled_after_all AS orphan
     WHERE usage_records.id = orphan.id AND usage_records.completed_at = orphan.completed_at
    RETURNING ${ROLLED_UP.split(', ')
      .map((name) => `usage_records.${name}`)
      .join(', ')}
  ), inserted AS (
    INSERT INTO usage_records (${NAMES}, corrects_orphan)
    SELECT ${NAMES}, id IN (SELECT id FROM settled_after_all) FROM batch
     WHERE (SELECT count(*) FROM removed) >= 0
     ORDER BY id
    ON CONFLICT (id, completed_at) DO NOTHING
    RETURNING ${ROLLED_UP}
  ), changes AS (
    SELECT 1 AS sign, * FROM inserted UNION ALL SELECT -1, * FROM removed
  ), ${rollUp('changes', 'inserted')}
  SELECT count(*)::int AS changed FROM days_by_level`;

/**
 * Records orphans, while nobody else records. $1 is a JSON array of records. One whose settlement was recorded before,
 * in whatever month, changes no sum; the settlement is marked.
 */
export const RECORD_ORPHANS = `
  WITH ${BATCH}, settled_before AS MATERIALIZED (
    UPDATE usage_records SET corrects_orphan = true FROM batch
     WHERE usage_records.id = batch.id AND usage_records.outcome <> 'orphaned'
    RETURNING usage_records.id
  ), inserted AS (
    INSERT INTO usage_records (${NAMES})
    SELECT ${NAMES} FROM batch
     WHERE id NOT IN (SELECT id FROM settled_before) AND id NOT IN (SELECT id FROM usage_orphans)
     ORDER BY id
    ON CONFLICT (id, completed_at) DO NOTHING
    RETURNING id, ${ROLLED_UP}
  ), remembered AS (
    INSERT INTO usage_orphans (id, completed_at) SELECT id, completed_at FROM inserted RETURNING 1
  ), changes AS (
    SELECT 1 AS sign, * FROM inserted
  ), ${rollUp('changes', 'remembered')}
  SELECT count(*)::int AS changed FROM days_by_level`;
