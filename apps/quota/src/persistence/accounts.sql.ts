/** An account as the contract has it; `position` is its place in the list. */
export const ACCOUNT = `
  account.position,
  account.id,
  account.name,
  account.group_name AS "group",
  account.status,
  account.balance_nanos AS "balanceNanos",
  account.held_nanos AS "heldNanos",
  account.balance_nanos - account.held_nanos + account.overdraft_nanos AS "availableNanos",
  account.overdraft_nanos AS "overdraftNanos",
  account.requests_per_minute::integer AS "requestsPerMinute",
  account.tokens_per_minute::integer AS "tokensPerMinute",
  account.concurrency_max AS "concurrencyMax",
  account.lower_output AS "lowerOutput",
  account.created_at AS "createdAt"
`;

export const FIND_ACCOUNT = `SELECT ${ACCOUNT} FROM quota.accounts AS account WHERE account.id = $1`;

/** With an owner ($8) where there is one: an account that has members always has an owner. */
export const INSERT_ACCOUNT = `
  WITH account AS (
    INSERT INTO quota.accounts
      (name, group_name, overdraft_nanos, requests_per_minute, tokens_per_minute, concurrency_max, lower_output)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    RETURNING *
  ), owner AS (
    INSERT INTO quota.account_members (account_id, user_id, role)
    SELECT id, $8::uuid, 'owner' FROM account WHERE $8 IS NOT NULL
  )
  SELECT ${ACCOUNT} FROM account
`;

/**
 * Names are searched by reading them in the order of the list, until a page is full; and so are accounts that have run out
 * ($4): an index on what is available would make every reservation and posting write to it. Whoever never had an entry has
 * not run out, but not begun.
 */
export const LIST_ACCOUNTS = `
  SELECT ${ACCOUNT} FROM quota.accounts AS account
  WHERE ($1::bigint IS NULL OR account.position < $1)
    AND ($3::text IS NULL OR strpos(lower(account.name), lower($3)) > 0 OR account.id::text = lower($3))
    AND (NOT $4::boolean OR (
      account.status = 'active'
      AND account.balance_nanos - account.held_nanos + account.overdraft_nanos <= 0
      AND EXISTS (SELECT FROM quota.ledger_entries AS entry WHERE entry.account_id = account.id)
    ))
  ORDER BY account.position DESC
  LIMIT $2
`;

/**
 * An overdraft may always grow. It may shrink only as far as what the account owes and holds allows: below that, the next
 * settlements would be written off. The condition is checked again by PostgreSQL when the row had to be waited for.
 *
 * @param assignments the SET clause. @param overdraft the place of the new overdraft, null when it stays.
 */
export function updateAccount(assignments: string, overdraft: string): string {
  return `
    WITH account AS (
      UPDATE quota.accounts SET ${assignments}
      WHERE id = $1
        AND (${overdraft}::bigint IS NULL OR ${overdraft}::bigint >= overdraft_nanos
          OR balance_nanos - held_nanos + ${overdraft}::bigint >= 0)
      RETURNING *
    )
    SELECT ${ACCOUNT} FROM account
  `;
}
