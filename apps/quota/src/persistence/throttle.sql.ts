/** Attempts of one bucket take turns, so that those at the same time are counted one after the other. */
export const LOCK_BUCKET = `SELECT pg_advisory_xact_lock(hashtextextended('quota.attempts:' || $1, 0))`;

/** As `COUNT_ATTEMPTS` of logins; $2 is the length of the window in milliseconds. */
export const COUNT_BUCKET = `
  SELECT count(*)::integer AS count,
    ceil($2::float8 - extract(epoch FROM clock_timestamp() - min(attempted_at)) * 1000)::integer AS "firstLeavesAfterMs"
  FROM quota.attempts
  WHERE bucket = $1 AND attempted_at > clock_timestamp() - $2::float8 * interval '1 millisecond'
`;

export const INSERT_INTO_BUCKET = 'INSERT INTO quota.attempts (bucket, attempted_at) VALUES ($1, clock_timestamp())';

export const DELETE_NEWEST_OF_BUCKET = `
  DELETE FROM quota.attempts
  WHERE ctid = (SELECT ctid FROM quota.attempts WHERE bucket = $1 ORDER BY attempted_at DESC LIMIT 1 FOR UPDATE)
`;

export const DELETE_OLD_BUCKETS = `
  DELETE FROM quota.attempts WHERE attempted_at < now() - $1::float8 * interval '1 millisecond'
`;
