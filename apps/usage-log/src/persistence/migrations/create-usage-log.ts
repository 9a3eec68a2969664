import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Usage records and their roll-ups. */
export class CreateUsageLog1764000000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE usage_daily, usage_hourly, usage_records');
  }
}

/**
 * The key of a roll-up starts with the account, because roll-ups are read for one account and a stretch of time.
 * Requests that reached no channel have none; NULLS NOT DISTINCT makes them one row nevertheless. Sums are numeric:
 * however much is added up, it neither overflows nor is rounded.
 */
const rollupTable = (name: string) => `
  CREATE TABLE ${name} (
    bucket timestamptz NOT NULL,
    account_id text NOT NULL,
    key_id text NOT NULL,
    model text NOT NULL,
    channel_id text,
    requests bigint NOT NULL,
    failures bigint NOT NULL,
    input_tokens numeric(38) NOT NULL,
    output_tokens numeric(38) NOT NULL,
    amount_nanos numeric(38) NOT NULL,
    CONSTRAINT ${name}_key UNIQUE NULLS NOT DISTINCT (account_id, bucket, key_id, model, channel_id)
  )`;

const STATEMENTS = [
  // Tokens are kept as the event carried them, in jsonb: most classes are absent from most requests, a new class must
  // not rewrite a table of this size, and a record read back is exactly what was priced. What statistics sum has
  // columns: input_tokens and output_tokens. Ids of other services are text, since only they know what they consist of.
  `CREATE TABLE usage_records (
     id uuid PRIMARY KEY,
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
     tokens jsonb NOT NULL,
     input_tokens bigint NOT NULL CHECK (input_tokens >= 0),
     output_tokens bigint NOT NULL CHECK (output_tokens >= 0),
     reasoning_tokens bigint NOT NULL CHECK (reasoning_tokens >= 0),
     estimated boolean NOT NULL,
     price_version_id text NOT NULL,
     terms jsonb NOT NULL,
     multiplier_millionths bigint NOT NULL CHECK (multiplier_millionths >= 0),
     multiplier_source text NOT NULL,
     amount_nanos bigint NOT NULL CHECK (amount_nanos >= 0),
     finish_reason text,
     http_status smallint NOT NULL,
     error_code text,
     client_disconnected boolean NOT NULL,
     started_at timestamptz(3) NOT NULL,
     -- Milliseconds, as cursors carry them: a page must continue exactly where the one before ended.
     completed_at timestamptz(3) NOT NULL,
     latency_ms integer NOT NULL,
     first_byte_ms integer,
     client_ip text,
     user_agent text,
     recorded_at timestamptz NOT NULL DEFAULT now()
   )`,
  // One for each way in which records are listed, in the order of the list, so that a page reads its own rows only.
  `CREATE INDEX usage_records_newest ON usage_records (completed_at DESC, id DESC)`,
  `CREATE INDEX usage_records_of_account ON usage_records (account_id, completed_at DESC, id DESC)`,
  `CREATE INDEX usage_records_of_key ON usage_records (key_id, completed_at DESC, id DESC)`,
  `CREATE INDEX usage_records_of_model ON usage_records (model_asked, completed_at DESC, id DESC)`,
  `CREATE INDEX usage_records_of_request ON usage_records (request_id)`,
  rollupTable('usage_hourly'),
  rollupTable('usage_daily'),
];
