/**
 * A key as the contract has it; `position` is its place in the list. A period of the budget that is over is shown as the
 * one that follows it, in which nothing is spent, though the row changes only with the next reservation.
 */
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
  CASE WHEN key.budget_nanos IS NOT NULL THEN (
    SELECT jsonb_build_object(
      'nanos', key.budget_nanos::text,
      'period', key.budget_period,
      'days', key.budget_days,
      'timeZone', key.budget_time_zone,
      'spentNanos', CASE WHEN elapsed THEN '0' ELSE key.budget_spent_nanos::text END,
      'heldNanos', CASE WHEN elapsed THEN '0' ELSE key.budget_held_nanos::text END,
      'countsSince', CASE WHEN elapsed THEN present.starts_at ELSE key.budget_since END,
      'resetsAt', CASE WHEN elapsed THEN present.ends_at ELSE key.budget_resets_at END
    )
    FROM (SELECT clock_timestamp() AS now) AS clock,
      quota.budget_period(
        key.budget_period, key.budget_days, key.budget_time_zone, key.budget_set_at, clock.now
      ) AS present,
      LATERAL (SELECT key.budget_resets_at <= clock.now AS elapsed) AS period
  ) END AS budget,
  key.allowed_models AS "allowedModels",
  (SELECT array_agg(abbrev(rule)) FROM unnest(key.allowed_ips) AS rule) AS "allowedIps",
  key.requests_per_minute::integer AS "requestsPerMinute",
  key.tokens_per_minute::integer AS "tokensPerMinute",
  key.concurrency_max AS "concurrencyMax",
  key.show_cost AS "showCost",
  key.expires_at AS "expiresAt",
  key.last_used_at AS "lastUsedAt",
  (
    SELECT coalesce(
      jsonb_agg(jsonb_build_object('prefix', retired.prefix, 'validUntil', retired.valid_until) ORDER BY retired.valid_until),
      '[]'
    )
    FROM quota.retired_secrets AS retired
    WHERE retired.key_id = key.id AND retired.valid_until > clock_timestamp()
  ) AS retiring,
  key.created_at AS "createdAt"
`;

/** The places of a budget's values among the parameters of a statement, as `$3`. */
export interface BudgetPlaces {
  readonly nanos: string;
  readonly period: string;
  readonly days: string;
  readonly timeZone: string;
}

const BUDGET_COLUMNS = `
  budget_nanos, budget_period, budget_days, budget_time_zone, budget_set_at, budget_since, budget_resets_at,
  budget_spent_nanos, budget_held_nanos
`;

/**
 * The values of the budget's columns. A budget of the same periods goes on counting; any other counts from now on, so
 * that what was spent or held before is no concern of it.
 *
 * @param kept the table whose row holds the budget so far.
 */
function budgetValues({ nanos, period, days, timeZone }: BudgetPlaces, kept: string): string {
  return `
    SELECT ${nanos}::bigint, ${period}::text, ${days}::integer, ${timeZone}::text,
      CASE WHEN same THEN ${kept}.budget_set_at ELSE clock.now END,
      CASE WHEN same THEN ${kept}.budget_since ELSE clock.now END,
      CASE WHEN same THEN ${kept}.budget_resets_at ELSE present.ends_at END,
      CASE WHEN same THEN ${kept}.budget_spent_nanos ELSE 0 END,
      CASE WHEN same THEN ${kept}.budget_held_nanos ELSE 0 END
    FROM (SELECT clock_timestamp() AS now) AS clock,
      quota.budget_period(${period}::text, ${days}::integer, ${timeZone}::text, clock.now, clock.now) AS present,
      LATERAL (
        SELECT ${kept}.budget_nanos IS NOT NULL
          AND (${kept}.budget_period, ${kept}.budget_days, ${kept}.budget_time_zone)
            IS NOT DISTINCT FROM (${period}::text, ${days}::integer, ${timeZone}::text) AS same
      ) AS comparison
  `;
}

export function assignBudget(places: BudgetPlaces): string {
  return `(${BUDGET_COLUMNS}) = (${budgetValues(places, 'keys')})`;
}

export const REMOVE_BUDGET = `(${BUDGET_COLUMNS}) = ROW(${Array(9).fill('NULL').join(', ')})`;

/** Inserts nothing when there is no such account. Bits of an address beyond its network's are cleared. */
export const INSERT_KEY = `
  WITH key AS (
    INSERT INTO quota.keys
      (account_id, name, hash, prefix, group_name, quota_nanos, concurrency_max, show_cost, expires_at, allowed_models,
       allowed_ips, requests_per_minute, tokens_per_minute)
    SELECT account.id, $2, $3, $4, $5, $6::bigint, $7::integer, $8, $9::timestamptz, $10::text[],
      (SELECT array_agg(network(rule::inet)::inet) FROM unnest($11::text[]) AS rule), $12::bigint, $13::bigint
    FROM quota.accounts AS account
    WHERE account.id = $1
    RETURNING *
  )
  SELECT ${KEY} FROM key
