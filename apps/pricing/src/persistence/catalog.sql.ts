/**
 * Counts the catalogue's version up. The first statement of every change: its row lock lets one change through at a
 * time, so that no version is seen before a lower one is committed.
 */
export const NEXT_CATALOG_VERSION = `UPDATE catalog_version SET version = version + 1 RETURNING version`;

/** The names in $1 that are not groups. */
export const UNKNOWN_GROUPS = `
  SELECT wanted.name FROM unnest($1::text[]) AS wanted (name)
   WHERE NOT EXISTS (SELECT FROM groups WHERE groups.name = wanted.name)`;

/** No row comes back when the name is taken. */
export const INSERT_MODEL = `
  INSERT INTO models (name, display_name, vendor, context_window, max_output_tokens, visible_to)
  VALUES ($1, $2, $3, $4, $5, $6)
  ON CONFLICT (name) DO NOTHING
  RETURNING *`;

/**
 * $3 null: from this moment, cut to milliseconds, so that the very next quote already has the price. clock_timestamp()
 * rather than now(), which is the start of the transaction: it may have waited for a change before it, which then
 * would be in force in its stead. No row comes back when there is no such model.
 */
export const INSERT_PRICE_VERSION = `
  INSERT INTO price_versions (model_id, terms, effective_from, author, note)
  SELECT models.id, $2::jsonb, coalesce($3::timestamptz, date_trunc('milliseconds', clock_timestamp())), $4, $5
    FROM models WHERE models.name = $1
  RETURNING *`;

export const PUT_GROUP = `
  INSERT INTO groups (name, multiplier_millionths, description) VALUES ($1, $2, $3)
  ON CONFLICT (name) DO UPDATE
    SET multiplier_millionths = excluded.multiplier_millionths, description = excluded.description
  RETURNING *`;

export const PUT_GROUP_PAIR = `
  INSERT INTO group_pair_multipliers (account_group, key_group, multiplier_millionths) VALUES ($1, $2, $3)
  ON CONFLICT (account_group, key_group) DO UPDATE SET multiplier_millionths = excluded.multiplier_millionths`;

/** No row comes back when there is no such model. */
export const PUT_MODEL_IN_GROUP = `
  INSERT INTO model_group_multipliers (model_id, group_name, multiplier_millionths)
  SELECT models.id, $2, $3::bigint FROM models WHERE models.name = $1
  ON CONFLICT (model_id, group_name) DO UPDATE SET multiplier_millionths = excluded.multiplier_millionths
  RETURNING model_id`;

/** The lists, newest first. $1 the position to go on below, or null; $2 how many. */
export const LIST_MODELS = `
  SELECT * FROM models WHERE id < coalesce($1, 9223372036854775807) ORDER BY id DESC LIMIT $2`;

export const LIST_GROUPS = `
  SELECT * FROM groups WHERE id < coalesce($1, 9223372036854775807) ORDER BY id DESC LIMIT $2`;

export const FIND_MODEL = `SELECT id FROM models WHERE name = $1`;

/** $3 the id of the model. */
export const LIST_PRICE_VERSIONS = `
  SELECT * FROM price_versions
   WHERE model_id = $3 AND id < coalesce($1, 9223372036854775807)
   ORDER BY id DESC LIMIT $2`;

/** Each table gives its own newest rows by its index on position, so that a page never reads a whole table. */
export const LIST_OVERRIDES = `
  (SELECT position, multiplier_millionths, account_group, key_group, NULL AS model, NULL AS group_name
     FROM group_pair_multipliers
    WHERE position < coalesce($1, 9223372036854775807) ORDER BY position DESC LIMIT $2)
  UNION ALL
  (SELECT position, multiplier_millionths, NULL, NULL, models.name, group_name
     FROM model_group_multipliers JOIN models ON models.id = model_id
    WHERE position < coalesce($1, 9223372036854775807) ORDER BY position DESC LIMIT $2)
  ORDER BY position DESC LIMIT $2`;
