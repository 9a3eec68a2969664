/**
 * Writers take turns, because identity values are drawn before commit: without the lock a consumer could see 8, move
 * past 7, and never look back when 7 is committed.
 */
const TAKE_TURN = 'pg_advisory_xact_lock(726502)';

export const LOCK_WRITERS = `SELECT ${TAKE_TURN}`;

/**
 * The log of usage events where there is no broker. `seq` is the order of the log; a consumer's `acked_seq` is the last
 * event that it has handled, but for those among the retries, which failed while others were handled, and the dead
 * letters.
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
  CREATE TABLE IF NOT EXISTS messaging.usage_retries (
    consumer text NOT NULL,
    seq bigint NOT NULL,
    id text NOT NULL,
    body text NOT NULL,
    failures integer NOT NULL,
    due_at timestamptz NOT NULL,
    PRIMARY KEY (consumer, seq)
  );
  CREATE TABLE IF NOT EXISTS messaging.usage_dead_letters (
    letter bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    consumer text NOT NULL,
    id text NOT NULL,
    body text NOT NULL,
    reason text NOT NULL,
    failed_at timestamptz NOT NULL DEFAULT now()
  );

  -- Answers with the places of those just written, and of those that were there before. One call takes one message to
  -- PostgreSQL, where its statements in a transaction would take five.
  CREATE OR REPLACE FUNCTION messaging.append_usage_events(p_ids text[], p_bodies text[])
  RETURNS TABLE (event_id text, event_seq bigint) LANGUAGE plpgsql AS $$
  DECLARE
    written integer;
  BEGIN
    PERFORM ${TAKE_TURN};
    RETURN QUERY
      INSERT INTO messaging.usage_events AS kept (id, body)
      SELECT event.id, event.body
      FROM unnest(p_ids, p_bodies) WITH ORDINALITY AS event(id, body, position)
      ORDER BY event.position
      ON CONFLICT (id) DO NOTHING
      RETURNING kept.id, kept.seq;
    GET DIAGNOSTICS written = ROW_COUNT;
    IF written < cardinality(p_ids) THEN
      RETURN QUERY SELECT kept.id, kept.seq FROM messaging.usage_events AS kept WHERE kept.id = ANY (p_ids);
    END IF;
  END $$;
`;

/** Serialises the creation above among processes that start together; any number that nobody else uses. */
export const LOCK_SCHEMA = 'SELECT pg_advisory_xact_lock(726501)';

export const APPEND_EVENTS =
  'SELECT event_id AS id, event_seq AS seq FROM messaging.append_usage_events($1::text[], $2::text[])';

export const FIND_READING = `
  SELECT least(
      acked_seq, (SELECT min(seq) - 1 FROM messaging.usage_retries WHERE consumer = $1)
    ) AS handled,
    (SELECT coalesce(max(seq), 0) FROM messaging.usage_events) AS last
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

export const FORGET_CONSUMER = `
  WITH retries AS (DELETE FROM messaging.usage_retries WHERE consumer = $1)
  DELETE FROM messaging.usage_consumers WHERE name = $1
`;

/** The row lock lets one process at a time read for a consumer; another one that tries gets nothing and tries later. */
export const LOCK_CONSUMER = `
  SELECT acked_seq FROM messaging.usage_consumers WHERE name = $1 FOR UPDATE SKIP LOCKED
`;

export const READ_EVENTS = `
  SELECT seq, id, body FROM messaging.usage_events WHERE seq > $1 ORDER BY seq LIMIT $2
`;

export const ADVANCE_CONSUMER = 'UPDATE messaging.usage_consumers SET acked_seq = $2 WHERE name = $1';

/** Removes what is older than the retention and handled by every consumer. */
export const DELETE_EXPIRED = `
  DELETE FROM messaging.usage_events
  WHERE published_at < now() - make_interval(days => $1)
    AND seq <= (SELECT coalesce(min(acked_seq), 0) FROM messaging.usage_consumers)
