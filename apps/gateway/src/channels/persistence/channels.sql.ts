const SUMMARY = `id, position, name, provider, base_url, api_key_hint, models, groups, priority, weight, status, timeouts,
  settings, cost_multiplier_millionths, created_at`;

/** Every channel with its encrypted key, in the order in which routing considers them. */
export const ALL_CHANNELS = `SELECT ${SUMMARY}, sealed_api_key FROM channels ORDER BY priority DESC, name`;

/** $1: the position that the page begins below, null on the first page; $2: how many rows. */
export const PAGE_OF_CHANNELS = `
  SELECT ${SUMMARY} FROM channels
   WHERE $1::bigint IS NULL OR position < $1
   ORDER BY position DESC
   LIMIT $2`;

/** $1: id. */
export const FIND_CHANNEL = `SELECT ${SUMMARY} FROM channels WHERE id = $1`;

/** With its encrypted key. $1: id. */
export const OPEN_CHANNEL = `SELECT ${SUMMARY}, sealed_api_key FROM channels WHERE id = $1`;

/** $1: id. */
export const DELETE_CHANNEL = `DELETE FROM channels WHERE id = $1 RETURNING ${SUMMARY}`;

/** Locks the channel, so that of two operators who edit it the second edits what the first has made of it. $1: id. */
export const LOCK_CHANNEL = `${FIND_CHANNEL} FOR UPDATE`;

/** The parameters are those of a whole channel, as `parametersOf` in the repository lists them. */
export const INSERT_CHANNEL = `
  INSERT INTO channels (id, name, provider, base_url, models, groups, priority, weight, status, timeouts, settings,
                        created_at, cost_multiplier_millionths, sealed_api_key, api_key_hint)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
  RETURNING ${SUMMARY}`;

/** As {@link INSERT_CHANNEL}, with $16: whether to replace the provider's key. */
export const UPDATE_CHANNEL = `
  UPDATE channels
     SET name = $2, provider = $3, base_url = $4, models = $5, groups = $6, priority = $7, weight = $8, status = $9,
         timeouts = $10, settings = $11, created_at = $12, cost_multiplier_millionths = $13,
         sealed_api_key = CASE WHEN $16 THEN $14 ELSE sealed_api_key END,
         api_key_hint = CASE WHEN $16 THEN $15 ELSE api_key_hint END
   WHERE id = $1
  RETURNING ${SUMMARY}`;
