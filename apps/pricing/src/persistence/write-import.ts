import type { EntityManager } from 'typeorm';
import type { ImportStep } from '../domain/price-list-plan.js';
import { INSERT_PRICE_VERSIONS } from './catalog.sql.js';
import { writeModels } from './write-model.js';

/** Writes what an import changes, however much that is, with a handful of statements. */
export async function writeImport(
  manager: EntityManager,
  steps: readonly ImportStep[],
  by: { readonly author: string; readonly note: string },
): Promise<void> {
  const changed = steps.filter(({ isProfileChanged }) => isProfileChanged);
  const modelsOf = (some: readonly ImportStep[]) => some.map(({ model }) => model);
  await writeModels(manager, {
    created: modelsOf(changed.filter(({ isNew }) => isNew)),
    updated: modelsOf(changed.filter(({ isNew }) => !isNew)),
  });
  const priced = steps.flatMap(({ model, price }) =>
    price ? [{ name: model.name, terms: price.terms, is_placeholder: price.isPlaceholder }] : [],
  );
  if (priced.length > 0) await manager.query(INSERT_PRICE_VERSIONS, [JSON.stringify(priced), by.author, by.note]);
}
