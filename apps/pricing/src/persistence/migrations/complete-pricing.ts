import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Whole profiles of models, their aliases, who may choose a group, placeholder prices, and binding quotes. */
export class CompletePricing1764100000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP TABLE binding_quotes, model_names;
      ALTER TABLE price_versions DROP COLUMN is_placeholder;
      ALTER TABLE groups DROP COLUMN choosable_by;
      ALTER TABLE models DROP COLUMN description, DROP COLUMN tags, DROP COLUMN input_modalities,
        DROP COLUMN output_modalities, DROP COLUMN endpoints;
    `);
  }
}

const STATEMENTS = [
  `ALTER TABLE models
     ADD COLUMN description text NOT NULL DEFAULT '',
     ADD COLUMN tags text[] NOT NULL DEFAULT '{}',
     ADD COLUMN input_modalities text[] NOT NULL DEFAULT '{text}',
     ADD COLUMN output_modalities text[] NOT NULL DEFAULT '{text}',
     ADD COLUMN endpoints text[] NOT NULL DEFAULT '{/v1/chat/completions}'`,

  // Every name that a model answers to, its own among them: one primary key keeps names and aliases apart, whichever
  // way two editors enter them.
  `CREATE TABLE model_names (
     name text PRIMARY KEY,
     model_id bigint NOT NULL REFERENCES models,
     is_alias boolean NOT NULL
   )`,
  `CREATE INDEX model_names_of_model ON model_names (model_id) WHERE is_alias`,
  `INSERT INTO model_names (name, model_id, is_alias) SELECT name, id, false FROM models`,

  // Adding a column with a default writes no row, so the trigger that keeps versions as they are has nothing to refuse.
  `ALTER TABLE price_versions ADD COLUMN is_placeholder boolean NOT NULL DEFAULT false`,

  // Null: every account group. Nobody, until an operator says who: otherwise every account could choose the cheapest.
  `ALTER TABLE groups ADD COLUMN choosable_by text[] DEFAULT '{}'`,

  `CREATE TABLE binding_quotes (
     id text PRIMARY KEY,
     account_id text NOT NULL,
     quote jsonb NOT NULL,
     -- Milliseconds, as answers carry them.
     expires_at timestamptz(3) NOT NULL
   )`,
  // Finds what has expired, and counts what an account was promised.
  `CREATE INDEX binding_quotes_expiry ON binding_quotes (expires_at)`,
  `CREATE INDEX binding_quotes_of_account ON binding_quotes (account_id, expires_at)`,
];
