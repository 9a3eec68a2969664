/** A key as the contract has it; `position` is its place in the list. */
export const KEY = `
  key.position,
  key.id,
  key.account_id AS "accountId",
  key.name,
  key.prefix,
  key.status,
  key.group_name AS "group",
  key.quota_nanos AS "quotaNanos",
  key.spent_nanos AS "spentNanos",
  key.held_nanos AS "heldNanos",
  key.concurrency_max AS "concurrencyMax",
  key.show_cost AS "showCost",
  key.expires_at AS "expiresAt",
  key.created_at AS "createdAt"
`;

/** Inserts nothing when there is no such account. */
export const INSERT_KEY = `
  WITH key AS (
    INSERT INTO quota.keys
      (account_id, name, hash, prefix, group_name, quota_nanos, concurrency_max, show_cost, expires_at)
    SELECT account.id, $2, $3, $4, $5, $6::bigint, $7::integer, $8, $9::timestamptz
    FROM quota.accounts AS account
    WHERE account.id = $1
    RETURNING *
  )
  SELECT ${KEY} FROM key
`;

/**
 * Takes the lock of this one row and waits for nothing else, so it cannot be part of a deadlock with the batches, which
 * lock the account first.
 */
export function updateKey(assignments: string): string {
  return `
    WITH key AS (UPDATE quota.keys SET ${assignments} WHERE id = $1 RETURNING *)
    SELECT ${KEY} FROM key
  `;
}

export const LIST_KEYS = `
  SELECT ${KEY} FROM quota.keys AS key
  WHERE $1::bigint IS NULL OR key.position < $1
  ORDER BY key.position DESC
  LIMIT $2
`;

export const LIST_KEYS_OF_ACCOUNT = `
  SELECT ${KEY} FROM quota.keys AS key
  WHERE key.account_id = $3 AND ($1::bigint IS NULL OR key.position < $1)
  ORDER BY key.position DESC
  LIMIT $2
`;

export const FIND_PRINCIPAL = `
  SELECT key.id AS "keyId", key.name AS "keyName", key.status AS "keyStatus", account.id AS "accountId",
    account.status AS "accountStatus", account.group_name AS "accountGroup", key.group_name AS "keyGroup", key.show_cost AS "showCost", key.expires_at AS "expiresAt"
  FROM quota.keys AS key
  JOIN quota.accounts AS account ON account.id = key.account_id
  WHERE key.hash = $1
`;
