/**
 * The log of usage events where there is no broker. `seq` is the order of the log; a consumer's `acked_seq` is the last
 * event that it has handled.
 */
export const CREATE_EVENT_LOG = `
  CREATE SCHEMA IF NOT EXISTS messaging;
  CREATE TABLE IF NOT EXISTS messaging.usage_events (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id text NOT NULL UNIQUE,
    body text NOT NULL,
    published_at timestamptz NOT NULL DEFAULT now()
  );
  CREATE INDEX IF NOT EXISTS usage_events_published_at ON messaging.usage_events (published_at);
  CREATE TABLE IF NOT EXISTS messaging.usage_consumers (
    name text PRIMARY KEY,
    acked_seq bigint NOT NULL DEFAULT 0
  );
`;

/** Serialises the creation above among processes that start together; any number that nobody else uses. */
export const LOCK_SCHEMA = 'SELECT pg_advisory_xact_lock(726501)';

/**
 * Writers take turns, because identity values are drawn before commit: without the lock a consumer could see 8, move
 * past 7, and never look back when 7 is committed.
 */
export const LOCK_WRITERS = 'SELECT pg_advisory_xact_lock(726502)';

export const INSERT_EVENTS = `
  INSERT INTO messaging.usage_events (id, body)
  SELECT event.id, event.body
  FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS event(id, body, position)
  ORDER BY event.position
  ON CONFLICT (id) DO NOTHING
`;

/** Of those just written, and of those that were there before. */
export const FIND_POSITIONS = 'SELECT id, seq FROM messaging.usage_events WHERE id = ANY ($1::text[])';

export const FIND_READING = `
  SELECT acked_seq AS handled, (SELECT coalesce(max(seq), 0) FROM messaging.usage_events) AS last
  FROM messaging.usage_consumers WHERE name = $1
`;

/** $2 is null, or the time since which a consumer reads that is not there yet. */
export const REGISTER_CONSUMER = `
  INSERT INTO messaging.usage_consumers (name, acked_seq)
  SELECT $1, coalesce(
           (SELECT seq FROM messaging.usage_events WHERE published_at < $2 ORDER BY published_at DESC, seq DESC LIMIT 1), 0)
   WHERE NOT EXISTS (SELECT FROM messaging.usage_consumers WHERE name = $1)
  ON CONFLICT (name) DO NOTHING
`;

export const FORGET_CONSUMER = 'DELETE FROM messaging.usage_consumers WHERE name = $1';

/** The row lock lets one process at a time read for a consumer; another one that tries gets nothing and tries later. */
export const LOCK_CONSUMER = `
  SELECT acked_seq FROM messaging.usage_consumers WHERE name = $1 FOR UPDATE SKIP LOCKED
`;

export const READ_EVENTS = `
  SELECT seq, body FROM messaging.usage_events WHERE seq > $1 ORDER BY seq LIMIT $2
`;

export const ADVANCE_CONSUMER = 'UPDATE messaging.usage_consumers SET acked_seq = $2 WHERE name = $1';

/** Removes what is older than the retention and handled by every consumer. */
export const DELETE_EXPIRED = `
  DELETE FROM messaging.usage_events
  WHERE published_at < now() - make_interval(days => $1)
    AND seq <= (SELECT coalesce(min(acked_seq), 0) FROM messaging.usage_consumers)
`;
