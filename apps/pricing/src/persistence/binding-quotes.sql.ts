/**
 * $1 id, $2 account, $3 quote, $4 how long in milliseconds, $5 how many an account may have. Expiry is by the clock of
 * the database, which is also what it is found by. No row comes back when the account has too many; requests at the
 * same moment may exceed the number a little, which it is not meant to count exactly.
 */
export const KEEP_BINDING_QUOTE = `
  INSERT INTO binding_quotes (id, account_id, quote, expires_at)
  SELECT $1, $2, $3::jsonb, clock_timestamp() + $4::integer * interval '1 millisecond'
   WHERE (SELECT count(*) FROM (SELECT FROM binding_quotes
                                 WHERE account_id = $2 AND expires_at > clock_timestamp() LIMIT $5) unexpired) < $5
  RETURNING expires_at`;

export const FIND_BINDING_QUOTE = `
  SELECT quote, expires_at FROM binding_quotes WHERE id = $1 AND account_id = $2 AND expires_at > clock_timestamp()`;

/** A thousand at a time, so that no statement is long; replicas that sweep at once do not wait for each other. */
export const DELETE_EXPIRED_QUOTES = `
  DELETE FROM binding_quotes
   WHERE id IN (SELECT id FROM binding_quotes WHERE expires_at <= clock_timestamp()
                 ORDER BY expires_at LIMIT 1000 FOR UPDATE SKIP LOCKED)
  RETURNING id`;
