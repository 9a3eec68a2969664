import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Redemption codes, payments, and the kinds of ledger entries that they, corrections and refunds write.
 *
 * What a provider says of money that went back is a claim on a payment intent. A claim may be heard of before the payment
 * itself, and more than once, so claims are facts of their own: what a payment lost is computed from all of them.
 */
export class CreateTopUp1700000000203 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      -- The reservation that a refund is about: the sum of refunds of a request is bounded by what was paid for it.
      ALTER TABLE quota.ledger_entries ADD COLUMN reservation_id uuid;
      CREATE INDEX ledger_entries_refunds ON quota.ledger_entries (reservation_id) WHERE kind = 'refund';

      -- A refund lowers what its key has spent; a charge that is lowered afterwards must not fail because of that.
      ALTER TABLE quota.keys DROP CONSTRAINT keys_spent_nanos_check;

      ALTER TABLE quota.ledger_entries DROP CONSTRAINT ledger_entries_two_sides;
      ALTER TABLE quota.ledger_entries ADD CONSTRAINT ledger_entries_two_sides CHECK (
        CASE kind
          WHEN 'grant' THEN counterpart = 'grants' AND amount_nanos > 0 AND author IS NOT NULL
          WHEN 'charge' THEN counterpart = 'revenue' AND amount_nanos < 0 AND key_id IS NOT NULL
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
        END
      );

      CREATE TABLE quota.redemption_batches (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        position bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
        name text NOT NULL,
        amount_nanos bigint NOT NULL CHECK (amount_nanos > 0),
        code_count integer NOT NULL CHECK (code_count > 0),
        uses_max integer NOT NULL CHECK (uses_max > 0),
        status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'disabled')),
        expires_at timestamptz,
        author text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now()
      );

      CREATE TABLE quota.redemption_codes (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        batch_id uuid NOT NULL REFERENCES quota.redemption_batches,
        hash text NOT NULL UNIQUE,
        uses integer NOT NULL DEFAULT 0 CHECK (uses >= 0),
        uses_max integer NOT NULL,
        CONSTRAINT redemption_codes_not_overused CHECK (uses <= uses_max)
      );
      CREATE INDEX redemption_codes_batch ON quota.redemption_codes (batch_id);

      CREATE TABLE quota.redemptions (
        code_id uuid NOT NULL REFERENCES quota.redemption_codes,
        account_id uuid NOT NULL,
        user_id uuid NOT NULL,
        redeemed_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (code_id, account_id)
      );

      CREATE TABLE quota.payments (
        id uuid PRIMARY KEY,
        position bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
        account_id uuid NOT NULL REFERENCES quota.accounts,
        user_id uuid NOT NULL REFERENCES quota.users,
        provider text NOT NULL CHECK (provider IN ('stripe', 'trial')),
        checkout_id text,
        intent_id text,
        status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'paid', 'expired', 'mismatched')),
        currency text NOT NULL,
        price_minor_units bigint NOT NULL CHECK (price_minor_units > 0),
        credit_nanos bigint NOT NULL CHECK (credit_nanos > 0),
        reversed_nanos bigint NOT NULL DEFAULT 0 CHECK (reversed_nanos BETWEEN 0 AND credit_nanos),
        written_off_nanos bigint NOT NULL DEFAULT 0 CHECK (written_off_nanos BETWEEN 0 AND reversed_nanos),
        reversal_count integer NOT NULL DEFAULT 0,
        created_at timestamptz NOT NULL DEFAULT now(),
        paid_at timestamptz,
        CONSTRAINT payments_checkout UNIQUE (provider, checkout_id),
        CONSTRAINT payments_intent UNIQUE (provider, intent_id),
        CHECK ((status = 'paid') = (paid_at IS NOT NULL))
      );
      CREATE INDEX payments_account ON quota.payments (account_id, position);

      CREATE TABLE quota.payment_claims (
        provider text NOT NULL,
        intent_id text NOT NULL,
        claim_id text NOT NULL,
        kind text NOT NULL CHECK (kind IN ('refunded_total', 'refund', 'dispute')),
        minor_units bigint NOT NULL CHECK (minor_units >= 0),
        dropped boolean NOT NULL DEFAULT false,
        PRIMARY KEY (provider, intent_id, claim_id)
      );
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      'DROP TABLE quota.payment_claims, quota.payments, quota.redemptions, quota.redemption_codes, quota.redemption_batches',
    );
  }
}
