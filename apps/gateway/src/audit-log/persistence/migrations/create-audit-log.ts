import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What administrators did: written before they do it, and once more when it is done. */
export class CreateAuditLog1764100000003 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE audit_log (
        id uuid PRIMARY KEY,
        -- Pages are cut by it: it grows with every entry, which a time need not.
        position bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
        at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
        actor_id uuid NOT NULL,
        actor_name text NOT NULL,
        action text NOT NULL,
        target text NOT NULL,
        input jsonb,
        before jsonb,
        ip text NOT NULL,
        request_id text NOT NULL
      )`);
    await queryRunner.query('CREATE INDEX audit_log_by_actor ON audit_log (actor_id, position)');
    await queryRunner.query('CREATE INDEX audit_log_by_time ON audit_log (at)');
    // A table of its own, so that nothing is ever changed.
    await queryRunner.query(`
      CREATE TABLE audit_outcomes (
        id uuid PRIMARY KEY REFERENCES audit_log,
        at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
        http_status integer NOT NULL,
        error_code text,
        after jsonb
      )`);
    await queryRunner.query(`
      CREATE FUNCTION refuse_to_rewrite_audit_log() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION 'the audit log is append-only: % of % is refused', TG_OP, TG_TABLE_NAME;
      END $$`);
    for (const table of ['audit_log', 'audit_outcomes']) {
      await queryRunner.query(`
        CREATE TRIGGER ${table}_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ${table}
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_rewrite_audit_log()`);
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE audit_outcomes, audit_log');
    await queryRunner.query('DROP FUNCTION refuse_to_rewrite_audit_log');
  }
}
