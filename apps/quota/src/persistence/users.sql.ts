/** A user as the contract has it; `position` is its place in the list. */
const USER = `
  member.position,
  member.id,
  member.username,
  member.role,
  member.status,
  member.email,
  member.password_hash IS NOT NULL AS "hasPassword",
  member.created_at AS "createdAt"
`;

export const HAS_ADMINISTRATOR = `SELECT EXISTS (SELECT FROM quota.users WHERE role IN ('root', 'admin')) AS found`;

/** Replicas that start together may all try to create the first administrator. */
export const INSERT_USER = `
  WITH member AS (
    INSERT INTO quota.users (username, password_hash, role, email) VALUES ($1, $2, $3, $4)
    ON CONFLICT (username) DO NOTHING
    RETURNING *
  )
  SELECT ${USER} FROM member
`;

export const FIND_USER = `
  SELECT id, username, role, status, password_hash AS "passwordHash" FROM quota.users WHERE username = $1
`;

export const GET_USER = `SELECT ${USER} FROM quota.users AS member WHERE member.id = $1`;

export const LIST_USERS = `
  SELECT ${USER} FROM quota.users AS member
  WHERE ($1::bigint IS NULL OR member.position < $1)
    AND (
      $3::text IS NULL
      OR strpos(lower(member.username), lower($3)) > 0
      OR strpos(lower(coalesce(member.email, '')), lower($3)) > 0
      OR member.id::text = lower($3)
    )
  ORDER BY member.position DESC
  LIMIT $2
`;

/** In the order of their ids, so that two administrators who change each other do not deadlock. */
export const LOCK_USERS = `
  SELECT ${USER} FROM quota.users AS member WHERE member.id = ANY ($1::uuid[]) ORDER BY member.id FOR NO KEY UPDATE
`;

export function updateUser(assignments: string): string {
  return `
    WITH member AS (UPDATE quota.users SET ${assignments} WHERE id = $1 RETURNING *)
    SELECT ${USER} FROM member
  `;
}

export const SET_PASSWORD = 'UPDATE quota.users SET password_hash = $2 WHERE id = $1';

export const DELETE_SESSIONS_OF_USER = 'DELETE FROM quota.sessions WHERE user_id = $1 AND token_hash <> $2';

export const FIND_USER_BY_IDENTITY = `
  SELECT ${USER} FROM quota.users AS member
  JOIN quota.user_identities AS identity ON identity.user_id = member.id
  WHERE identity.issuer = $1 AND identity.subject = $2
`;

/** Returns whose identity it is, which is somebody else's when they came first. */
export const LINK_IDENTITY = `
  WITH linked AS (
    INSERT INTO quota.user_identities (issuer, subject, user_id) VALUES ($1, $2, $3)
    ON CONFLICT (issuer, subject) DO NOTHING
    RETURNING user_id
  )
  SELECT user_id AS "userId" FROM linked
  UNION ALL
  SELECT user_id FROM quota.user_identities WHERE issuer = $1 AND subject = $2
`;

/** A personal account. Nothing is inserted when the name is taken. */
export const INSERT_PERSONAL_ACCOUNT = `
  INSERT INTO quota.accounts (name, group_name) VALUES ($1, $2)
  ON CONFLICT ON CONSTRAINT accounts_name DO NOTHING
  RETURNING id
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

/** Waits for a change of the user's status: nobody who was just disabled gets a session. */
export const INSERT_SESSION = `
  WITH owner AS (
    SELECT id FROM quota.users WHERE id = $2 AND status = 'active' FOR SHARE
  )
  INSERT INTO quota.sessions (token_hash, user_id, expires_at, ip, user_agent)
  SELECT $1, owner.id, date_trunc('milliseconds', now() + $3::float8 * interval '1 millisecond'), $4, $5 FROM owner
  RETURNING expires_at AS "expiresAt"
`;

export const FIND_SESSION_USER = `
  SELECT member.id, member.username, member.role
  FROM quota.sessions AS session
  JOIN quota.users AS member ON member.id = session.user_id
  WHERE session.token_hash = $1 AND session.expires_at > now() AND member.status = 'active'
`;

/** Whoever has the session $1, as long as it lasts. */
const OWNER = 'SELECT user_id FROM quota.sessions WHERE token_hash = $1 AND expires_at > now()';

export const LIST_SESSIONS_OF_OWNER = `
  SELECT id, token_hash = $1 AS current, ip, user_agent AS "userAgent", created_at AS "createdAt",
    expires_at AS "expiresAt"
  FROM quota.sessions
  WHERE user_id = (${OWNER}) AND expires_at > now()
  ORDER BY created_at DESC
  LIMIT 200
`;

/** Selecting from the deletion makes the driver return rows alone. */
export const DELETE_SESSION = `
  WITH ended AS (DELETE FROM quota.sessions WHERE token_hash = $1 AND expires_at > now() RETURNING token_hash)
  SELECT token_hash FROM ended
`;

export const DELETE_SESSION_OF_OWNER = `
  WITH ended AS (DELETE FROM quota.sessions WHERE id = $2 AND user_id = (${OWNER}) RETURNING id)
  SELECT id FROM ended
`;

export const DELETE_OTHER_SESSIONS = `
  WITH ended AS (DELETE FROM quota.sessions WHERE token_hash <> $1 AND user_id = (${OWNER}) RETURNING id)
  SELECT id FROM ended
`;

export const DELETE_OLD_SESSIONS = 'DELETE FROM quota.sessions WHERE expires_at < now()';
