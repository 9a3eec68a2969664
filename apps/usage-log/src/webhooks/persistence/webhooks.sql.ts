const COLUMNS = `id, name, url, account_id, events, status, disabled_reason, created_at, last_delivery_at,
                 consecutive_failures`;

/**
 * $1 id, $2 name, $3 url, $4 account, $5 events, $6 the sealed secret, $7 how many there may be. The lock lets those who
 * make one take turns, so that none counts what another one is about to add.
 */
export const LOCK_WEBHOOKS = 'LOCK TABLE webhooks IN SHARE ROW EXCLUSIVE MODE';
export const INSERT_WEBHOOK = `
  INSERT INTO webhooks (id, name, url, account_id, events, status, secret)
  SELECT $1::uuid, $2, $3, $4::text, $5::text[], 'active', $6::bytea
   WHERE (SELECT count(*) FROM webhooks) < $7
  RETURNING ${COLUMNS}`;

export const GET_WEBHOOK = `SELECT ${COLUMNS} FROM webhooks WHERE id = $1`;

/** $1 limit, $2 account or null, $3 status or null, $4 and $5 the last one of the page before or null. */
export const LIST_WEBHOOKS = `
  SELECT ${COLUMNS} FROM webhooks
   WHERE ($2::text IS NULL OR account_id = $2)
     AND ($3::text IS NULL OR status = $3)
     AND ($4::timestamptz IS NULL OR (created_at, id) < ($4, $5::uuid))
   ORDER BY created_at DESC, id DESC LIMIT $1`;

/**
 * $2 name, $3 url, $4 events, $5 status; null leaves what is there. Whoever makes it active again begins anew: it gets what
 * happens from now on, and its failures are forgotten.
 */
export const UPDATE_WEBHOOK = `
  UPDATE webhooks SET
    name = coalesce($2, name),
    url = coalesce($3, url),
    events = coalesce($4::text[], events),
    status = coalesce($5, status),
    disabled_reason = CASE WHEN $5 IS NULL THEN disabled_reason END,
    active_since = CASE WHEN $5 = 'active' AND status = 'disabled' THEN now() ELSE active_since END,
    consecutive_failures = CASE WHEN $5 = 'active' AND status = 'disabled' THEN 0 ELSE consecutive_failures END
   WHERE id = $1
  RETURNING ${COLUMNS}`;

export const DELETE_WEBHOOK = 'DELETE FROM webhooks WHERE id = $1 RETURNING id';

/** $2 the new secret, $3 for how many hours the one of now signs as well. */
export const ROTATE_SECRET = `
  UPDATE webhooks SET previous_secret = secret, previous_secret_until = now() + make_interval(hours => $3), secret = $2
   WHERE id = $1
  RETURNING previous_secret_until`;

export const DISABLE_WEBHOOK = `
  UPDATE webhooks SET status = 'disabled', disabled_reason = $2 WHERE id = $1 AND status = 'active' RETURNING id`;

export const GET_ENDPOINT = `
  SELECT id, url, secret, CASE WHEN previous_secret_until > now() THEN previous_secret END AS previous_secret
    FROM webhooks WHERE id = $1`;

export const ACTIVE_SUBSCRIPTIONS = `
  SELECT id, account_id, events, active_since FROM webhooks WHERE status = 'active' ORDER BY id`;

export const GET_SUBSCRIPTION = 'SELECT id, account_id, events, active_since FROM webhooks WHERE id = $1';

export const OLDEST_CREATED_AT = 'SELECT min(created_at) AS oldest FROM webhooks';

export const COUNT_BY_STATUS = 'SELECT status, count(*)::int AS count FROM webhooks GROUP BY status';
