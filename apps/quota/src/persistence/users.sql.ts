export const HAS_ADMINISTRATOR = `SELECT EXISTS (SELECT FROM quota.users WHERE role = 'admin') AS found`;

/** Replicas that start together may all try to create the first administrator. */
export const INSERT_USER = `
  INSERT INTO quota.users (username, password_hash, role) VALUES ($1, $2, $3)
  ON CONFLICT (username) DO NOTHING
  RETURNING id
`;

export const FIND_USER = `
  SELECT id, username, role, password_hash AS "passwordHash" FROM quota.users WHERE username = $1
`;

/** Attempts for one name take turns, so that those at the same time are counted one after the other. */
export const LOCK_ATTEMPTS = `SELECT pg_advisory_xact_lock(hashtextextended('quota.login:' || $1, 0))`;

/**
 * How many attempts the window still holds, and how long until the first of them leaves it, in milliseconds.
 * $2 is the length of the window in milliseconds.
 */
export const COUNT_ATTEMPTS = `
  SELECT count(*)::integer AS count,
    ceil($2::float8 - extract(epoch FROM clock_timestamp() - min(attempted_at)) * 1000)::integer AS "firstLeavesAfterMs"
  FROM quota.login_attempts
  WHERE username = $1 AND attempted_at > clock_timestamp() - $2::float8 * interval '1 millisecond'
`;

export const INSERT_ATTEMPT = `
  INSERT INTO quota.login_attempts (username, attempted_at) VALUES ($1, clock_timestamp())
`;

export const DELETE_ATTEMPTS = 'DELETE FROM quota.login_attempts WHERE username = $1';

export const DELETE_OLD_ATTEMPTS = `
  DELETE FROM quota.login_attempts WHERE attempted_at < now() - $1::float8 * interval '1 millisecond'
`;

export const INSERT_SESSION = `
  INSERT INTO quota.sessions (token_hash, user_id, expires_at)
  VALUES ($1, $2, date_trunc('milliseconds', now() + $3::float8 * interval '1 millisecond'))
  RETURNING expires_at AS "expiresAt"
`;

export const FIND_SESSION_USER = `
  SELECT member.id, member.username, member.role
  FROM quota.sessions AS session
  JOIN quota.users AS member ON member.id = session.user_id
  WHERE session.token_hash = $1 AND session.expires_at > now()
`;

/** Selecting from the deletion makes the driver return rows alone. */
export const DELETE_SESSION = `
  WITH ended AS (DELETE FROM quota.sessions WHERE token_hash = $1 AND expires_at > now() RETURNING token_hash)
  SELECT token_hash FROM ended
`;

export const DELETE_OLD_SESSIONS = 'DELETE FROM quota.sessions WHERE expires_at < now()';
