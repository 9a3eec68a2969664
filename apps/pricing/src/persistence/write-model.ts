import type { EntityManager } from 'typeorm';
import { DomainError, type PriceVersion } from '@code-router/contracts';
import type { NewModel } from '../domain/model-input.js';
import type { NewPriceVersion } from '../domain/price-version-input.js';
import { priceVersionOf, type PriceVersionRow } from './catalog-rows.js';
import {
  DELETE_ALIASES,
  INSERT_MODEL,
  INSERT_NAMES,
  INSERT_PRICE_VERSION,
  TAKEN_NAMES,
  UPDATE_MODEL,
} from './catalog.sql.js';

/** @throws DomainError `conflict` when its name or an alias is taken. */
export async function insertModel(manager: EntityManager, model: NewModel): Promise<void> {
  await refuseTakenNames(manager, [model.name], 'name');
  await refuseTakenNames(manager, model.aliases, 'aliases');
  const id = await insertProfile(manager, model);
  await insertAliases(manager, id, model.aliases);
}

/** @throws DomainError `conflict` when an alias is taken. */
export async function replaceModel(manager: EntityManager, id: string, model: NewModel): Promise<void> {
  await refuseTakenNames(manager, model.aliases, 'aliases', id);
  await updateProfile(manager, model);
  await deleteAliases(manager, [id]);
  await insertAliases(manager, id, model.aliases);
}

/** A model with its own name and without aliases. */
export async function insertProfile(manager: EntityManager, model: NewModel): Promise<string> {
  const [row] = await manager.query<[{ id: string }]>(INSERT_MODEL, columnsOf(model));
  await manager.query(INSERT_NAMES, [row.id, [model.name], false]);
  return row.id;
}

export async function updateProfile(manager: EntityManager, model: NewModel): Promise<void> {
  await manager.query(UPDATE_MODEL, columnsOf(model));
}

export async function deleteAliases(manager: EntityManager, ids: readonly string[]): Promise<void> {
  await manager.query(DELETE_ALIASES, [ids]);
}

export async function insertAliases(manager: EntityManager, id: string, aliases: readonly string[]): Promise<void> {
  if (aliases.length > 0) await manager.query(INSERT_NAMES, [id, aliases, true]);
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

function columnsOf(model: NewModel): unknown[] {
  return [
    model.name,
    model.displayName,
    model.vendor,
    model.description,
    model.tags,
    model.inputModalities,
    model.outputModalities,
    model.endpoints,
    model.contextWindow,
    model.maxOutputTokens,
    model.enabled,
    model.visibleTo,
  ];
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
