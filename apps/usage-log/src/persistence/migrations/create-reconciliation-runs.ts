import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What came of each comparison of ledger, usage log and event stream. */
export class CreateReconciliationRuns1764000002010 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE reconciliation_runs (
        position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        id uuid NOT NULL UNIQUE,
        from_time timestamptz NOT NULL,
        to_time timestamptz NOT NULL,
        scheduled boolean NOT NULL,
        status text NOT NULL CHECK (status IN ('running', 'clean', 'repaired', 'unexplained', 'failed')),
        run jsonb NOT NULL
      )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE reconciliation_runs');
  }
}
