/** Held by the one run that is under way, on a connection of its own: it is free again when its process dies. */
export const TRY_LOCK_RUNS = 'SELECT pg_try_advisory_lock(726520) AS locked';
export const UNLOCK_RUNS = 'SELECT pg_advisory_unlock(726520)';

/** Whoever holds the lock knows that nobody else is running. */
export const FAIL_ABANDONED = `
  UPDATE reconciliation_runs SET status = 'failed',
         run = run || '{"status": "failed", "error": "Its process ended before it was done."}'::jsonb
   WHERE status = 'running'`;

export const INSERT_RUN = `
  INSERT INTO reconciliation_runs (id, from_time, to_time, scheduled, status, run)
  VALUES ($1, $2, $3, $4, 'running', $5)`;

export const FINISH_RUN = 'UPDATE reconciliation_runs SET status = $2, run = $3 WHERE id = $1';

/** Runs of every quarter of an hour for a month, more or less. */
const KEPT_MAX = 3_000;
export const DELETE_OLD_RUNS = `
  DELETE FROM reconciliation_runs WHERE position <= (SELECT max(position) FROM reconciliation_runs) - ${KEPT_MAX}`;

/** $1 limit, $2 the last position of the page before or null. */
export const LIST_RUNS = `
  SELECT position, run FROM reconciliation_runs WHERE $2::bigint IS NULL OR position < $2 ORDER BY position DESC LIMIT $1`;

/** Where the schedule goes on. Runs that somebody asked for do not count: they would leave a gap behind. */
export const COMPARED_UNTIL = `
  SELECT max(to_time) AS until FROM reconciliation_runs
   WHERE scheduled AND status IN ('clean', 'repaired', 'unexplained')`;
