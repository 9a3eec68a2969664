import type { MigrationInterface, QueryRunner } from 'typeorm';
import { FUNCTIONS } from '../functions/index.js';

/**
 * Installs quota's functions as they are now. A function stands whole in one place, `functions/`, and not again in each
 * migration that changes it: so **whoever changes one gives this migration a higher number**, in the name of its file and
 * its class, and every database runs it once more. A test remembers what the number stands for.
 *
 * Replicas of the version before go on with the new functions while it is replaced: what they call must stay. A function
 * that gets other parameters is a new one beside it, and the old one is dropped a version later.
 */
export class InstallFunctions1700000000505 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of FUNCTIONS) await queryRunner.query(statement);
    // Its successor takes the events as well.
    await queryRunner.query(`
      DROP FUNCTION IF EXISTS quota.settle(
        uuid[], uuid[], uuid[], text[], integer[], integer[], bigint[], bigint[], boolean[], boolean[]
      )
    `);
  }

  /** The functions before are in the version before, whose migration installs them. */
  async down(): Promise<void> {}
}
