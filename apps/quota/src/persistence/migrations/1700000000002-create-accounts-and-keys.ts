import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Accounts and keys. Both rows change with every batch of reservations and settlements, so no column that changes then is
 * indexed, and pages are left half empty: the new version of a row fits beside the old one, and no index is touched.
 * `position` is the order of creation, by which lists are paged.
 */
export class CreateAccountsAndKeys1700000000002 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE quota.accounts (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        position bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
        name text NOT NULL CONSTRAINT accounts_name UNIQUE,
        group_name text NOT NULL,
        status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'disabled')),
        balance_nanos bigint NOT NULL DEFAULT 0,
        held_nanos bigint NOT NULL DEFAULT 0 CHECK (held_nanos >= 0),
        overdraft_nanos bigint NOT NULL DEFAULT 0 CHECK (overdraft_nanos >= 0),
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT accounts_not_below_overdraft CHECK (balance_nanos >= -overdraft_nanos)
      ) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);

      CREATE TABLE quota.keys (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        position bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
        account_id uuid NOT NULL REFERENCES quota.accounts,
        name text NOT NULL,
        hash text NOT NULL UNIQUE,
        prefix text NOT NULL,
        status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'disabled')),
        group_name text,
        quota_nanos bigint CHECK (quota_nanos >= 0),
        spent_nanos bigint NOT NULL DEFAULT 0 CHECK (spent_nanos >= 0),
        held_nanos bigint NOT NULL DEFAULT 0 CHECK (held_nanos >= 0),
        pending_count integer NOT NULL DEFAULT 0 CHECK (pending_count >= 0),
        concurrency_max integer CHECK (concurrency_max > 0),
        show_cost boolean NOT NULL DEFAULT true,
        expires_at timestamptz,
        created_at timestamptz NOT NULL DEFAULT now()
      ) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);
      CREATE INDEX keys_account ON quota.keys (account_id, position);

      -- Reservations and ledger entries refer to these rows without foreign keys, whose checks would lock a row for each
      -- entry. That nothing can be deleted keeps the references whole.
      CREATE FUNCTION quota.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION '% of quota.% is not allowed: the books refer to it', TG_OP, TG_TABLE_NAME
          USING ERRCODE = 'restrict_violation';
      END $$;
      CREATE TRIGGER accounts_are_kept BEFORE DELETE OR TRUNCATE ON quota.accounts
        FOR EACH STATEMENT EXECUTE FUNCTION quota.refuse_change();
      CREATE TRIGGER keys_are_kept BEFORE DELETE OR TRUNCATE ON quota.keys
        FOR EACH STATEMENT EXECUTE FUNCTION quota.refuse_change();
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE quota.keys, quota.accounts');
    await queryRunner.query('DROP FUNCTION quota.refuse_change()');
  }
}
