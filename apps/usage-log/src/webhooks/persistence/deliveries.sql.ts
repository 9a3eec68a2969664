/**
 * $1 is a JSON array of events, each of them kept once. Whoever holds an event that is about to be removed makes it
 * young again, so that the deliveries of the next statement find it.
 */
export const KEEP_EVENTS = `
  INSERT INTO webhook_events (id, type, body)
  SELECT DISTINCT ON (id) id, type, body FROM jsonb_to_recordset($1::jsonb) AS event (id text, type text, body text)
   ORDER BY id
  ON CONFLICT (id) DO UPDATE SET kept_at = now()`;

/** $1 is a JSON array of deliveries. Those that are there already, by whatever rule of uniqueness, stay as they are. */
export const INSERT_DELIVERIES = `
  INSERT INTO webhook_deliveries (webhook_id, event_id, cause, replay_id, next_attempt_at)
  SELECT delivery.webhook_id, delivery.event_id, delivery.cause, delivery.replay_id, now()
    FROM jsonb_to_recordset($1::jsonb) AS delivery (webhook_id uuid, event_id text, cause text, replay_id uuid)
    JOIN webhooks ON webhooks.id = delivery.webhook_id
  ON CONFLICT DO NOTHING
  RETURNING id`;

/** Of the same deliveries those that were there before and wait for their first attempt: their jobs may be missing. */
export const FIND_UNTRIED = `
  SELECT found.id
    FROM jsonb_to_recordset($1::jsonb) AS delivery (webhook_id uuid, event_id text, cause text, replay_id uuid)
    JOIN webhook_deliveries AS found
      ON found.webhook_id = delivery.webhook_id AND found.event_id = delivery.event_id AND found.cause = delivery.cause
     AND found.replay_id IS NOT DISTINCT FROM delivery.replay_id
   WHERE found.status = 'pending' AND found.attempts = 0`;

const DELIVERY = `
  SELECT delivery.id, delivery.event_id, event.type AS event_type, delivery.cause, delivery.status, delivery.attempts,
         delivery.http_status, delivery.error, delivery.duration_ms, delivery.created_at, delivery.next_attempt_at,
         delivery.delivered_at
    FROM webhook_deliveries AS delivery JOIN webhook_events AS event ON event.id = delivery.event_id`;

export const FIND_DELIVERY = `${DELIVERY} WHERE delivery.id = $1`;

/** $1 webhook, $2 limit, $3 status or null, $4 the last id of the page before or null. */
export const LIST_DELIVERIES = `${DELIVERY}
   WHERE delivery.webhook_id = $1 AND ($3::text IS NULL OR delivery.status = $3)
     AND ($4::bigint IS NULL OR delivery.id < $4)
   ORDER BY delivery.id DESC LIMIT $2`;

export const FIND_DUE = `
  SELECT delivery.id, delivery.webhook_id, webhook.status AS webhook_status, delivery.event_id, event.type AS event_type,
         event.body, delivery.cause, delivery.attempts, delivery.created_at, delivery.next_attempt_at
    FROM webhook_deliveries AS delivery
    JOIN webhook_events AS event ON event.id = delivery.event_id
    JOIN webhooks AS webhook ON webhook.id = delivery.webhook_id
   WHERE delivery.id = $1 AND delivery.status = 'pending'`;

export const EVENT_OF_DELIVERY = `
  SELECT event.id, event.type, event.body
    FROM webhook_deliveries AS delivery JOIN webhook_events AS event ON event.id = delivery.event_id
   WHERE delivery.webhook_id = $1 AND delivery.id = $2`;

/**
 * $1 id, $2 status of the delivery, $3 HTTP status, $4 error, $5 duration, $6 next attempt, $7 whether it counts for its
 * webhook, $8 which that is. A delivery that somebody else finished meanwhile stays finished. The webhook is locked before
 * the delivery, as by whoever deletes it with all its deliveries: the other way round, the two would wait for each other.
 */
export const NOTE_ATTEMPT = `
  WITH locked AS (
    SELECT id FROM webhooks WHERE id = $8 FOR NO KEY UPDATE
  ), noted AS (
    UPDATE webhook_deliveries SET attempts = attempts + 1, status = $2, http_status = $3, error = $4, duration_ms = $5,
           next_attempt_at = $6, delivered_at = CASE WHEN $2 = 'delivered' THEN now() END
     WHERE id = $1 AND status = 'pending' AND webhook_id = (SELECT id FROM locked)
    RETURNING webhook_id
  )
  UPDATE webhooks SET
    consecutive_failures = CASE WHEN $2 = 'delivered' THEN 0 ELSE consecutive_failures + 1 END,
    last_delivery_at = CASE WHEN $2 = 'delivered' THEN now() ELSE last_delivery_at END
   WHERE id = (SELECT webhook_id FROM noted) AND $7`;

export const GIVE_UP = `
  UPDATE webhook_deliveries SET status = 'failed', error = $2, next_attempt_at = NULL WHERE id = $1 AND status = 'pending'`;

export const DELIVERED_SINCE = 'SELECT last_delivery_at >= $2 AS delivered FROM webhooks WHERE id = $1';

/** $2 how many of each webhook at most: what is lost of one is not to wait behind the backlog of another. */
export const LIST_OVERDUE = `
  SELECT overdue.id FROM webhooks
   CROSS JOIN LATERAL (
     SELECT id FROM webhook_deliveries
      WHERE webhook_id = webhooks.id AND status = 'pending' AND next_attempt_at < $1
      ORDER BY next_attempt_at LIMIT $2) AS overdue`;

/** An attempt that was noted meanwhile says better when the next one is. */
export const PUT_OFF = `
  UPDATE webhook_deliveries SET next_attempt_at = $2 WHERE id = $1 AND status = 'pending' AND attempts = $3`;

/** $1 time, $2 how many at most, so that nobody waits for long. */
export const DELETE_DELIVERIES = `
  DELETE FROM webhook_deliveries WHERE id IN (
    SELECT id FROM webhook_deliveries WHERE status <> 'pending' AND created_at < $1 LIMIT $2)`;

export const DELETE_EVENTS = `
  DELETE FROM webhook_events WHERE id IN (
    SELECT id FROM webhook_events AS event
     WHERE kept_at < $1 AND NOT EXISTS (SELECT FROM webhook_deliveries WHERE event_id = event.id)
     LIMIT $2)`;

export const BEGIN_REPLAY = `
  INSERT INTO webhook_replays (id, webhook_id, from_time, to_time) VALUES ($1, $2, $3, $4)`;

export const FIND_REPLAY = `
  SELECT id, webhook_id, from_time, to_time, position FROM webhook_replays WHERE id = $1 AND finished_at IS NULL`;

export const NOTE_REPLAY = `
  UPDATE webhook_replays SET position = coalesce($2, position), finished_at = CASE WHEN $2::bigint IS NULL THEN now() END
   WHERE id = $1`;

export const LIST_OPEN_REPLAYS = 'SELECT id FROM webhook_replays WHERE finished_at IS NULL ORDER BY begun_at';
