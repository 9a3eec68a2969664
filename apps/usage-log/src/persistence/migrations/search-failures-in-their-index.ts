import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Indexes of failures, and of outcomes that are not the usual one, that also have what else is asked for. Few records are
 * in them, so what does not match is told apart there, and only what matches is read from the table: before, each failure
 * of an hour was read to find those of one model. Reads all records once; workers wait for about a minute for each ten
 * gigabytes of them.
 */
export class SearchFailuresInTheirIndex1764000004000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const statement of FORMER_STATEMENTS) await queryRunner.query(statement);
  }
}

const STATEMENTS = [
  'DROP INDEX usage_records_failed',
  'DROP INDEX usage_records_of_outcome',
  `CREATE INDEX usage_records_failed ON usage_records
     (completed_at DESC, id DESC, model_asked, key_id, account_id, channel_id, http_status) WHERE failed`,
  `CREATE INDEX usage_records_of_outcome ON usage_records
     (outcome, completed_at DESC, id DESC, model_asked, key_id, account_id, channel_id) WHERE outcome <> 'settled'`,
];

const FORMER_STATEMENTS = [
  'DROP INDEX usage_records_failed',
  'DROP INDEX usage_records_of_outcome',
  `CREATE INDEX usage_records_failed ON usage_records (completed_at DESC, id DESC) WHERE failed`,
  `CREATE INDEX usage_records_of_outcome ON usage_records (outcome, completed_at DESC, id DESC)
    WHERE outcome <> 'settled'`,
];
