/**
 * Counts the catalogue's version up. The first statement of every change: its row lock lets one change through at a
 * time, so that no version is seen before a lower one is committed.
 */
export const NEXT_CATALOG_VERSION = `UPDATE catalog_version SET version = version + 1 RETURNING version`;

/** Takes the turn of a change that may turn out to change nothing. */
export const LOCK_CATALOG = `SELECT FROM catalog_version FOR UPDATE`;

/** The names in $1 that are not groups. */
export const UNKNOWN_GROUPS = `
  SELECT wanted.name FROM unnest($1::text[]) AS wanted (name)
   WHERE NOT EXISTS (SELECT FROM groups WHERE groups.name = wanted.name)`;

/** What a model consists of; its aliases sorted, as its profile has them. */
const MODEL_COLUMNS = `
  models.*,
  ARRAY (SELECT model_names.name FROM model_names
          WHERE model_id = models.id AND is_alias ORDER BY model_names.name COLLATE "C") AS aliases`;

/** The names of $1 that are a model's name or alias already, and whose; $2 the id of a model whose own do not count. */
export const TAKEN_NAMES = `
  SELECT model_names.name, models.name AS model FROM model_names JOIN models ON models.id = model_id
   WHERE model_names.name = ANY ($1) AND model_id <> coalesce($2::bigint, 0)
   ORDER BY model_names.name`;

/** Models as JSON, which PostgreSQL reads as rows: many are written with one statement. */
const ENTERED_MODELS = `
  jsonb_to_recordset($1::jsonb) AS entered (
    name text, display_name text, vendor text, description text, tags text[], input_modalities text[],
    output_modalities text[], endpoints text[], context_window integer, max_output_tokens integer, enabled boolean,
    visible_to text[])`;

/** $1 models; each with its own name, without aliases. */
export const INSERT_MODELS = `
  WITH inserted AS (
    INSERT INTO models (name, display_name, vendor, description, tags, input_modalities, output_modalities, endpoints,
                        context_window, max_output_tokens, enabled, visible_to)
    SELECT name, display_name, vendor, description, tags, input_modalities, output_modalities, endpoints,
           context_window, max_output_tokens, enabled, visible_to
      FROM ${ENTERED_MODELS}
    RETURNING id, name
  )
  INSERT INTO model_names (name, model_id, is_alias) SELECT name, id, false FROM inserted`;

/** $1 models, found by their names; aliases stay. */
export const UPDATE_MODELS = `
  UPDATE models
     SET display_name = entered.display_name, vendor = entered.vendor, description = entered.description,
         tags = entered.tags, input_modalities = entered.input_modalities,
         output_modalities = entered.output_modalities, endpoints = entered.endpoints,
         context_window = entered.context_window, max_output_tokens = entered.max_output_tokens,
         enabled = entered.enabled, visible_to = entered.visible_to
    FROM ${ENTERED_MODELS}
   WHERE models.name = entered.name`;

/** $1 the names of models. */
export const DELETE_ALIASES = `
  DELETE FROM model_names WHERE is_alias AND model_id IN (SELECT id FROM models WHERE models.name = ANY ($1))`;

/** $1 models with their aliases. */
export const INSERT_ALIASES = `
  INSERT INTO model_names (name, model_id, is_alias)
  SELECT alias, models.id, true
    FROM jsonb_to_recordset($1::jsonb) AS entered (name text, aliases text[])
    JOIN models ON models.name = entered.name
   CROSS JOIN unnest(entered.aliases) AS alias`;

/** $1 models with their terms, $2 author, $3 note: all in force from the same moment, which is now. */
export const INSERT_PRICE_VERSIONS = `
  INSERT INTO price_versions (model_id, terms, effective_from, author, note, is_placeholder)
  SELECT models.id, entered.terms, (SELECT date_trunc('milliseconds', clock_timestamp())), $2, $3, entered.is_placeholder
    FROM jsonb_to_recordset($1::jsonb) AS entered (name text, terms jsonb, is_placeholder boolean)
    JOIN models ON models.name = entered.name`;

/**
 * $3 null: from this moment, cut to milliseconds, so that the very next quote already has the price. clock_timestamp()
 * rather than now(), which is the start of the transaction: it may have waited for a change before it, which then
 * would be in force in its stead. No row comes back when there is no such model.
 */
export const INSERT_PRICE_VERSION = `
  INSERT INTO price_versions (model_id, terms, effective_from, author, note, is_placeholder)
  SELECT models.id, $2::jsonb, coalesce($3::timestamptz, date_trunc('milliseconds', clock_timestamp())), $4, $5, $6
    FROM models WHERE models.name = $1
  RETURNING *`;

/** What a version of the model $1 that takes effect at $2, or at once when that is null, takes the place of. */
export const REPLACED_PRICE = `
  SELECT terms FROM price_versions
   WHERE model_id = (SELECT id FROM models WHERE name = $1)
     AND effective_from <= coalesce($2::timestamptz, clock_timestamp())
   ORDER BY effective_from DESC, id DESC
   LIMIT 1`;

export const PUT_GROUP = `
  INSERT INTO groups (name, multiplier_millionths, description, choosable_by) VALUES ($1, $2, $3, $4)
  ON CONFLICT (name) DO UPDATE
    SET multiplier_millionths = excluded.multiplier_millionths, description = excluded.description,
        choosable_by = excluded.choosable_by
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

export const DELETE_GROUP_PAIR = `
  DELETE FROM group_pair_multipliers WHERE account_group = $1 AND key_group = $2 RETURNING multiplier_millionths`;

export const DELETE_MODEL_IN_GROUP = `
  DELETE FROM model_group_multipliers
   WHERE model_id = (SELECT id FROM models WHERE name = $1) AND group_name = $2
  RETURNING multiplier_millionths`;

/** The lists, newest first. $1 the position to go on below, or null; $2 how many. */
export const LIST_MODELS = `
  SELECT ${MODEL_COLUMNS} FROM models WHERE id < coalesce($1, 9223372036854775807) ORDER BY id DESC LIMIT $2`;

export const READ_MODEL = `SELECT ${MODEL_COLUMNS} FROM models WHERE name = $1`;

export const LIST_GROUPS = `
  SELECT * FROM groups WHERE id < coalesce($1, 9223372036854775807) ORDER BY id DESC LIMIT $2`;

/** Every model with its price in force, sorted by name. */
export const READ_KNOWN_MODELS = `
  SELECT ${MODEL_COLUMNS}, price.terms, price.is_placeholder
    FROM models
    LEFT JOIN LATERAL (
      SELECT terms, is_placeholder FROM price_versions
       WHERE model_id = models.id AND effective_from <= clock_timestamp()
       ORDER BY effective_from DESC, id DESC
       LIMIT 1
    ) price ON true
   ORDER BY models.name COLLATE "C"`;

export const READ_GROUP_NAMES = `SELECT name FROM groups`;

/** The groups that keys of accounts of the group $1 may choose. */
export const LIST_CHOOSABLE_GROUPS = `
  SELECT * FROM groups WHERE name = $1 OR choosable_by IS NULL OR $1 = ANY (choosable_by) ORDER BY name COLLATE "C"`;

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
