import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The tables of the catalogue, its version, and the default group. */
export class CreatePricing1764000000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP TABLE group_pair_multipliers, model_group_multipliers, price_versions, models, groups, catalog_version;
      DROP SEQUENCE override_positions;
      DROP FUNCTION refuse_change_of_price_version();
    `);
  }
}

const MULTIPLIER = 'bigint NOT NULL CHECK (multiplier_millionths BETWEEN 0 AND 1000000000000)';

const STATEMENTS = [
  // One row. Every change counts it up before it does anything else, so changes happen one after the other and their
  // versions are in the order in which they were committed.
  `CREATE TABLE catalog_version (
     only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
     version bigint NOT NULL
   )`,
  `INSERT INTO catalog_version (version) VALUES (1)`,

  `CREATE TABLE groups (
     id bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
     name text PRIMARY KEY,
     multiplier_millionths ${MULTIPLIER},
     description text NOT NULL
   )`,
  `INSERT INTO groups (name, multiplier_millionths, description)
   VALUES ('default', 1000000, 'Accounts for which no other group was chosen.')`,

  `CREATE TABLE models (
     id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     name text NOT NULL UNIQUE,
     display_name text NOT NULL,
     vendor text NOT NULL,
     context_window integer NOT NULL CHECK (context_window > 0),
     max_output_tokens integer NOT NULL CHECK (max_output_tokens > 0),
     enabled boolean NOT NULL DEFAULT true,
     -- Null: every group.
     visible_to text[],
     created_at timestamptz NOT NULL DEFAULT now()
   )`,

  `CREATE TABLE price_versions (
     id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     model_id bigint NOT NULL REFERENCES models,
     terms jsonb NOT NULL,
     -- Milliseconds, as answers carry them: a quote must never say that it is valid for longer than it is.
     effective_from timestamptz(3) NOT NULL,
     author text NOT NULL,
     note text NOT NULL,
     created_at timestamptz NOT NULL DEFAULT now()
   )`,
  // Finds the version in force, and the one after it, at one end of a range.
  `CREATE INDEX price_versions_in_force ON price_versions (model_id, effective_from DESC, id DESC)`,
  // Pages through the versions of a model.
  `CREATE INDEX price_versions_newest ON price_versions (model_id, id DESC)`,

  // Usage records name the version that they were priced with, so a version must say for ever what it said then.
  `CREATE FUNCTION refuse_change_of_price_version() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN
     RAISE EXCEPTION 'price versions are immutable: enter a new version instead of a % of an old one', TG_OP
       USING ERRCODE = 'restrict_violation';
   END $$`,
  `CREATE TRIGGER price_versions_are_immutable BEFORE UPDATE OR DELETE ON price_versions
   FOR EACH ROW EXECUTE FUNCTION refuse_change_of_price_version()`,
  `CREATE TRIGGER price_versions_are_not_truncated BEFORE TRUNCATE ON price_versions
   FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_price_version()`,

  // Both kinds of override are paged through as one list, so their positions come from one sequence.
  `CREATE SEQUENCE override_positions`,
  `CREATE TABLE model_group_multipliers (
     model_id bigint NOT NULL REFERENCES models,
     group_name text NOT NULL REFERENCES groups,
     multiplier_millionths ${MULTIPLIER},
     position bigint NOT NULL UNIQUE DEFAULT nextval('override_positions'),
     PRIMARY KEY (model_id, group_name)
   )`,
  `CREATE TABLE group_pair_multipliers (
     account_group text NOT NULL REFERENCES groups,
     key_group text NOT NULL REFERENCES groups,
     multiplier_millionths ${MULTIPLIER},
     position bigint NOT NULL UNIQUE DEFAULT nextval('override_positions'),
     PRIMARY KEY (account_group, key_group)
   )`,
];
