import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What keys and accounts are limited by besides money: models, addresses, budgets by period, requests and tokens per
 * minute, requests at once; limits that accounts have from their group; secrets that a rotation leaves valid for a while.
 *
 * Whatever counts lies in the rows that a reservation changes anyway. It is null where nothing is counted, and so takes
 * no room in the rows of keys and accounts without limits.
 */
export class AddLimits1700000000101 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE quota.keys
        DROP CONSTRAINT keys_status_check,
        ADD CONSTRAINT keys_status CHECK (status IN ('active', 'disabled', 'revoked')),
        ADD COLUMN last_used_at timestamptz,
        ADD COLUMN allowed_models text[] CHECK (cardinality(allowed_models) > 0),
        ADD COLUMN allowed_ips inet[] CHECK (cardinality(allowed_ips) > 0),
        ADD COLUMN requests_per_minute bigint CHECK (requests_per_minute > 0),
        ADD COLUMN tokens_per_minute bigint CHECK (tokens_per_minute > 0),
        -- The minute that was counted last, in minutes since 1970, and what came in it and in the minute before it.
        ADD COLUMN window_minute bigint,
        ADD COLUMN requests_now bigint,
        ADD COLUMN requests_before bigint,
        ADD COLUMN tokens_now bigint,
        ADD COLUMN tokens_before bigint,
        ADD COLUMN budget_nanos bigint CHECK (budget_nanos >= 0),
        ADD COLUMN budget_period text CHECK (budget_period IN ('daily', 'weekly', 'monthly', 'days')),
        ADD COLUMN budget_days integer CHECK (budget_days > 0),
        ADD COLUMN budget_time_zone text,
        -- When the budget was given. Periods of N days are counted from that day on.
        ADD COLUMN budget_set_at timestamptz,
        -- From when on the two sums count, and when they begin anew. They are those of the period of the last
        -- reservation: whoever reads them later compares the time first.
        ADD COLUMN budget_since timestamptz,
        ADD COLUMN budget_resets_at timestamptz,
        ADD COLUMN budget_spent_nanos bigint,
        ADD COLUMN budget_held_nanos bigint,
        ADD CONSTRAINT keys_budget_whole CHECK (
          num_nulls(budget_nanos, budget_period, budget_time_zone, budget_set_at, budget_since, budget_resets_at,
            budget_spent_nanos, budget_held_nanos) IN (0, 8)
        ),
        ADD CONSTRAINT keys_budget_days CHECK ((budget_period = 'days') IS TRUE = (budget_days IS NOT NULL));

      ALTER TABLE quota.accounts
        ADD COLUMN pending_count integer NOT NULL DEFAULT 0 CHECK (pending_count >= 0),
        ADD COLUMN concurrency_max integer CHECK (concurrency_max > 0),
        ADD COLUMN requests_per_minute bigint CHECK (requests_per_minute > 0),
        ADD COLUMN tokens_per_minute bigint CHECK (tokens_per_minute > 0),
        ADD COLUMN window_minute bigint,
        ADD COLUMN requests_now bigint,
        ADD COLUMN requests_before bigint,
        ADD COLUMN tokens_now bigint,
        ADD COLUMN tokens_before bigint;

      UPDATE quota.accounts AS account
      SET pending_count = pending.count
      FROM (
        SELECT account_id, count(*)::integer AS count FROM quota.reservations WHERE status = 'pending' GROUP BY account_id
      ) AS pending
      WHERE account.id = pending.account_id;

      -- What each account of a group is limited to, unless it has a limit of its own.
      CREATE TABLE quota.group_limits (
        group_name text PRIMARY KEY,
        requests_per_minute bigint CHECK (requests_per_minute > 0),
        tokens_per_minute bigint CHECK (tokens_per_minute > 0),
        concurrency_max integer CHECK (concurrency_max > 0),
        CHECK (num_nonnulls(requests_per_minute, tokens_per_minute, concurrency_max) > 0)
      );

      -- The secrets that keys had before they were rotated. The present one is in quota.keys.
      CREATE TABLE quota.retired_secrets (
        hash text PRIMARY KEY,
        key_id uuid NOT NULL REFERENCES quota.keys,
        prefix text NOT NULL,
        valid_until timestamptz NOT NULL
      );
      CREATE INDEX retired_secrets_key ON quota.retired_secrets (key_id, valid_until);

      ALTER TABLE quota.reservations
        -- The period of the key's budget in which it was admitted: it counts in that one, whenever it ends.
        ADD COLUMN budget_since timestamptz,
        -- The tokens that were counted against the minute of its creation; null where that was not counted.
        ADD COLUMN key_window_tokens bigint,
        ADD COLUMN account_window_tokens bigint,
        -- What was delivered by the last extension, what of tokens that is, and what the usage event of an orphan says.
        ADD COLUMN checkpoint_nanos bigint CHECK (checkpoint_nanos >= 0),
        ADD COLUMN checkpoint_usage jsonb,
        ADD COLUMN context jsonb,
        -- What the ledger charges for it.
        ADD COLUMN charged_nanos bigint NOT NULL DEFAULT 0 CHECK (charged_nanos >= 0),
        -- When the settlement of an expired one came.
        ADD COLUMN settled_at timestamptz,
        ADD COLUMN event_due boolean NOT NULL DEFAULT false;
      CREATE INDEX reservations_event_due ON quota.reservations (ended_at) WHERE event_due;

      UPDATE quota.reservations AS reservation
      SET charged_nanos = -entry.amount_nanos,
        settled_at = CASE WHEN reservation.status = 'expired' THEN entry.created_at END
      FROM quota.ledger_entries AS entry
      WHERE entry.kind = 'charge' AND entry.reference = reservation.id::text;

      ALTER TABLE quota.ledger_entries
        DROP CONSTRAINT ledger_entries_two_sides,
        ADD CONSTRAINT ledger_entries_two_sides CHECK (
          CASE kind
            WHEN 'grant' THEN counterpart = 'grants' AND amount_nanos > 0 AND author IS NOT NULL
            WHEN 'charge' THEN counterpart = 'revenue' AND amount_nanos < 0 AND key_id IS NOT NULL
            WHEN 'charge_correction' THEN counterpart = 'revenue' AND amount_nanos <> 0 AND key_id IS NOT NULL
            WHEN 'write_off' THEN counterpart = 'write_offs' AND amount_nanos > 0 AND key_id IS NOT NULL
            WHEN 'write_off_reversal' THEN counterpart = 'write_offs' AND amount_nanos < 0 AND key_id IS NOT NULL
            ELSE false
          END
        );
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE quota.ledger_entries
        DROP CONSTRAINT ledger_entries_two_sides,
        ADD CONSTRAINT ledger_entries_two_sides CHECK (
          (kind = 'grant' AND counterpart = 'grants' AND amount_nanos > 0 AND author IS NOT NULL)
          OR (kind = 'charge' AND counterpart = 'revenue' AND amount_nanos < 0 AND key_id IS NOT NULL)
          OR (kind = 'write_off' AND counterpart = 'write_offs' AND amount_nanos > 0 AND key_id IS NOT NULL)
        );
      ALTER TABLE quota.reservations
        DROP COLUMN budget_since, DROP COLUMN key_window_tokens, DROP COLUMN account_window_tokens,
        DROP COLUMN checkpoint_nanos, DROP COLUMN checkpoint_usage, DROP COLUMN context, DROP COLUMN charged_nanos,
        DROP COLUMN settled_at, DROP COLUMN event_due;
      DROP TABLE quota.retired_secrets, quota.group_limits;
      ALTER TABLE quota.accounts
        DROP COLUMN pending_count, DROP COLUMN concurrency_max, DROP COLUMN requests_per_minute,
        DROP COLUMN tokens_per_minute, DROP COLUMN window_minute, DROP COLUMN requests_now,
        DROP COLUMN requests_before, DROP COLUMN tokens_now, DROP COLUMN tokens_before;
      UPDATE quota.keys SET status = 'disabled' WHERE status = 'revoked';
      ALTER TABLE quota.keys
        DROP CONSTRAINT keys_status,
        ADD CONSTRAINT keys_status_check CHECK (status IN ('active', 'disabled')),
        DROP COLUMN last_used_at, DROP COLUMN allowed_models, DROP COLUMN allowed_ips,
        DROP COLUMN requests_per_minute, DROP COLUMN tokens_per_minute, DROP COLUMN window_minute,
        DROP COLUMN requests_now, DROP COLUMN requests_before, DROP COLUMN tokens_now, DROP COLUMN tokens_before,
        DROP COLUMN budget_nanos, DROP COLUMN budget_period, DROP COLUMN budget_days, DROP COLUMN budget_time_zone,
        DROP COLUMN budget_set_at, DROP COLUMN budget_since, DROP COLUMN budget_resets_at,
        DROP COLUMN budget_spent_nanos, DROP COLUMN budget_held_nanos;
    `);
  }
}
