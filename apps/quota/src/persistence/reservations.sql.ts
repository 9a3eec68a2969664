/** Decides a batch; see `functions/reserve.sql.ts`. */
export const RESERVE = `
  SELECT refusal, limit_source, available_nanos, lease_expires_ms, detail
  FROM quota.reserve(
    $1::uuid[], $2::uuid[], $3::text[], $4::inet[], $5::uuid[], $6::text[], $7::integer[], $8::integer[], $9::integer[],
    $10::integer[], $11::bigint[], $12::bigint[], $13::integer[]
  ) WITH ORDINALITY
  ORDER BY ordinality
`;

/**
 * Needs no lock on the account, since no money moves. A hold that is past its lease but was not ended yet is still held,
 * and so can be extended; the row's own lock decides between this and its end. Messages may overtake each other, so a
 * checkpoint never goes back, and neither does its context: a request that went to another channel meanwhile is told of
 * as it went on. Selecting from the update makes the driver return rows alone.
 */
export const EXTEND = `
  WITH extended AS (
    UPDATE quota.reservations
    SET lease_expires_at = greatest(lease_expires_at, clock_timestamp() + $2::integer * interval '1 millisecond'),
      checkpoint_nanos = greatest(checkpoint_nanos, $3::bigint),
      checkpoint_usage = CASE
        WHEN $3::bigint >= coalesce(checkpoint_nanos, 0) THEN $4::jsonb
        ELSE checkpoint_usage
      END,
      context = CASE
        WHEN coalesce($3::bigint, 0) >= coalesce(checkpoint_nanos, 0) THEN coalesce($5::jsonb, context)
        ELSE coalesce(context, $5::jsonb)
      END
    WHERE id = $1 AND status = 'pending'
    RETURNING id
  )
  SELECT id FROM extended
`;

export const EXPIRE = 'SELECT quota.expire($1) AS count';

export const LIST_UNPUBLISHED_ORPHANS = `
  SELECT id AS "reservationId", request_id AS "requestId", account_id AS "accountId", key_id AS "keyId",
    charged_nanos AS "chargedNanos", ended_at AS "expiredAt", context, checkpoint_usage AS delivered
  FROM quota.reservations
  WHERE event_due
  ORDER BY ended_at
  LIMIT $1
`;
