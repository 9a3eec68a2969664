import type { EntityManager } from 'typeorm';
import type { ImportStep } from '../domain/price-list-plan.js';
import { deleteAliases, insertAliases, insertPriceVersion, insertProfile, updateProfile } from './write-model.js';

/**
 * Writes what an import changes. Aliases go before any comes, so that one may move from a model of the list to another.
 */
export async function writeImport(
  manager: EntityManager,
  steps: readonly ImportStep[],
  by: { readonly author: string; readonly note: string },
): Promise<void> {
  const changed = steps.filter(({ isProfileChanged }) => isProfileChanged);
  const idOf = new Map(await idsOf(manager, changed));
  await deleteAliases(manager, [...idOf.values()]);
  for (const { model, isNew } of changed) {
    if (isNew) idOf.set(model.name, await insertProfile(manager, model));
    else await updateProfile(manager, model);
  }
  for (const { model } of changed) await insertAliases(manager, idOf.get(model.name) ?? '', model.aliases);
  for (const { model, price } of steps) {
    if (price) await insertPriceVersion(manager, { model: model.name, ...price, ...by });
  }
}

async function idsOf(manager: EntityManager, steps: readonly ImportStep[]): Promise<[string, string][]> {
  const names = steps.filter(({ isNew }) => !isNew).map(({ model }) => model.name);
  if (names.length === 0) return [];
  const rows = await manager.query<{ name: string; id: string }[]>(
    'SELECT name, id FROM models WHERE name = ANY ($1)',
    [names],
  );
  return rows.map(({ name, id }) => [name, id]);
}