`;

/** Reservations and settlements change budgets under the account's lock, and so must whoever sets one. */
export const LOCK_ACCOUNT_OF_KEY = `
  SELECT FROM quota.accounts WHERE id = (SELECT account_id FROM quota.keys WHERE id = $1) FOR NO KEY UPDATE
`;

/** Waits for nothing else once it has the account's lock, so it cannot be part of a deadlock with the batches. */
export function updateKey(assignments: string): string {
  return `
    WITH key AS (UPDATE quota.keys SET ${assignments} WHERE id = $1 AND status <> 'revoked' RETURNING *)
    SELECT ${KEY} FROM key
  `;
}

export const FIND_KEY = `SELECT ${KEY} FROM quota.keys AS key WHERE key.id = $1`;

/**
 * Gives a key another secret. The one so far is kept while $4 is in the future, and none that was kept before it stays
 * valid any longer than it: a rotation is the answer to a secret that got out, whichever it was.
 */
export const ROTATE_KEY = `
  WITH before AS (
    SELECT id, hash, prefix FROM quota.keys WHERE id = $1 AND status <> 'revoked' FOR UPDATE
  ), shortened AS (
    UPDATE quota.retired_secrets
    SET valid_until = least(valid_until, coalesce($4::timestamptz, clock_timestamp()))
    WHERE key_id = (SELECT id FROM before)
  ), retired AS (
    INSERT INTO quota.retired_secrets (hash, key_id, prefix, valid_until)
    SELECT hash, id, prefix, $4::timestamptz FROM before WHERE $4::timestamptz > clock_timestamp()
  ), rotated AS (
    UPDATE quota.keys AS key SET hash = $2, prefix = $3 FROM before WHERE key.id = before.id RETURNING key.id
  )
  SELECT id FROM rotated
`;

export const REVOKE_KEY = `UPDATE quota.keys SET status = 'revoked' WHERE id = $1 AND status <> 'revoked'`;

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

const PRINCIPAL = `
  SELECT key.id AS "keyId", key.name AS "keyName", key.status AS "keyStatus", account.id AS "accountId",
    account.status AS "accountStatus", account.group_name AS "accountGroup", key.group_name AS "keyGroup",
    key.show_cost AS "showCost", least(key.expires_at, secret.valid_until) AS "expiresAt",
    key.allowed_models AS "allowedModels", account.lower_output AS "lowerOutput"`;

/** Finds by the present secret, or by one that was rotated away and is still valid; the sooner of two ends counts. */
export const FIND_PRINCIPAL = `
  ${PRINCIPAL}
  FROM (
    SELECT id AS key_id, NULL::timestamptz AS valid_until FROM quota.keys WHERE hash = $1
    UNION ALL
    SELECT key_id, valid_until FROM quota.retired_secrets WHERE hash = $1 AND valid_until > clock_timestamp()
  ) AS secret
  JOIN quota.keys AS key ON key.id = secret.key_id
  JOIN quota.accounts AS account ON account.id = key.account_id
  WHERE key.status <> 'revoked'
`;

/** By the id of a key, whose secret is then not known; so it does not matter which secrets are valid. */
export const PRINCIPAL_OF_KEY = `
  ${PRINCIPAL}
  FROM (SELECT $1::uuid AS key_id, NULL::timestamptz AS valid_until) AS secret
  JOIN quota.keys AS key ON key.id = secret.key_id
  JOIN quota.accounts AS account ON account.id = key.account_id
  WHERE key.status <> 'revoked'
`;
