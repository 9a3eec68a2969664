/**
 * Marks the events of orphans as published and keeps them. What somebody else has marked, or a settlement has made
 * void, is not kept: so nothing is kept twice. They are locked in the order of their ids, as settlements that come late
 * lock them.
 */
export const KEEP_PUBLISHED_ORPHANS = `
  WITH due AS MATERIALIZED (
    SELECT id FROM quota.reservations WHERE id = ANY ($1::uuid[]) AND event_due ORDER BY id FOR NO KEY UPDATE
  ), marked AS (
    UPDATE quota.reservations AS reservation SET event_due = false
    FROM due
    WHERE reservation.id = due.id AND reservation.event_due
    RETURNING reservation.id
  )
  INSERT INTO quota.posted_usage (reservation_id, orphaned, outcome, amount_nanos, posted_at, event)
  SELECT marked.id, true, 'orphaned', orphan.amount_nanos, statement_timestamp(), orphan.event
  FROM unnest($1::uuid[], $2::bigint[], $3::text[]) AS orphan(id, amount_nanos, event)
  JOIN marked ON marked.id = orphan.id
`;

/**
 * A reservation that ended by its settlement, one that expired and was settled later, and one that nobody knew: its
 * charge is in the ledger, or its event, when it was charged nothing.
 */
export const FIND_POSTED = `
  SELECT asked.id
  FROM unnest($1::uuid[]) AS asked(id)
  LEFT JOIN quota.reservations AS reservation ON reservation.id = asked.id
  WHERE reservation.status IN ('posted', 'voided')
    OR reservation.settled_at IS NOT NULL
    OR reservation.id IS NULL AND (
      EXISTS (
        SELECT FROM quota.ledger_entries AS entry WHERE entry.kind = 'charge' AND entry.reference = asked.id::text
      )
      OR EXISTS (
        SELECT FROM quota.posted_usage AS kept WHERE kept.reservation_id = asked.id AND NOT kept.orphaned
      )
    )
`;

const MICROS = '(extract(epoch FROM kept.posted_at) * 1000000)::bigint';

/** After the position ($3 microseconds, $4), which is null for the first page. The index gives the order. */
export const LIST_POSTED = `
  SELECT kept.reservation_id AS "reservationId", kept.outcome, kept.amount_nanos AS "amountNanos",
    kept.posted_at AS "postedAt", ${MICROS} AS "postedAtMicros"
  FROM quota.posted_usage AS kept
  WHERE kept.posted_at >= $1 AND kept.posted_at < $2
    AND (
      $3::bigint IS NULL
      OR (kept.posted_at, kept.reservation_id)
        > (to_timestamp(0) + $3::bigint * interval '1 microsecond', $4::uuid)
    )
  ORDER BY kept.posted_at, kept.reservation_id
  LIMIT $5
`;

/**
 * Sorted only when they are found: without statistics of the day, a planner might otherwise walk all of it in the order of
 * time.
 */
export const FIND_POSTED_EVENTS = `
  WITH kept AS MATERIALIZED (
    SELECT posted_at, event FROM quota.posted_usage WHERE reservation_id = ANY ($1::uuid[])
  )
  SELECT event FROM kept ORDER BY posted_at
`;

/** Only one replica at a time makes and drops partitions; any number that nobody else uses. */
export const LOCK_PARTITIONS = 'SELECT pg_try_advisory_xact_lock(726503) AS locked';

/** Nobody waits behind a change of partitions for longer than this: it is tried again later. */
export const LIMIT_LOCK_WAIT = "SET LOCAL lock_timeout = '2s'";

export const LIST_PARTITIONS = `
  SELECT child.relname AS name
  FROM pg_inherits AS inheritance
  JOIN pg_class AS child ON child.oid = inheritance.inhrelid
  WHERE inheritance.inhparent = 'quota.posted_usage'::regclass
`;
