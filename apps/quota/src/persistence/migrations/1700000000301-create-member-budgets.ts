import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What the keys that a member made may spend in a calendar month of UTC, together, and what they did. The counts lie in a
 * table of their own, which batches of reservations and settlements write under the lock of the account: the rows of
 * memberships, which others lock for other reasons, are none of their concern. A member without a budget has no row.
 *
 * `since` is from when on it counts: when the budget was set, or when the month began; `resets_at` is when the month ends.
 * Both are those of the last reservation, as with the budgets of keys.
 */
export class CreateMemberBudgets1700000000301 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE quota.member_budgets (
        account_id uuid NOT NULL,
        user_id uuid NOT NULL,
        budget_nanos bigint NOT NULL CHECK (budget_nanos >= 0),
        since timestamptz NOT NULL,
        resets_at timestamptz NOT NULL,
        spent_nanos bigint NOT NULL DEFAULT 0,
        held_nanos bigint NOT NULL DEFAULT 0 CHECK (held_nanos >= 0),
        PRIMARY KEY (account_id, user_id),
        FOREIGN KEY (account_id, user_id) REFERENCES quota.account_members ON DELETE CASCADE
      ) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);

      INSERT INTO quota.member_budgets (account_id, user_id, budget_nanos, since, resets_at)
      SELECT account_id, user_id, budget_nanos, now(),
        (date_trunc('month', now() AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC'
      FROM quota.account_members
      WHERE budget_nanos IS NOT NULL;
      ALTER TABLE quota.account_members DROP COLUMN budget_nanos;

      -- The month of the member's budget in which it was admitted: it counts in that one, whenever it ends.
      ALTER TABLE quota.reservations ADD COLUMN member_budget_since timestamptz;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE quota.reservations DROP COLUMN member_budget_since;
      ALTER TABLE quota.account_members ADD COLUMN budget_nanos bigint CHECK (budget_nanos >= 0);
      UPDATE quota.account_members AS member SET budget_nanos = budget.budget_nanos
      FROM quota.member_budgets AS budget
      WHERE budget.account_id = member.account_id AND budget.user_id = member.user_id;
      DROP TABLE quota.member_budgets;
    `);
  }
}
