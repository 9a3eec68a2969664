import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Makes `usage_records` a table of monthly partitions, with what was recorded since: tries, units, what providers ask,
 * and orphans that were settled after all. Every record is carried over, and the roll-ups, which now sum up more, are
 * computed anew from them. It takes about a minute for each million records, all in one transaction; workers wait.
 */
export class PartitionUsageLog1764000000001 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await queryRunner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('Records by month cannot go back to one table: restore a backup to go back.');
  }
}

/** The same steps as in the code that reads them; what is stored depends on them, so they never change. */
const STEP_STARTS_MS =
  '1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 23, 27, 32, 39, 46, 54, 64, 77, 91, 108, 128, 153, 182, ' +
  '216, 256, 305, 363, 431, 512, 609, 725, 862, 1024, 1218, 1449, 1723, 2048, 2436, 2897, 3445, 4096, ' +
  '4871, 5793, 6889, 8192, 9742, 11586, 13778, 16384, 19484, 23171, 27555, 32768, 38968, 46341, 55109, ' +
  '65536, 77936, 92682, 110218, 131072, 155872, 185364, 220436, 262144, 311744, 370728, 440872, 524288, ' +
  '623488, 741456, 881744, 1048576, 1246975, 1482911, 1763488, 2097152, 2493949, 2965821, 3526976, ' +
  '4194304, 4987897, 5931642, 7053951, 8388608, 9975793, 11863284, 14107901, 16777216, 19951585, ' +
  '23726567, 28215802, 33554432';

const RECORD_COLUMNS =
  'id, outcome, request_id, account_id, key_id, key_name, endpoint, stream, model_asked, model_served, ' +
  'channel_id, channel_name, upstream_request_id, attempts, tokens, input_tokens, output_tokens, ' +
  'reasoning_tokens, estimated, price_version_id, terms, multiplier_millionths, multiplier_source, ' +
  'amount_nanos, finish_reason, http_status, error_code, client_disconnected, started_at, completed_at, ' +
  'latency_ms, first_byte_ms, client_ip, user_agent, recorded_at';

/** Sums are numeric: however much is added up, it neither overflows nor is rounded. */
const SUMS = `
    requests bigint NOT NULL,
    failures bigint NOT NULL,
    released bigint NOT NULL,
    orphaned bigint NOT NULL,
    input_tokens numeric(38) NOT NULL,
    output_tokens numeric(38) NOT NULL,
    amount_nanos numeric(38) NOT NULL,
    cost_nanos numeric(38) NOT NULL,
    latency numeric NOT NULL,
    first_byte numeric NOT NULL`;

/** Rows are rewritten with every batch of their hour: room beside them spares the index an entry each time. */
const ROOM = 'WITH (fillfactor = 70)';

const finestRollup = (name: string) => `
  CREATE TABLE ${name} (
    bucket timestamptz NOT NULL,
    account_id text NOT NULL,
    key_id text NOT NULL,
    model text NOT NULL,
    channel_id text,
    ${SUMS},
    CONSTRAINT ${name}_key UNIQUE NULLS NOT DISTINCT (account_id, bucket, key_id, model, channel_id)
  ) ${ROOM}`;

const rollupLevels = (name: string) => `
  CREATE TABLE ${name} (
    level smallint NOT NULL,
    scope text NOT NULL,
    bucket timestamptz NOT NULL,
    part text NOT NULL,
    ${SUMS},
    CONSTRAINT ${name}_pkey PRIMARY KEY (level, scope, bucket, part)
  ) ${ROOM}`;

const finestSums = (granularity: 'hour' | 'day', table: string) => `
  INSERT INTO ${table}
  SELECT date_trunc('${granularity}', completed_at, 'UTC'), account_id, key_id, model_asked, channel_id,
         count(*), count(*) FILTER (WHERE failed), count(*) FILTER (WHERE outcome = 'released'),
         count(*) FILTER (WHERE outcome = 'orphaned'), sum(input_tokens), sum(output_tokens), sum(amount_nanos), 0,
         sum(duration_mark(latency_ms)), coalesce(sum(duration_mark(first_byte_ms)), 0)
    FROM usage_records GROUP BY 1, 2, 3, 4, 5`;

