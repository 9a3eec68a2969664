import type { EntityManager } from 'typeorm';
import { DomainError, type PriceVersion } from '@code-router/contracts';
import type { NewModel } from '../domain/model-input.js';
import type { NewPriceVersion } from '../domain/price-version-input.js';
import { priceVersionOf, type PriceVersionRow } from './catalog-rows.js';
import {
  DELETE_ALIASES,
  INSERT_ALIASES,
  INSERT_MODELS,
  INSERT_PRICE_VERSION,
  TAKEN_NAMES,
  UPDATE_MODELS,
} from './catalog.sql.js';

/** @throws DomainError `conflict` when its name or an alias is taken. */
export async function insertModel(manager: EntityManager, model: NewModel): Promise<void> {
  await refuseTakenNames(manager, [model.name], 'name');
  await refuseTakenNames(manager, model.aliases, 'aliases');
  await writeModels(manager, { created: [model], updated: [] });
}

/** @throws DomainError `conflict` when an alias is taken. */
export async function replaceModel(manager: EntityManager, id: string, model: NewModel): Promise<void> {
  await refuseTakenNames(manager, model.aliases, 'aliases', id);
  await writeModels(manager, { created: [], updated: [model] });
}

/**
 * Writes models whose names were found to be free. Aliases go before any comes, so that one may move from one of the
 * models to another.
 */
export async function writeModels(
  manager: EntityManager,
  { created, updated }: { readonly created: readonly NewModel[]; readonly updated: readonly NewModel[] },
): Promise<void> {
  if (updated.length > 0) {
    await manager.query(DELETE_ALIASES, [updated.map(({ name }) => name)]);
    await manager.query(UPDATE_MODELS, [JSON.stringify(updated.map(rowOf))]);
  }
  if (created.length > 0) await manager.query(INSERT_MODELS, [JSON.stringify(created.map(rowOf))]);
  const aliased = [...created, ...updated].filter(({ aliases }) => aliases.length > 0);
  if (aliased.length === 0) return;
  await manager.query(INSERT_ALIASES, [JSON.stringify(aliased.map(({ name, aliases }) => ({ name, aliases })))]);
}

/** @throws DomainError `not_found` when there is no such model. */
export async function insertPriceVersion(
  manager: EntityManager,
  version: Omit<NewPriceVersion, 'confirmed'>,
): Promise<PriceVersion> {
  const { model, terms, effectiveFrom, author, note, isPlaceholder } = version;
  const values = [model, JSON.stringify(terms), effectiveFrom ?? null, author, note, isPlaceholder];
  const [row] = await manager.query<PriceVersionRow[]>(INSERT_PRICE_VERSION, values);
  if (row) return priceVersionOf(model, row);
  throw new DomainError('not_found', `There is no model named \`${model}\`.`, { param: 'model' });
}

function rowOf(model: NewModel) {
  return {
    name: model.name,
    display_name: model.displayName,
    vendor: model.vendor,
    description: model.description,
    tags: model.tags,
    input_modalities: model.inputModalities,
    output_modalities: model.outputModalities,
    endpoints: model.endpoints,
    context_window: model.contextWindow,
    max_output_tokens: model.maxOutputTokens,
    enabled: model.enabled,
    visible_to: model.visibleTo,
  };
}

/** Changes take turns, so a name that is free now stays free until this one is committed. */
async function refuseTakenNames(
  manager: EntityManager,
  names: readonly string[],
  field: string,
  ownId?: string,
): Promise<void> {
  if (names.length === 0) return;
  const [taken] = await manager.query<{ name: string; model: string }[]>(TAKEN_NAMES, [names, ownId ?? null]);
  if (!taken) return;
  const whose = taken.name === taken.model ? 'is named so' : `has the alias \`${taken.name}\``;
  throw new DomainError('conflict', `A model named \`${taken.name}\` exists already: \`${taken.model}\` ${whose}.`, {
    param: field,
  });
}
