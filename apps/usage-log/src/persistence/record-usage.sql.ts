/** The columns that a record is written with, and their types: each is one parameter, an array with a value for each record. */
export const COLUMNS = {
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
  is_plain: 'boolean',
} as const;

export type RecordColumn = keyof typeof COLUMNS;

const NAMES = Object.keys(COLUMNS).join(', ');
const PARAMETERS = Object.values(COLUMNS)
  .map((type, index) => `$${index + 1}::${type}[]`)
  .join(', ');
const BATCH = `batch AS MATERIALIZED (SELECT * FROM unnest(${PARAMETERS}) AS batch (${NAMES}))`;

/**
 * Held in common by all who record, and alone by those who record an orphan. An orphan and its settlement are two events
 * with two times, so no unique index makes them meet: this does.
 */
const RECORDING_LOCK = 726_510;
export const LOCK_RECORDING = `SELECT pg_advisory_xact_lock_shared(${RECORDING_LOCK})`;
export const LOCK_RECORDING_ALONE = `SELECT pg_advisory_xact_lock(${RECORDING_LOCK})`;

/** $1 ids. Whether one of them is recorded as an orphan. */
export const HAS_ORPHAN = 'SELECT EXISTS (SELECT FROM usage_orphans WHERE id = ANY($1::uuid[])) AS found';

/**
 * Records requests that were settled or released, none of which is recorded yet: what comes as lines costs a quarter less
 * than what comes as arrays, and no row is looked for before it is written. It fails when one of them is there already.
 */
export const COPY_RECORDS = `COPY usage_records (${NAMES}) FROM STDIN`;

/** What is taken out of the roll-ups of an orphan that is no record any more. */
const REMOVED =
  'account_id, key_id, model_asked, channel_id, outcome, failed, completed_at, input_tokens, output_tokens, ' +
  'amount_nanos, cost_nanos, latency_ms, first_byte_ms';

/** A record that was written, or, where it has more than id and time, an orphan whose place it took. */
export interface ChangedRow {
  readonly is_new: boolean;
  readonly id: string;
  readonly completed_at: Date;
  readonly account_id: string;
  readonly key_id: string;
  readonly model_asked: string;
  readonly channel_id: string | null;
  readonly outcome: 'settled' | 'released' | 'orphaned';
  readonly failed: boolean;
  readonly input_tokens: string;
  readonly output_tokens: string;
  readonly amount_nanos: string;
  readonly cost_nanos: string | null;
  readonly latency_ms: number;
  readonly first_byte_ms: number | null;
}

/**
 * Records requests that were settled or released, whether they are recorded or not, and answers with what changed by it, which is what the roll-ups have
 * to grow by. An event that comes again, in this batch or in a later one, has the same id and the same time, and changes
 * nothing. What was recorded as an orphan before is no record any more; `usage_orphans` says where it is, so that no
 * other month has to be searched.
 *
 * Workers that record at the same time wait for each other's rows but never in a circle: orphans by id, then records by
 * id. Between parts of a statement PostgreSQL promises no order, so each part asks for all of the one before.
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
    RETURNING usage_records.id, ${REMOVED.replace('completed_at', 'usage_records.completed_at')}
  ), inserted AS (
    INSERT INTO usage_records (${NAMES}, corrects_orphan)
    SELECT ${NAMES}, id IN (SELECT id FROM settled_after_all) FROM batch
     WHERE (SELECT count(*) FROM removed) >= 0
     ORDER BY id
    ON CONFLICT (id, completed_at) DO NOTHING
    RETURNING id, completed_at
  )
  SELECT true AS is_new, inserted.id, inserted.completed_at, ${REMOVED.replace('completed_at, ', '')
    .split(', ')
    .map((name) => `removed.${name}`)
    .join(', ')}
    FROM inserted LEFT JOIN removed ON false
  UNION ALL
  SELECT false, id, completed_at, ${REMOVED.replace('completed_at, ', '')} FROM removed`;

/**
 * Records orphans, while nobody else records, and answers with those that were written. One whose settlement was
 * recorded before, in whatever month, is not; the settlement is marked.
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
    RETURNING id, completed_at
  ), remembered AS (
    INSERT INTO usage_orphans (id, completed_at) SELECT id, completed_at FROM inserted RETURNING id, completed_at
  )
  SELECT true AS is_new, id, completed_at FROM remembered`;
