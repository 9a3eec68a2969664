import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The texts of the site: one row, always. */
export class CreateSite1764100000001 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE site (
        only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
        -- Null: the configured one.
        name text,
        announcement text
      )`);
    await queryRunner.query('INSERT INTO site DEFAULT VALUES');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE site');
  }
}
