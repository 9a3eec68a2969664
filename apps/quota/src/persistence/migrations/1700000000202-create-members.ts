import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Who may do what in an account, who is invited to it, and who made a key. `budget_nanos` is what the keys of a member
 * may spend in a month together; null is no limit.
 */
export class CreateMembers1700000000202 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE quota.account_members (
        account_id uuid NOT NULL REFERENCES quota.accounts,
        user_id uuid NOT NULL REFERENCES quota.users,
        position bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
        role text NOT NULL CHECK (role IN ('owner', 'admin', 'member', 'billing')),
        budget_nanos bigint CHECK (budget_nanos >= 0),
        joined_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (account_id, user_id)
      );
      CREATE INDEX account_members_user ON quota.account_members (user_id);

      CREATE TABLE quota.account_invitations (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        position bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
        account_id uuid NOT NULL REFERENCES quota.accounts,
        role text NOT NULL CHECK (role IN ('owner', 'admin', 'member', 'billing')),
        token_hash text NOT NULL UNIQUE,
        invited_by uuid NOT NULL REFERENCES quota.users,
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL,
        revoked_at timestamptz,
        accepted_at timestamptz,
        accepted_by uuid REFERENCES quota.users,
        CHECK ((accepted_at IS NULL) = (accepted_by IS NULL))
      );
      CREATE INDEX account_invitations_account ON quota.account_invitations (account_id, position);

      ALTER TABLE quota.keys ADD COLUMN created_by_user uuid;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE quota.keys DROP COLUMN created_by_user');
    await queryRunner.query('DROP TABLE quota.account_invitations, quota.account_members');
  }
}
