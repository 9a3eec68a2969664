/** A payment as the contract has it, but for what follows from its provider; `position` is its place in the list. */
const PAYMENT = `
  payment.position,
  payment.id,
  payment.account_id AS "accountId",
  payment.provider,
  payment.status,
  payment.currency,
  payment.price_minor_units::float8 AS "priceMinorUnits",
  payment.credit_nanos AS "creditNanos",
  payment.reversed_nanos AS "reversedNanos",
  payment.created_at AS "createdAt",
  payment.paid_at AS "paidAt",
  payment.checkout_id AS "checkoutId",
  payment.written_off_nanos AS "writtenOffNanos",
  payment.reversal_count AS "reversalCount"
`;

export const INSERT_PAYMENT = `
  WITH payment AS (
    INSERT INTO quota.payments (id, account_id, user_id, provider, currency, price_minor_units, credit_nanos)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    RETURNING *
  )
  SELECT ${PAYMENT} FROM payment
`;

/** A webhook may have told it before. */
export const NOTE_CHECKOUT = 'UPDATE quota.payments SET checkout_id = $2 WHERE id = $1 AND checkout_id IS NULL';

export const FIND_PAYMENT = `
  SELECT ${PAYMENT} FROM quota.payments AS payment WHERE payment.account_id = $1 AND payment.id = $2
`;

export const LIST_PAYMENTS = `
  SELECT ${PAYMENT} FROM quota.payments AS payment
  WHERE payment.account_id = $3 AND ($1::bigint IS NULL OR payment.position < $1)
  ORDER BY payment.position DESC
  LIMIT $2
`;

/**
 * What is said about one payment intent takes turns. Otherwise a claim and the payment that it is about could be written
 * at the same moment, each without seeing the other.
 */
export const LOCK_INTENT = `SELECT pg_advisory_xact_lock(hashtextextended('quota.payment:' || $1 || ':' || $2, 0))`;

export const LOCK_PAYMENT = `
  SELECT ${PAYMENT} FROM quota.payments AS payment WHERE payment.provider = $1 AND payment.id = $2 FOR UPDATE
`;

export const LOCK_PAYMENT_OF_INTENT = `
  SELECT ${PAYMENT} FROM quota.payments AS payment WHERE payment.provider = $1 AND payment.intent_id = $2 FOR UPDATE
`;

export const MARK_PAID = `
  UPDATE quota.payments SET status = 'paid', paid_at = clock_timestamp(), checkout_id = $2, intent_id = $3 WHERE id = $1
`;

export const MARK_UNPAID = 'UPDATE quota.payments SET status = $2 WHERE id = $1';

export const NOTE_REVERSAL = `
  UPDATE quota.payments
  SET reversed_nanos = $2, written_off_nanos = $3, reversal_count = reversal_count + 1
  WHERE id = $1
`;

/** What was dropped stays dropped, and a total only grows: so the order in which claims arrive is irrelevant. */
export const UPSERT_CLAIM = `
  INSERT INTO quota.payment_claims AS known (provider, intent_id, claim_id, kind, minor_units, dropped)
  VALUES ($1, $2, $3, $4, $5, $6)
  ON CONFLICT (provider, intent_id, claim_id) DO UPDATE SET
    minor_units = greatest(known.minor_units, excluded.minor_units),
    dropped = known.dropped OR excluded.dropped
`;

export const LIST_CLAIMS = `
  SELECT kind, minor_units::float8 AS "minorUnits", dropped FROM quota.payment_claims
  WHERE provider = $1 AND intent_id = $2
`;
