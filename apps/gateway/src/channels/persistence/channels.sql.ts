import { KEYS_OF_CHANNEL, SEALED_KEYS_OF_CHANNEL } from './provider-keys.sql.js';

const PROFILE = `c.id, c.position, c.name, c.provider, c.base_url, c.models, c.groups, c.priority, c.weight, c.status,
  c.timeouts, c.settings, c.cost_multiplier_millionths, c.created_at`;
const SUMMARY = `${PROFILE}, ${KEYS_OF_CHANNEL} AS keys`;
const SEALED = `${PROFILE}, ${SEALED_KEYS_OF_CHANNEL} AS keys`;

/** Every channel with its encrypted keys, in the order in which routing considers them. */
export const ALL_CHANNELS = `SELECT ${SEALED} FROM channels c ORDER BY c.priority DESC, c.name`;

/** $1: the position that the page begins below, null on the first page; $2: how many rows. */
export const PAGE_OF_CHANNELS = `
  SELECT ${SUMMARY} FROM channels c
   WHERE $1::bigint IS NULL OR c.position < $1
   ORDER BY c.position DESC
   LIMIT $2`;

/** $1: id. */
export const FIND_CHANNEL = `SELECT ${SUMMARY} FROM channels c WHERE c.id = $1`;

/** With its encrypted keys. $1: id. */
export const OPEN_CHANNEL = `SELECT ${SEALED} FROM channels c WHERE c.id = $1`;

/** Its keys go with it. $1: id. */
export const DELETE_CHANNEL = `DELETE FROM channels c WHERE c.id = $1 RETURNING ${SUMMARY}`;

/**
 * Locks the channel with its keys, so that of two operators who edit it the second edits what the first has made of it:
 * what is read after the lock, in another statement, is what the first has committed. $1: id.
 */
export const LOCK_CHANNEL = 'SELECT FROM channels WHERE id = $1 FOR UPDATE';

/** The parameters are those of a whole channel, as `parametersOf` in the repository lists them. */
export const INSERT_CHANNEL = `
  INSERT INTO channels (id, name, provider, base_url, models, groups, priority, weight, status, timeouts, settings,
                        created_at, cost_multiplier_millionths)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`;

/** As {@link INSERT_CHANNEL}. */
export const UPDATE_CHANNEL = `
  UPDATE channels
     SET name = $2, provider = $3, base_url = $4, models = $5, groups = $6, priority = $7, weight = $8, status = $9,
         timeouts = $10, settings = $11, created_at = $12, cost_multiplier_millionths = $13
   WHERE id = $1`;
