/** Settles a batch; see the migration that creates the function. */
export const SETTLE = `
  SELECT reservation_id, problem
  FROM quota.settle(
    $1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::integer[], $6::integer[], $7::bigint[], $8::boolean[]
  )
`;

/** The account's lock comes first, as for every change of a balance. */
export const LOCK_ACCOUNT = 'SELECT balance_nanos FROM quota.accounts WHERE id = $1 FOR NO KEY UPDATE';

/** An entry as the contract has it. */
export const ENTRY = `
  entry.id,
  entry.account_id AS "accountId",
  entry.key_id AS "keyId",
  entry.kind,
  entry.reference,
  entry.amount_nanos AS "amountNanos",
  entry.balance_after_nanos AS "balanceAfterNanos",
  entry.note,
  entry.created_at AS "createdAt"
`;

export const FIND_GRANT = `
  SELECT ${ENTRY} FROM quota.ledger_entries AS entry WHERE entry.kind = 'grant' AND entry.reference = $1
`;

/** Writes the entry and moves the balance in one statement: neither is ever there without the other. */
export const INSERT_GRANT = `
  WITH account AS (
    UPDATE quota.accounts SET balance_nanos = balance_nanos + $2 WHERE id = $1 RETURNING id, balance_nanos
  ), entry AS (
    INSERT INTO quota.ledger_entries
      (account_id, kind, counterpart, reference, amount_nanos, balance_after_nanos, note, author, created_at)
    SELECT account.id, 'grant', 'grants', $3, $2, account.balance_nanos, $4, $5, clock_timestamp()
    FROM account
    RETURNING *
  )
  SELECT ${ENTRY} FROM entry
`;

export const LIST_ENTRIES = `
  SELECT ${ENTRY} FROM quota.ledger_entries AS entry
  WHERE entry.account_id = $3 AND ($1::bigint IS NULL OR entry.id < $1)
  ORDER BY entry.id DESC
  LIMIT $2
`;

/**
 * One statement sees one snapshot, so reservations and settlements that are committed meanwhile cannot show up as half
 * done. It reads the whole ledger and is not for every second. Full joins find what belongs to no account or key at all.
 * Leases get a minute before they count, since they end only when the next sweep comes by.
 */
export const AUDIT = `
  WITH ledger_of_account AS (
    SELECT account_id, sum(amount_nanos) AS balance FROM quota.ledger_entries GROUP BY account_id
  ), ledger_of_key AS (
    SELECT key_id, -sum(amount_nanos) AS spent FROM quota.ledger_entries
    WHERE kind IN ('charge', 'charge_correction', 'refund') GROUP BY key_id
  ), pending AS (
    SELECT account_id, key_id, amount_nanos, lease_expires_at FROM quota.reservations WHERE status = 'pending'
  ), holds_of_account AS (
    SELECT account_id, sum(amount_nanos) AS held FROM pending GROUP BY account_id
  ), holds_of_key AS (
    SELECT key_id, sum(amount_nanos) AS held, count(*) AS pending_count FROM pending GROUP BY key_id
  )
  SELECT
    (
      SELECT count(*)::integer FROM quota.accounts AS account
      FULL JOIN ledger_of_account AS ledger ON ledger.account_id = account.id
      WHERE account.balance_nanos IS DISTINCT FROM coalesce(ledger.balance, 0)
    ) AS "accountsWhoseBalanceIsNotTheirLedger",
    (
      SELECT count(*)::integer FROM quota.accounts AS account
      FULL JOIN holds_of_account AS holds ON holds.account_id = account.id
      WHERE account.held_nanos IS DISTINCT FROM coalesce(holds.held, 0)
    ) AS "accountsWhoseHoldsAreNotTheirReservations",
    (
      SELECT count(*)::integer FROM quota.keys AS key
      FULL JOIN holds_of_key AS holds ON holds.key_id = key.id
      WHERE key.held_nanos IS DISTINCT FROM coalesce(holds.held, 0)
        OR key.pending_count IS DISTINCT FROM coalesce(holds.pending_count, 0)
    ) AS "keysWhoseHoldsAreNotTheirReservations",
    (
      SELECT count(*)::integer FROM quota.keys AS key
      FULL JOIN ledger_of_key AS ledger ON ledger.key_id = key.id
      WHERE key.spent_nanos IS DISTINCT FROM coalesce(ledger.spent, 0)
    ) AS "keysWhoseSpendingIsNotTheirLedger",
    (
      SELECT count(*)::integer FROM quota.accounts WHERE balance_nanos < -overdraft_nanos
    ) AS "accountsBelowTheirOverdraft",
    (
      SELECT count(*)::integer FROM pending WHERE lease_expires_at < now() - interval '1 minute'
    ) AS "reservationsPendingPastTheirLease"
`;
