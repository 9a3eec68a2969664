/** $1 id, $2 actor's id, $3 and name, $4 action, $5 target, $6 input, $7 before, $8 ip, $9 request id. */
export const BEGIN_ENTRY = `
  INSERT INTO audit_log (id, actor_id, actor_name, action, target, input, before, ip, request_id)
  VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7::jsonb, $8, $9)`;

/** $1 id, $2 status, $3 error code, $4 after. */
export const END_ENTRY = `INSERT INTO audit_outcomes (id, http_status, error_code, after) VALUES ($1, $2, $3, $4::jsonb)`;

/**
 * Newest first. $1 the position that the page begins below, $2 an actor's id or name, $3 what the action contains, with its
 * wildcards escaped, $4 and $5 the period: each null for any; $6 how many.
 */
export const PAGE_OF_ENTRIES = `
  SELECT entry.*, outcome.http_status, outcome.error_code, outcome.after
    FROM audit_log AS entry LEFT JOIN audit_outcomes AS outcome USING (id)
   WHERE ($1::bigint IS NULL OR entry.position < $1)
     AND ($2::text IS NULL OR entry.actor_id::text = $2 OR entry.actor_name = $2)
     AND ($3::text IS NULL OR entry.action ILIKE '%' || $3 || '%')
     AND ($4::timestamptz IS NULL OR entry.at >= $4)
     AND ($5::timestamptz IS NULL OR entry.at < $5)
   ORDER BY entry.position DESC
   LIMIT $6`;
