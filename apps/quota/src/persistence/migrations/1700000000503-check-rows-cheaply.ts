import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The same rules in a form that costs reservations and settlements little. PostgreSQL reads each CHECK of a table anew for
 * each statement that writes to it, and those of keys, accounts and the ledger took it longer than the writing.
 *
 * What people set in keys and accounts is checked by triggers, which run only where one of these columns is written. The
 * counters, which every batch writes, keep their constraints. What an entry of the ledger must be is a function, which a
 * connection reads once.
 */
export class CheckRowsCheaply1700000000503 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE quota.keys
        DROP CONSTRAINT keys_status, DROP CONSTRAINT keys_quota_nanos_check, DROP CONSTRAINT keys_concurrency_max_check,
        DROP CONSTRAINT keys_allowed_models_check, DROP CONSTRAINT keys_allowed_ips_check,
        DROP CONSTRAINT keys_requests_per_minute_check, DROP CONSTRAINT keys_tokens_per_minute_check,
        DROP CONSTRAINT keys_budget_nanos_check, DROP CONSTRAINT keys_budget_period_check,
        DROP CONSTRAINT keys_budget_days_check, DROP CONSTRAINT keys_budget_whole, DROP CONSTRAINT keys_budget_days;

      CREATE FUNCTION quota.refuse_unsound_key() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF (NEW.status IN ('active', 'disabled', 'revoked')
          AND NEW.quota_nanos >= 0 AND NEW.concurrency_max > 0
          AND cardinality(NEW.allowed_models) > 0 AND cardinality(NEW.allowed_ips) > 0
          AND NEW.requests_per_minute > 0 AND NEW.tokens_per_minute > 0
          AND NEW.budget_nanos >= 0 AND NEW.budget_period IN ('daily', 'weekly', 'monthly', 'days')
          AND NEW.budget_days > 0 AND (NEW.budget_period = 'days') IS TRUE = (NEW.budget_days IS NOT NULL)
          AND num_nulls(NEW.budget_nanos, NEW.budget_period, NEW.budget_time_zone, NEW.budget_set_at,
            NEW.budget_since, NEW.budget_resets_at, NEW.budget_spent_nanos, NEW.budget_held_nanos) IN (0, 8)
        ) IS FALSE THEN
          RAISE EXCEPTION 'what is set of key % cannot be', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'keys_are_sound';
        END IF;
        RETURN NULL;
      END $$;
      CREATE TRIGGER keys_are_sound AFTER INSERT OR UPDATE OF
          status, quota_nanos, concurrency_max, allowed_models, allowed_ips, requests_per_minute, tokens_per_minute,
          budget_nanos, budget_period, budget_days, budget_time_zone, budget_set_at
        ON quota.keys FOR EACH ROW EXECUTE FUNCTION quota.refuse_unsound_key();

      ALTER TABLE quota.accounts
        DROP CONSTRAINT accounts_status_check, DROP CONSTRAINT accounts_overdraft_nanos_check,
        DROP CONSTRAINT accounts_concurrency_max_check, DROP CONSTRAINT accounts_requests_per_minute_check,
        DROP CONSTRAINT accounts_tokens_per_minute_check;

      CREATE FUNCTION quota.refuse_unsound_account() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF (NEW.status IN ('active', 'disabled') AND NEW.overdraft_nanos >= 0 AND NEW.concurrency_max > 0
          AND NEW.requests_per_minute > 0 AND NEW.tokens_per_minute > 0
        ) IS FALSE THEN
          RAISE EXCEPTION 'what is set of account % cannot be', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'accounts_are_sound';
        END IF;
        RETURN NULL;
      END $$;
      CREATE TRIGGER accounts_are_sound AFTER INSERT OR UPDATE OF
          status, overdraft_nanos, concurrency_max, requests_per_minute, tokens_per_minute
        ON quota.accounts FOR EACH ROW EXECUTE FUNCTION quota.refuse_unsound_account();

      CREATE OR REPLACE FUNCTION quota.entry_has_two_sides(
        kind text, counterpart text, amount_nanos bigint, key_id uuid, reservation_id uuid, author text, note text
      ) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
      BEGIN
        RETURN CASE kind
          WHEN 'charge' THEN counterpart = 'revenue' AND amount_nanos < 0 AND key_id IS NOT NULL
          WHEN 'grant' THEN counterpart = 'grants' AND amount_nanos > 0 AND author IS NOT NULL
          WHEN 'charge_correction' THEN counterpart = 'revenue' AND amount_nanos <> 0 AND key_id IS NOT NULL
          WHEN 'refund' THEN counterpart = 'revenue' AND amount_nanos > 0 AND key_id IS NOT NULL
            AND reservation_id IS NOT NULL AND author IS NOT NULL
          -- Of a charge, which has a key, or of a payment that was reversed, which has none.
          WHEN 'write_off' THEN counterpart = 'write_offs' AND amount_nanos > 0
          WHEN 'write_off_reversal' THEN counterpart = 'write_offs' AND amount_nanos < 0
          WHEN 'correction' THEN counterpart = 'adjustments' AND amount_nanos <> 0 AND author IS NOT NULL AND note <> ''
          WHEN 'redemption' THEN counterpart = 'redemptions' AND amount_nanos > 0 AND author IS NOT NULL
          WHEN 'payment' THEN counterpart IN ('payments', 'trial_payments') AND amount_nanos > 0
          WHEN 'payment_reversal' THEN counterpart IN ('payments', 'trial_payments') AND amount_nanos <> 0
          ELSE false
        END;
      END $$;
      -- What is there was checked by the same rule when it was written, and never changes: to read it all again would
      -- keep everybody from a large ledger meanwhile.
      ALTER TABLE quota.ledger_entries
        DROP CONSTRAINT ledger_entries_two_sides,
        ADD CONSTRAINT ledger_entries_two_sides CHECK (
          quota.entry_has_two_sides(kind, counterpart, amount_nanos, key_id, reservation_id, author, note)
        ) NOT VALID;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP TRIGGER keys_are_sound ON quota.keys;
      DROP FUNCTION quota.refuse_unsound_key();
      ALTER TABLE quota.keys
        ADD CONSTRAINT keys_status CHECK (status IN ('active', 'disabled', 'revoked')),
        ADD CONSTRAINT keys_quota_nanos_check CHECK (quota_nanos >= 0),
        ADD CONSTRAINT keys_concurrency_max_check CHECK (concurrency_max > 0),
        ADD CONSTRAINT keys_allowed_models_check CHECK (cardinality(allowed_models) > 0),
        ADD CONSTRAINT keys_allowed_ips_check CHECK (cardinality(allowed_ips) > 0),
        ADD CONSTRAINT keys_requests_per_minute_check CHECK (requests_per_minute > 0),
        ADD CONSTRAINT keys_tokens_per_minute_check CHECK (tokens_per_minute > 0),
        ADD CONSTRAINT keys_budget_nanos_check CHECK (budget_nanos >= 0),
        ADD CONSTRAINT keys_budget_period_check CHECK (budget_period IN ('daily', 'weekly', 'monthly', 'days')),
        ADD CONSTRAINT keys_budget_days_check CHECK (budget_days > 0),
        ADD CONSTRAINT keys_budget_whole CHECK (
          num_nulls(budget_nanos, budget_period, budget_time_zone, budget_set_at, budget_since, budget_resets_at,
            budget_spent_nanos, budget_held_nanos) IN (0, 8)
        ),
        ADD CONSTRAINT keys_budget_days CHECK ((budget_period = 'days') IS TRUE = (budget_days IS NOT NULL));

      DROP TRIGGER accounts_are_sound ON quota.accounts;
      DROP FUNCTION quota.refuse_unsound_account();
      ALTER TABLE quota.accounts
        ADD CONSTRAINT accounts_status_check CHECK (status IN ('active', 'disabled')),
        ADD CONSTRAINT accounts_overdraft_nanos_check CHECK (overdraft_nanos >= 0),
        ADD CONSTRAINT accounts_concurrency_max_check CHECK (concurrency_max > 0),
        ADD CONSTRAINT accounts_requests_per_minute_check CHECK (requests_per_minute > 0),
        ADD CONSTRAINT accounts_tokens_per_minute_check CHECK (tokens_per_minute > 0);

      -- The function stays: it is the rule, in either form.
    `);
  }
}
