import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The usage events behind what was posted, a partition for each day, so that what is old goes without being read. What
 * falls in a day that has no partition goes into the one for the rest: a settlement must never fail for want of one.
 */
export class CreatePostedUsage1700000000401 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE quota.posted_usage (
        reservation_id uuid NOT NULL,
        orphaned boolean NOT NULL,
        outcome text NOT NULL,
        amount_nanos bigint NOT NULL,
        posted_at timestamptz NOT NULL,
        event text NOT NULL
      ) PARTITION BY RANGE (posted_at);
      CREATE INDEX posted_usage_reservation ON quota.posted_usage (reservation_id);
      CREATE INDEX posted_usage_posted_at ON quota.posted_usage (posted_at, reservation_id);
      CREATE TABLE quota.posted_usage_rest PARTITION OF quota.posted_usage DEFAULT;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE quota.posted_usage');
  }
}
