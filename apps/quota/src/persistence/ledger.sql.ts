/** Settles a batch and keeps its events; see `functions/settle.sql.ts`. */
export const SETTLE = `
  SELECT reservation_id, problem
  FROM quota.settle(
    $1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::integer[], $6::integer[], $7::bigint[], $8::bigint[],
    $9::boolean[], $10::boolean[], $11::text
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

/** Above every id: a bound that an index can use, which `IS NULL OR` is not. */
const NO_END = '9223372036854775807';

/**
 * The bounds of a period among an account's entries: the ids of the first entry in it and of the first after it, and the
 * balances before both. One statement, so that the entries that are written meanwhile are either in both or in neither.
 * Materialized, so that the search is done once and not for every row that is compared with its result.
 */
export const STATEMENT_BOUNDS = `
  WITH bounds AS MATERIALIZED (
    SELECT quota.first_entry_from($1, $2) AS first_id, quota.first_entry_from($1, $3) AS next_id
  )
  SELECT bounds.first_id AS "firstId", bounds.next_id AS "nextId",
    coalesce(
      (
        SELECT entry.balance_after_nanos FROM quota.ledger_entries AS entry
        WHERE entry.account_id = $1 AND entry.id < coalesce(bounds.first_id, ${NO_END})
        ORDER BY entry.id DESC LIMIT 1
      ), 0
    ) AS "openingNanos",
    coalesce(
      (
        SELECT entry.balance_after_nanos FROM quota.ledger_entries AS entry
        WHERE entry.account_id = $1 AND entry.id < coalesce(bounds.next_id, ${NO_END})
        ORDER BY entry.id DESC LIMIT 1
      ), 0
    ) AS "closingNanos"
  FROM bounds
`;

/** From the id $2 up to the id $3, which is null when the period has no end yet. */
export const STATEMENT_ENTRIES = `
  SELECT ${ENTRY} FROM quota.ledger_entries AS entry
  WHERE entry.account_id = $1 AND entry.id >= $2 AND entry.id < coalesce($3::bigint, ${NO_END})
  ORDER BY entry.id
  LIMIT $4
`;

/** All at one moment, as the audit is. An entry takes from one side what it gives the other. */
export const LEDGER_TOTALS = `
  SELECT counterpart, -sum(amount_nanos) AS nanos FROM quota.ledger_entries GROUP BY counterpart
  UNION ALL
  SELECT NULL, coalesce(sum(balance_nanos), 0) FROM quota.accounts
  ORDER BY counterpart
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
    WHERE kind IN ('charge', 'charge_correction', 'refund')
    GROUP BY key_id
  ), ledger_of_reservation AS (
    SELECT reference, -sum(amount_nanos) AS charged FROM quota.ledger_entries
    WHERE kind IN ('charge', 'charge_correction')
    GROUP BY reference
  ), refund_of_reservation AS (
    SELECT reservation_id, sum(amount_nanos) AS refunded FROM quota.ledger_entries
    WHERE kind = 'refund'
    GROUP BY reservation_id
  ), budget_of_key AS (
    SELECT key.id AS key_id, sum(reservation.charged_nanos - coalesce(refund.refunded, 0)) AS spent,
      sum(reservation.amount_nanos) FILTER (WHERE reservation.status = 'pending') AS held
    FROM quota.keys AS key
    JOIN quota.reservations AS reservation
      ON reservation.key_id = key.id AND reservation.budget_since = key.budget_since
    LEFT JOIN refund_of_reservation AS refund ON refund.reservation_id = reservation.id
    WHERE key.budget_nanos IS NOT NULL
    GROUP BY key.id
  ), budget_of_member AS (
    SELECT budget.account_id, budget.user_id,
      sum(reservation.charged_nanos - coalesce(refund.refunded, 0)) AS spent,
      sum(reservation.amount_nanos) FILTER (WHERE reservation.status = 'pending') AS held
    FROM quota.member_budgets AS budget
    JOIN quota.keys AS key ON key.account_id = budget.account_id AND key.created_by_user = budget.user_id
    JOIN quota.reservations AS reservation
      ON reservation.key_id = key.id AND reservation.member_budget_since = budget.since
    LEFT JOIN refund_of_reservation AS refund ON refund.reservation_id = reservation.id
    GROUP BY budget.account_id, budget.user_id
  ), pending AS (
    SELECT account_id, key_id, amount_nanos, lease_expires_at FROM quota.reservations WHERE status = 'pending'
  ), holds_of_account AS (
    SELECT account_id, sum(amount_nanos) AS held, count(*) AS pending_count FROM pending GROUP BY account_id
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
        OR account.pending_count IS DISTINCT FROM coalesce(holds.pending_count, 0)
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
    ) AS "reservationsPendingPastTheirLease",
    (
      SELECT count(*)::integer FROM quota.reservations AS reservation
      LEFT JOIN ledger_of_reservation AS ledger ON ledger.reference = reservation.id::text
      WHERE reservation.charged_nanos IS DISTINCT FROM coalesce(ledger.charged, 0)
    ) AS "reservationsWhoseChargeIsNotTheirLedger",
    (
      SELECT count(*)::integer FROM quota.keys AS key
      LEFT JOIN budget_of_key AS budget ON budget.key_id = key.id
      WHERE key.budget_nanos IS NOT NULL
        AND (key.budget_spent_nanos IS DISTINCT FROM coalesce(budget.spent, 0)
          OR key.budget_held_nanos IS DISTINCT FROM coalesce(budget.held, 0))
    ) AS "keysWhoseBudgetIsNotTheirReservations",
    (
      SELECT count(*)::integer FROM quota.member_budgets AS member
      LEFT JOIN budget_of_member AS budget
        ON budget.account_id = member.account_id AND budget.user_id = member.user_id
      WHERE member.spent_nanos IS DISTINCT FROM coalesce(budget.spent, 0)
        OR member.held_nanos IS DISTINCT FROM coalesce(budget.held, 0)
    ) AS "membersWhoseBudgetIsNotTheirReservations"
`;
