/**
 * A charge with its corrections, what of it was written off, and what was refunded before. Said twice: to find the account
 * whose row is locked, and then for good.
 */
export const FIND_REFUNDABLE = `
  SELECT charge.account_id AS "accountId", charge.key_id AS "keyId",
    (
      SELECT -sum(amount_nanos)::bigint FROM quota.ledger_entries
      WHERE kind IN ('charge', 'charge_correction') AND reference = charge.reference
    ) AS charged,
    coalesce((
      SELECT sum(amount_nanos)::bigint FROM quota.ledger_entries
      WHERE kind IN ('write_off', 'write_off_reversal')
        AND reference IN (charge.reference, charge.reference || ':correction')
    ), 0) AS "writtenOff",
    coalesce((
      SELECT sum(amount_nanos)::bigint FROM quota.ledger_entries
      WHERE kind = 'refund' AND reservation_id = $1::uuid
    ), 0) AS refunded
  FROM quota.ledger_entries AS charge
  WHERE charge.kind = 'charge' AND charge.reference = $1::text
`;

/**
 * What is given back may be spent again: of the key's quota, and of the budgets of the key $1 and of the member who made
 * it, where the reservation $3 was admitted in the period that they count now.
 */
export const LOWER_SPENDING = `
  WITH refunded AS (
    SELECT budget_since, member_budget_since FROM quota.reservations WHERE id = $3
  ), lowered_key AS (
    UPDATE quota.keys AS key
    SET spent_nanos = key.spent_nanos - $2::bigint,
      budget_spent_nanos = key.budget_spent_nanos
        - CASE WHEN (SELECT budget_since FROM refunded) = key.budget_since THEN $2::bigint ELSE 0 END
    WHERE key.id = $1
    RETURNING key.account_id, key.created_by_user
  )
  UPDATE quota.member_budgets AS budget
  SET spent_nanos = budget.spent_nanos - $2::bigint
  FROM lowered_key AS key, refunded
  WHERE budget.account_id = key.account_id AND budget.user_id = key.created_by_user
    AND budget.since = refunded.member_budget_since
`;

export const SUM_REFUNDS = `
  SELECT coalesce(sum(amount_nanos), 0)::bigint AS refunded FROM quota.ledger_entries
  WHERE kind = 'refund' AND reservation_id = $1::uuid
`;

/** Which reservation a refund is about. */
export const FIND_REFUNDED_RESERVATION = `
  SELECT reservation_id AS "reservationId" FROM quota.ledger_entries WHERE kind = 'refund' AND reference = $1
`;
