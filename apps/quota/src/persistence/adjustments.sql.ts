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

/** What is given back may be spent again. */
export const LOWER_SPENDING = 'UPDATE quota.keys SET spent_nanos = spent_nanos - $2 WHERE id = $1';

/** Which reservation a refund is about. */
export const FIND_REFUNDED_RESERVATION = `
  SELECT reservation_id AS "reservationId" FROM quota.ledger_entries WHERE kind = 'refund' AND reference = $1
`;