const levelSums = (finest: string, table: string) => `
  INSERT INTO ${table}
  SELECT level, scope, bucket, part, sum(requests), sum(failures), sum(released), sum(orphaned), sum(input_tokens),
         sum(output_tokens), sum(amount_nanos), sum(cost_nanos), sum(latency), sum(first_byte)
    FROM ${finest}
   CROSS JOIN LATERAL (VALUES (1, '', model), (2, '', coalesce(channel_id, '')), (3, '', account_id),
                              (4, account_id, model), (5, key_id, model), (6, model, coalesce(channel_id, ''))
         ) AS levels (level, scope, part)
   GROUP BY 1, 2, 3, 4`;

const STATEMENTS = [
  `ALTER TABLE usage_records RENAME TO usage_records_before`,
  `ALTER TABLE usage_records_before RENAME CONSTRAINT usage_records_pkey TO usage_records_before_pkey`,
  ...['newest', 'of_account', 'of_key', 'of_model', 'of_request'].map((index) => `DROP INDEX usage_records_${index}`),
  `DROP TABLE usage_hourly, usage_daily`,

  // See domain/durations.ts: the count of one request that took so many milliseconds.
  `CREATE FUNCTION duration_mark(milliseconds integer) RETURNS numeric LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
   RETURN ('1e' || 12 * width_bucket(milliseconds, ARRAY[${STEP_STARTS_MS}]))::numeric`,

  // Tokens are kept as the event carried them, in jsonb: most classes are absent from most requests, a new class must
  // not rewrite a table of this size, and a record read back is exactly what was priced. What statistics sum has
  // columns: input_tokens and output_tokens. Ids of other services are text, since only they know what they consist of.
  `CREATE TABLE usage_records (
     id uuid NOT NULL,
     outcome text NOT NULL CHECK (outcome IN ('settled', 'released', 'orphaned')),
     request_id text NOT NULL,
     account_id text NOT NULL,
     key_id text NOT NULL,
     key_name text NOT NULL,
     endpoint text NOT NULL,
     stream boolean NOT NULL,
     model_asked text NOT NULL,
     model_served text,
     channel_id text,
     channel_name text,
     upstream_request_id text,
     attempts integer NOT NULL,
     tries jsonb,
     tokens jsonb NOT NULL,
     units jsonb,
     input_tokens bigint NOT NULL CHECK (input_tokens >= 0),
     output_tokens bigint NOT NULL CHECK (output_tokens >= 0),
     reasoning_tokens bigint NOT NULL CHECK (reasoning_tokens >= 0),
     estimated boolean NOT NULL,
     price_version_id text NOT NULL,
     terms jsonb NOT NULL,
     multiplier_millionths bigint NOT NULL CHECK (multiplier_millionths >= 0),
     multiplier_source text NOT NULL,
     amount_nanos bigint NOT NULL CHECK (amount_nanos >= 0),
     cost_nanos bigint CHECK (cost_nanos >= 0),
     finish_reason text,
     http_status smallint NOT NULL,
     error_code text,
     -- The client got an error, be it in the midst of a stream.
     failed boolean NOT NULL GENERATED ALWAYS AS (http_status >= 400 OR error_code IS NOT NULL) STORED,
     client_disconnected boolean NOT NULL,
     started_at timestamptz(3) NOT NULL,
     -- Milliseconds, as cursors carry them: a page must continue exactly where the one before ended.
     completed_at timestamptz(3) NOT NULL,
     latency_ms integer NOT NULL CHECK (latency_ms >= 0),
     first_byte_ms integer CHECK (first_byte_ms >= 0),
     client_ip text,
     user_agent text,
     corrects_orphan boolean NOT NULL DEFAULT false,
     recorded_at timestamptz NOT NULL DEFAULT now(),
     -- An event that comes again has the same time, so its month has the id already.
     CONSTRAINT usage_records_pkey PRIMARY KEY (id, completed_at)
   ) PARTITION BY RANGE (completed_at)`,
  // One for each way in which records are listed, in the order of the list, so that a page reads its own rows only.
  `CREATE INDEX usage_records_newest ON usage_records (completed_at DESC, id DESC)`,
  `CREATE INDEX usage_records_of_account ON usage_records (account_id, completed_at DESC, id DESC)`,
  `CREATE INDEX usage_records_of_key ON usage_records (key_id, completed_at DESC, id DESC)`,
  `CREATE INDEX usage_records_of_model ON usage_records (model_asked, completed_at DESC, id DESC)`,
  `CREATE INDEX usage_records_of_channel ON usage_records (channel_id, completed_at DESC, id DESC)`,
  `CREATE INDEX usage_records_of_request ON usage_records (request_id, completed_at DESC, id DESC)`,
  // Few records are of these kinds.
  `CREATE INDEX usage_records_failed ON usage_records (completed_at DESC, id DESC) WHERE failed`,
  `CREATE INDEX usage_records_of_status ON usage_records (http_status, completed_at DESC, id DESC)
    WHERE http_status <> 200`,
  `CREATE INDEX usage_records_of_outcome ON usage_records (outcome, completed_at DESC, id DESC)
    WHERE outcome <> 'settled'`,

  `CREATE TABLE usage_orphans (id uuid PRIMARY KEY, completed_at timestamptz(3) NOT NULL)`,
  `CREATE TABLE usage_names (
     kind text NOT NULL,
     id text NOT NULL,
     name text NOT NULL,
     account_id text NOT NULL,
     seen_at timestamptz NOT NULL DEFAULT now(),
     PRIMARY KEY (kind, id, name, account_id)
   )`,
  `CREATE INDEX usage_names_of_account ON usage_names (account_id) WHERE kind = 'key'`,

  // The same as ensureMonth does from now on, for each month that has records.
  `DO $$ DECLARE month record; BEGIN
     FOR month IN SELECT DISTINCT date_trunc('month', completed_at, 'UTC') AS start FROM usage_records_before LOOP
       EXECUTE format('CREATE TABLE %I PARTITION OF usage_records FOR VALUES FROM (%L) TO (%L)',
         'usage_records_' || to_char(month.start AT TIME ZONE 'UTC', 'YYYY_MM'), month.start,
         ((month.start AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC');
     END LOOP;
   END $$`,
  `INSERT INTO usage_records (${RECORD_COLUMNS}) SELECT ${RECORD_COLUMNS} FROM usage_records_before`,
  `DROP TABLE usage_records_before`,
  `INSERT INTO usage_orphans SELECT id, completed_at FROM usage_records WHERE outcome = 'orphaned'`,
  `INSERT INTO usage_names (kind, id, name, account_id, seen_at)
   SELECT kind, named.id, name, owner, max(completed_at) FROM usage_records
    CROSS JOIN LATERAL (VALUES ('key', key_id, key_name, account_id), ('model', model_asked, model_asked, ''),
                               ('channel', channel_id, coalesce(channel_name, channel_id), '')
          ) AS named (kind, id, name, owner)
    WHERE named.id IS NOT NULL GROUP BY 1, 2, 3, 4`,

  finestRollup('usage_hourly'),
  finestRollup('usage_daily'),
  rollupLevels('usage_hourly_levels'),
  rollupLevels('usage_daily_levels'),
  finestSums('hour', 'usage_hourly'),
  finestSums('day', 'usage_daily'),
  levelSums('usage_hourly', 'usage_hourly_levels'),
  levelSums('usage_daily', 'usage_daily_levels'),
];
