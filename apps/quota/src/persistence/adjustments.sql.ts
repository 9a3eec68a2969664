/** A charge, what of it was written off, and what was refunded before. The account's row is locked meanwhile. */
export const FIND_REFUNDABLE = `
  SELECT charge.account_id AS "accountId", charge.key_id AS "keyId", -charge.amount_nanos AS charged,
    coalesce((
      SELECT amount_nanos FROM quota.ledger_entries WHERE kind = 'write_off' AND reference = charge.reference
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
