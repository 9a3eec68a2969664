import type { EntityManager } from 'typeorm';
import type { PriceTermsText } from '@code-router/money';
import type { KnownCatalog } from '../domain/price-list-plan.js';
import { modelOf, type ModelRow } from './catalog-rows.js';
import { READ_GROUP_NAMES, READ_KNOWN_MODELS } from './catalog.sql.js';

interface KnownModelRow extends ModelRow {
  terms: PriceTermsText | null;
  is_placeholder: boolean;
}

/** Every model with its price in force, and every group; of one moment when the catalogue is locked. */
export async function readKnownCatalog(manager: EntityManager): Promise<KnownCatalog> {
  const rows = await manager.query<KnownModelRow[]>(READ_KNOWN_MODELS);
  const groups = await manager.query<{ name: string }[]>(READ_GROUP_NAMES);
  return {
    models: rows.map((row) => ({
      ...modelOf(row),
      ...(row.terms && { price: { terms: row.terms, isPlaceholder: row.is_placeholder } }),
    })),
    groups: new Set(groups.map(({ name }) => name)),
  };
}