`;

export const DELETE_EXPIRED_DEAD_LETTERS = `
  DELETE FROM messaging.usage_dead_letters WHERE failed_at < now() - make_interval(days => $1)
`;

/** Those whose time has come. The consumer's row is locked, so nobody else takes them. */
export const READ_RETRIES = `
  SELECT seq, id, body, failures FROM messaging.usage_retries
  WHERE consumer = $1 AND due_at <= clock_timestamp()
  ORDER BY seq LIMIT $2
`;

export const ADD_RETRIES = `
  INSERT INTO messaging.usage_retries (consumer, seq, id, body, failures, due_at)
  SELECT $1, retry.seq, retry.id, retry.body, retry.failures,
    clock_timestamp() + retry.delay_ms * interval '1 millisecond'
  FROM unnest($2::bigint[], $3::text[], $4::text[], $5::integer[], $6::integer[])
    AS retry(seq, id, body, failures, delay_ms)
  ON CONFLICT (consumer, seq) DO UPDATE SET failures = excluded.failures, due_at = excluded.due_at
`;

export const DELETE_RETRIES = 'DELETE FROM messaging.usage_retries WHERE consumer = $1 AND seq = ANY ($2::bigint[])';

export const ADD_DEAD_LETTERS = `
  INSERT INTO messaging.usage_dead_letters (consumer, id, body, reason)
  SELECT $1, dead.id, dead.body, dead.reason
  FROM unnest($2::text[], $3::text[], $4::text[]) AS dead(id, body, reason)
`;

export const COUNT_DEAD_LETTERS = 'SELECT count(*)::integer AS count FROM messaging.usage_dead_letters';

/** $2 is null for the newest. */
export const LIST_DEAD_LETTERS = `
  SELECT letter AS id, consumer, reason, failed_at AS "failedAt", body
  FROM messaging.usage_dead_letters
  WHERE $2::bigint IS NULL OR letter < $2
  ORDER BY letter DESC LIMIT $1
`;

/** $1 is null for all. The id tells them from the first time, which the log has seen. */
export const REPLAY_DEAD_LETTERS = `
  WITH replayed AS (
    DELETE FROM messaging.usage_dead_letters
    WHERE $1::bigint[] IS NULL OR letter = ANY ($1)
    RETURNING letter, id, body
  ), published AS (
    INSERT INTO messaging.usage_events (id, body)
    SELECT id || ':replay-' || letter, body FROM replayed ORDER BY letter
    RETURNING id
  )
  SELECT count(*)::integer AS count FROM published
`;

/** Of each consumer: what waits, and since when. Counting stops where the exact number says nothing more. */
export const LIST_LAGS = `
  SELECT consumer.name,
    (SELECT count(*)::integer FROM (
      SELECT FROM messaging.usage_events AS event WHERE event.seq > consumer.acked_seq LIMIT 100000
    ) AS waiting) AS pending,
    (SELECT count(*)::integer FROM messaging.usage_retries AS retry WHERE retry.consumer = consumer.name) AS redelivered,
    (SELECT (extract(epoch FROM clock_timestamp() - event.published_at) * 1000)::bigint
      FROM messaging.usage_events AS event
      WHERE event.seq > least(
        consumer.acked_seq,
        (SELECT min(retry.seq) - 1 FROM messaging.usage_retries AS retry WHERE retry.consumer = consumer.name)
      )
      ORDER BY event.seq LIMIT 1
    ) AS "lagMs"
  FROM messaging.usage_consumers AS consumer
  ORDER BY consumer.name
`;

/**
 * From both ends of the index: counting would read all events of a month. An event that was published again has taken a
 * number and no place, so that there may be fewer.
 */
export const LOG_STATE = `
  SELECT coalesce(max(seq) - min(seq) + 1, 0) AS messages, coalesce(min(seq), 0) AS first, coalesce(max(seq), 0) AS last,
    pg_total_relation_size('messaging.usage_events') AS bytes
  FROM messaging.usage_events
`;
