/**
 * Everything that a quote depends on, in one round trip and of one moment. $1 model, $2 account group, $3 key group or
 * null. There is always one row, also when there is no such model.
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
         (SELECT multiplier_millionths FROM groups WHERE groups.name = $3) AS key_group,
         (SELECT multiplier_millionths FROM groups WHERE groups.name = $2) AS account_group
    FROM catalog_version
    LEFT JOIN models ON models.name = $1::text
    LEFT JOIN LATERAL (
      SELECT id, terms FROM price_versions
       WHERE model_id = models.id AND effective_from <= now()
       ORDER BY effective_from DESC, id DESC
       LIMIT 1
    ) price ON true`;

export interface QuoteFactsRow {
  version: string;
  name: string | null;
  enabled: boolean;
  visible_to: string[] | null;
  context_window: number;
  max_output_tokens: number;
  price_version_id: string | null;
  terms: unknown;
  next_price_from: Date | null;
  group_pair: string | null;
  model_in_group: string | null;
  key_group: string | null;
  account_group: string | null;
}

/**
 * The catalogue as the group $1 sees it; always at least one row, without a name when nothing is listed.
 *
 * valid_until is the moment at which a first price makes another model appear. Later prices of a model that is listed
 * change what it costs, not what is listed.
 */
export const CATALOG = `
  WITH visible AS (
    SELECT models.*, (SELECT min(effective_from) FROM price_versions WHERE model_id = models.id) AS priced_from
      FROM models
     WHERE enabled AND (visible_to IS NULL OR $1 = ANY (visible_to))
  )
  SELECT catalog_version.version,
         (SELECT min(priced_from) FROM visible WHERE priced_from > now()) AS valid_until,
         listed.name, listed.display_name, listed.vendor, listed.context_window, listed.max_output_tokens,
         listed.created_at
    FROM catalog_version
    LEFT JOIN visible listed ON listed.priced_from <= now()
   ORDER BY listed.name COLLATE "C"`;

export interface CatalogRow {
  version: string;
  valid_until: Date | null;
  name: string | null;
  display_name: string;
  vendor: string;
  context_window: number;
  max_output_tokens: number;
  created_at: Date;
}
