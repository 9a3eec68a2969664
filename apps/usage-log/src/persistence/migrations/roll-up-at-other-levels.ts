import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Makes roll-ups cheap to add to and to read. Beside the sums by hour or day, account, key, model and channel, which
 * stay as they are, those of everything are kept, and by day those of the keys of accounts. Those of the models of keys,
 * and by hour those of the models of accounts, are kept no longer: there are few rows to add up for them.
 * All are computed from the former, which are there also for records whose retention is over. A million rows of these
 * take about half a minute, in one transaction; workers wait.
 */
export class RollUpAtOtherLevels1764000003000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await queryRunner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('What was recorded since has no sums at the former levels: restore a backup to go back.');
  }
}

/** Compared byte by byte: texts of other languages' orders take several times as long, and nobody sees this order. */
const finest = (name: string) => [
  `ALTER TABLE ${name} ${['account_id', 'key_id', 'model', 'channel_id']
    .map((column) => `ALTER COLUMN ${column} TYPE text COLLATE "C"`)
    .join(', ')}`,
  // Keys are looked for without their accounts. An index of what does not change costs nothing when sums do. It has as
  // much as tells a row of a batch apart, whichever index the planner takes.
  `CREATE INDEX ${name}_of_key ON ${name} (key_id, bucket, model)`,
];

const levels = (name: string, source: string, more: string) => [
  `DROP TABLE ${name}`,
  // Half of each page is free: a batch writes most rows of an hour anew, which the indexes need not know of when the
  // new version is on the page of the old one.
  `CREATE TABLE ${name} (
     level smallint NOT NULL,
     scope text COLLATE "C" NOT NULL,
     bucket timestamptz NOT NULL,
     part text COLLATE "C" NOT NULL,
     requests bigint NOT NULL,
     failures bigint NOT NULL,
     released bigint NOT NULL,
     orphaned bigint NOT NULL,
     input_tokens numeric(38) NOT NULL,
     output_tokens numeric(38) NOT NULL,
     amount_nanos numeric(38) NOT NULL,
     cost_nanos numeric(38) NOT NULL,
     latency numeric NOT NULL,
     first_byte numeric NOT NULL
   ) WITH (fillfactor = 50)`,
  `INSERT INTO ${name}
   SELECT level, scope, bucket, part, sum(requests), sum(failures), sum(released), sum(orphaned), sum(input_tokens),
          sum(output_tokens), sum(amount_nanos), sum(cost_nanos), sum(latency), sum(first_byte)
     FROM ${source}
    CROSS JOIN LATERAL (VALUES (0, '', ''), (1, '', model), (2, '', coalesce(channel_id, '')), (3, '', account_id),
                               (6, model, coalesce(channel_id, ''))${more}
          ) AS levels (level, scope, part)
    GROUP BY 1, 2, 3, 4`,
  // Not called as before: a worker of the former version, which knows other levels, must fail and let its job be tried
  // again by one of this.
  `ALTER TABLE ${name} ADD CONSTRAINT ${name}_key PRIMARY KEY (level, scope, bucket, part)`,
  // One thing over time, within whatever: an account, a key, a model of all accounts.
  `CREATE INDEX ${name}_of_part ON ${name} (level, part, bucket, scope)`,
];

const STATEMENTS = [
  // Whether a line of an export can be written without looking for what has to be escaped. Nobody looked at what is there.
  `ALTER TABLE usage_records ADD COLUMN is_plain boolean NOT NULL DEFAULT false`,
  ...finest('usage_hourly'),
  ...finest('usage_daily'),
  ...levels('usage_hourly_levels', 'usage_hourly', ''),
  ...levels('usage_daily_levels', 'usage_daily', `, (4, account_id, model), (7, account_id, key_id)`),
];
