/** Decides a batch; see the migration that creates the function. */
export const RESERVE = `
  SELECT refusal, limit_source, available_nanos, lease_expires_ms
  FROM quota.reserve(
    $1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::integer[], $6::integer[], $7::bigint[], $8::integer[]
  ) WITH ORDINALITY
  ORDER BY ordinality
`;

/**
 * Needs no lock on the account, since no money moves. A hold that is past its lease but was not ended yet is still held,
 * and so can be extended; the row's own lock decides between this and its end. Selecting from the update makes the driver
 * return rows alone.
 */
export const EXTEND = `
  WITH extended AS (
    UPDATE quota.reservations
    SET lease_expires_at = greatest(lease_expires_at, clock_timestamp() + $2::integer * interval '1 millisecond')
    WHERE id = $1 AND status = 'pending'
    RETURNING id
  )
  SELECT id FROM extended
`;

export const EXPIRE = 'SELECT quota.expire($1) AS count';
