import { ENTRY } from './ledger.sql.js';

/** The account's lock comes first, as for every change of a balance. */
export const LOCK_ACCOUNT_FUNDS = `
  SELECT balance_nanos AS balance, held_nanos AS held, overdraft_nanos AS overdraft, status
  FROM quota.accounts WHERE id = $1 FOR NO KEY UPDATE
`;

export const FIND_ENTRY = `
  SELECT ${ENTRY} FROM quota.ledger_entries AS entry WHERE entry.kind = $1 AND entry.reference = $2
`;

/** Writes the entry and moves the balance in one statement: neither is ever there without the other. */
export const INSERT_ENTRY = `
  WITH account AS (
    UPDATE quota.accounts SET balance_nanos = balance_nanos + $5 WHERE id = $1 RETURNING id, balance_nanos
  ), entry AS (
    INSERT INTO quota.ledger_entries
      (account_id, kind, counterpart, reference, amount_nanos, balance_after_nanos, note, author, key_id,
       reservation_id, created_at)
    SELECT account.id, $2, $3, $4, $5, account.balance_nanos, $6, $7, $8::uuid, $9::uuid, clock_timestamp()
    FROM account
    RETURNING *
  )
  SELECT ${ENTRY} FROM entry
`;
