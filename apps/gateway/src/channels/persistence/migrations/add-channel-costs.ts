import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What providers ask, beside what accounts pay. */
export class AddChannelCosts1764100000002 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE channels
        -- As a share of the list price, which is before group multipliers. Null: not known.
        ADD COLUMN cost_multiplier_millionths bigint CHECK (cost_multiplier_millionths >= 0)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE channels DROP COLUMN cost_multiplier_millionths');
  }
}
