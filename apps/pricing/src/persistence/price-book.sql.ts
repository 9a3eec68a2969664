import type { ProfileRow } from './catalog-rows.js';

/**
 * Everything that a quote depends on, in one round trip and of one moment. $1 a name or an alias of a model, $2 account
 * group, $3 key group or null. There is always one row, also when there is no such model.
 *
 * The version in force is the one with the latest effective_from that is not in the future, by the clock of the
 * database: gateways whose clocks differ still agree. Of two with the same moment, the one entered later counts. A
 * multiplier without an entry is null; comparing with a key group of null finds none.
 */
export const QUOTE_FACTS = `
  SELECT catalog_version.version,
         models.name, models.enabled, models.visible_to, models.context_window, models.max_output_tokens,
         price.id AS price_version_id, price.terms,
         (SELECT min(upcoming.effective_from) FROM price_versions upcoming
           WHERE upcoming.model_id = models.id AND upcoming.effective_from > now()) AS next_price_from,
         (SELECT multiplier_millionths FROM group_pair_multipliers
           WHERE account_group = $2 AND key_group = $3) AS group_pair,
         (SELECT multiplier_millionths FROM model_group_multipliers
           WHERE model_id = models.id AND group_name = coalesce($3, $2)) AS model_in_group,
         chosen.multiplier_millionths AS key_group, chosen.name IS NOT NULL AS key_group_exists, chosen.choosable_by,
         (SELECT multiplier_millionths FROM groups WHERE groups.name = $2) AS account_group
    FROM catalog_version
    LEFT JOIN groups chosen ON chosen.name = $3
    LEFT JOIN model_names ON model_names.name = $1::text
    LEFT JOIN models ON models.id = model_names.model_id
    LEFT JOIN LATERAL (
      SELECT id, terms FROM price_versions
       WHERE model_id = models.id AND effective_from <= now()
       ORDER BY effective_from DESC, id DESC
       LIMIT 1
    ) price ON true`;

export interface QuoteFactsRow extends GroupFactsRow {
  version: string;
  name: string | null;
  enabled: boolean;
  visible_to: string[] | null;
  context_window: number;
  max_output_tokens: number;
  price_version_id: string | null;
  terms: unknown;
  next_price_from: Date | null;
}

/** What was entered for the groups of a request. */
export interface GroupFactsRow {
  group_pair: string | null;
  model_in_group: string | null;
  key_group: string | null;
  account_group: string | null;
  key_group_exists: boolean;
  choosable_by: string[] | null;
}

/**
 * The catalogue as the groups see it, $1 account group, $2 key group or null; always at least one row, without a name
 * when nothing is listed.
 *
 * next_price_from is the first moment at which a version already entered changes the price of a model that is visible,
 * or gives it its first one.
 */
export const CATALOG = `
  WITH visible AS (
    SELECT models.*, price.id AS price_version_id, price.terms, price.is_placeholder,
           (SELECT min(upcoming.effective_from) FROM price_versions upcoming
             WHERE upcoming.model_id = models.id AND upcoming.effective_from > now()) AS next_price_from
      FROM models
      LEFT JOIN LATERAL (
        SELECT id, terms, is_placeholder FROM price_versions
         WHERE model_id = models.id AND effective_from <= now()
         ORDER BY effective_from DESC, id DESC
         LIMIT 1
      ) price ON true
     WHERE enabled AND (visible_to IS NULL OR coalesce($2, $1) = ANY (visible_to))
  )
  SELECT catalog_version.version,
         (SELECT min(next_price_from) FROM visible) AS next_price_from,
         (SELECT multiplier_millionths FROM group_pair_multipliers
           WHERE account_group = $1 AND key_group = $2) AS group_pair,
         chosen.multiplier_millionths AS key_group, chosen.name IS NOT NULL AS key_group_exists, chosen.choosable_by,
         (SELECT multiplier_millionths FROM groups WHERE groups.name = $1) AS account_group,
         (SELECT multiplier_millionths FROM model_group_multipliers
           WHERE model_id = listed.id AND group_name = coalesce($2, $1)) AS model_in_group,
         listed.name, listed.display_name, listed.vendor, listed.description, listed.tags, listed.input_modalities,
         listed.output_modalities, listed.endpoints, listed.context_window, listed.max_output_tokens,
         listed.created_at, listed.price_version_id, listed.terms, listed.is_placeholder,
         ARRAY (SELECT model_names.name FROM model_names
                 WHERE model_names.model_id = listed.id AND is_alias ORDER BY model_names.name COLLATE "C") AS aliases
    FROM catalog_version
    LEFT JOIN groups chosen ON chosen.name = $2
    LEFT JOIN visible listed ON listed.price_version_id IS NOT NULL
   ORDER BY listed.name COLLATE "C"`;

export interface CatalogRow extends GroupFactsRow, ProfileRow {
  version: string;
  next_price_from: Date | null;
  price_version_id: string;
  terms: unknown;
  is_placeholder: boolean;
}
