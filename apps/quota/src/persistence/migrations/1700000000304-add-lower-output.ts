import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Whether the requests of an account would rather be answered in fewer tokens than be refused for want of money. */
export class AddLowerOutput1700000000304 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE quota.accounts ADD COLUMN lower_output boolean NOT NULL DEFAULT false');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE quota.accounts DROP COLUMN lower_output');
  }
}
