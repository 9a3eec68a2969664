/** A batch as the contract has it; `position` is its place in the list. */
const BATCH = `
  batch.position,
  batch.id,
  batch.name,
  batch.amount_nanos AS "amountNanos",
  batch.code_count AS "codeCount",
  batch.uses_max AS "usesMax",
  (SELECT coalesce(sum(uses), 0)::integer FROM quota.redemption_codes WHERE batch_id = batch.id) AS "redeemedCount",
  batch.status,
  batch.expires_at AS "expiresAt",
  batch.author,
  batch.created_at AS "createdAt"
`;

export const INSERT_BATCH = `
  WITH batch AS (
    INSERT INTO quota.redemption_batches (name, amount_nanos, code_count, uses_max, expires_at, author)
    VALUES ($1, $2, $3, $4, $5::timestamptz, $6)
    RETURNING *
  )
  SELECT ${BATCH} FROM batch
`;

export const INSERT_CODES = `
  INSERT INTO quota.redemption_codes (batch_id, hash, uses_max) SELECT $1, unnest($2::text[]), $3
`;

export const LIST_BATCHES = `
  SELECT ${BATCH} FROM quota.redemption_batches AS batch
  WHERE $1::bigint IS NULL OR batch.position < $1
  ORDER BY batch.position DESC
  LIMIT $2
`;

export const SET_BATCH_STATUS = `
  WITH batch AS (UPDATE quota.redemption_batches SET status = $2 WHERE id = $1 RETURNING *)
  SELECT ${BATCH} FROM batch
`;

/**
 * Locks the code, after the account. Whether it is over is read with the lock held; a batch that is being disabled is
 * waited for, so that no code of it is redeemed after the answer.
 */
export const LOCK_CODE = `
  SELECT code.id, batch.amount_nanos AS "amountNanos", batch.name, code.uses < code.uses_max AS "hasUses",
    batch.status = 'active' AS "isActive", coalesce(batch.expires_at <= clock_timestamp(), false) AS "isOver"
  FROM quota.redemption_codes AS code
  JOIN quota.redemption_batches AS batch ON batch.id = code.batch_id
  WHERE code.hash = $1
  FOR UPDATE OF code FOR SHARE OF batch
`;

export const USE_CODE = 'UPDATE quota.redemption_codes SET uses = uses + 1 WHERE id = $1';

/** Inserts nothing when the account has redeemed the code before. */
export const INSERT_REDEMPTION = `
  INSERT INTO quota.redemptions (code_id, account_id, user_id) VALUES ($1, $2, $3)
  ON CONFLICT DO NOTHING
  RETURNING code_id
`;
