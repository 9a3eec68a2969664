/**
 * Of an event that comes again, nothing is kept twice. The days before yesterday are not searched, which would take an
 * index for each: an event that comes again so late is listed once more, with the same id.
 *
 * A subquery with a limit is looked up in the index for each event. As NOT EXISTS it would be a join, for which a planner
 * without statistics of the day may read all that the day has posted so far, with every batch.
 */
export const KEEP_POSTED_USAGE = `
  INSERT INTO quota.posted_usage (reservation_id, orphaned, outcome, amount_nanos, posted_at, event)
  SELECT posted.reservation_id, posted.outcome = 'orphaned', posted.outcome, posted.amount_nanos,
    statement_timestamp(), posted.event
  FROM unnest($1::uuid[], $2::text[], $3::bigint[], $4::text[]) AS posted(reservation_id, outcome, amount_nanos, event)
  WHERE (
    SELECT known.reservation_id FROM quota.posted_usage AS known
    WHERE known.reservation_id = posted.reservation_id
      AND known.orphaned = (posted.outcome = 'orphaned')
      AND known.posted_at > now() - interval '1 day'
    LIMIT 1
  ) IS NULL
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

export const FIND_POSTED_EVENTS = `
  SELECT event FROM quota.posted_usage WHERE reservation_id = ANY ($1::uuid[]) ORDER BY posted_at
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
