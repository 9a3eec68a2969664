import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import {
  DomainError,
  type KeptGroup,
  type Model,
  type MultiplierOverride,
  type PriceVersion,
} from '@code-router/contracts';
import type { PriceTermsText } from '@code-router/money';
import { CatalogEditor, type Changed } from '../domain/catalog-editor.js';
import type { GroupTerms, Override, Pair } from '../domain/group-input.js';
import type { ModelFields, NewModel } from '../domain/model-input.js';
import { expectPlausible } from '../domain/price-change.js';
import type { ImportPlan, KnownCatalog } from '../domain/price-list-plan.js';
import type { NewPriceVersion } from '../domain/price-version-input.js';
import { groupOf, modelOf, type GroupRow, type ModelRow } from './catalog-rows.js';
import {
  DELETE_GROUP_PAIR,
  DELETE_MODEL_IN_GROUP,
  LOCK_CATALOG,
  NEXT_CATALOG_VERSION,
  PUT_GROUP,
  PUT_GROUP_PAIR,
  PUT_MODEL_IN_GROUP,
  READ_MODEL,
  REPLACED_PRICE,
  UNKNOWN_GROUPS,
} from './catalog.sql.js';
import { readKnownCatalog } from './known-catalog.js';
import { writeImport } from './write-import.js';
import { insertModel, insertPriceVersion, replaceModel } from './write-model.js';

@Injectable()
export class PostgresCatalogEditor extends CatalogEditor {
  constructor(@InjectDataSource('pricing') private readonly dataSource: DataSource) {
    super();
  }

  override addModel(model: NewModel): Promise<Changed<Model>> {
    return this.change(async (manager) => {
      await refuseUnknownGroups(manager, 'visibleTo', model.visibleTo ?? []);
      await insertModel(manager, model);
      return readModel(manager, model.name);
    });
  }

  override updateModel(name: string, fields: Partial<ModelFields>): Promise<Changed<Model>> {
    return this.change(async (manager) => {
      await refuseUnknownGroups(manager, 'visibleTo', fields.visibleTo ?? []);
      const current = await readModel(manager, name);
      await replaceModel(manager, current.id, { ...current, ...fields });
      return readModel(manager, name);
    });
  }

  override addPriceVersion(version: NewPriceVersion): Promise<Changed<PriceVersion>> {
    return this.change(async (manager) => {
      const { model, terms, effectiveFrom, confirmed } = version;
      const [replaced] = await manager.query<{ terms: PriceTermsText }[]>(REPLACED_PRICE, [
        model,
        effectiveFrom ?? null,
      ]);
      if (replaced && !confirmed) expectPlausible(model, replaced.terms, terms);
      return insertPriceVersion(manager, version);
    });
  }

  override putGroup(group: GroupTerms): Promise<Changed<KeptGroup>> {
    return this.change(async (manager) => {
      const { name, multiplierMillionths, description, choosableBy } = group;
      // Its own name means nothing there, and does no harm before the group exists.
      const others = (choosableBy ?? []).filter((other) => other !== name);
      await refuseUnknownGroups(manager, 'choosableBy', others);
      const [row] = await manager.query<[GroupRow]>(PUT_GROUP, [
        name,
        multiplierMillionths.toString(),
        description,
        choosableBy,
      ]);
      return groupOf(row);
    });
  }

  override putOverride(override: Override): Promise<Changed<MultiplierOverride>> {
    return this.change(async (manager) => {
      const { pair } = override;
      const multiplierMillionths = override.multiplierMillionths.toString();
      switch (pair.kind) {
        case 'group-pair': {
          await refuseUnknownGroups(manager, 'accountGroup', [pair.accountGroup]);
          await refuseUnknownGroups(manager, 'keyGroup', [pair.keyGroup]);
          await manager.query(PUT_GROUP_PAIR, [pair.accountGroup, pair.keyGroup, multiplierMillionths]);
          break;
        }
        case 'model-in-group': {
          await refuseUnknownGroups(manager, 'group', [pair.group]);
          const values = [pair.model, pair.group, multiplierMillionths];
          const rows = await manager.query<unknown[]>(PUT_MODEL_IN_GROUP, values);
          if (rows.length === 0) throw unknownModel(pair.model);
          break;
        }
        default:
          return pair satisfies never;
      }
      return { ...pair, multiplierMillionths };
    });
  }

  override deleteOverride(pair: Pair): Promise<Changed<MultiplierOverride>> {
    return this.change(async (manager) => {
      const [statement, values] =
        pair.kind === 'group-pair'
          ? [DELETE_GROUP_PAIR, [pair.accountGroup, pair.keyGroup]]
          : [DELETE_MODEL_IN_GROUP, [pair.model, pair.group]];
      // For a DELETE, as for an UPDATE, TypeORM answers with the rows and how many they are.
      const [[row]] = await manager.query<[{ multiplier_millionths: string }[], number]>(statement, values);
      if (!row) throw new DomainError('not_found', 'No multiplier was entered for that pair.', { param: 'kind' });
      return { ...pair, multiplierMillionths: row.multiplier_millionths };
    });
  }

  override carryOut(
    plan: (known: KnownCatalog) => ImportPlan,
    by: { readonly author: string; readonly note: string },
  ): Promise<{ readonly plan: ImportPlan; readonly catalogVersion?: number }> {
    return this.dataSource.transaction(async (manager) => {
      await manager.query(LOCK_CATALOG);
      const made = plan(await readKnownCatalog(manager));
      if (made.steps.length === 0) return { plan: made };
      const catalogVersion = await nextCatalogVersion(manager);
      await writeImport(manager, made.steps, by);
      return { plan: made, catalogVersion };
    });
  }

  /** Runs a change and counts the catalogue's version up in one transaction. */
  private change<Entry>(work: (manager: EntityManager) => Promise<Entry>): Promise<Changed<Entry>> {
    return this.dataSource.transaction(async (manager) => {
      const catalogVersion = await nextCatalogVersion(manager);
      return { entry: await work(manager), catalogVersion };
    });
  }
}

async function nextCatalogVersion(manager: EntityManager): Promise<number> {
  // For an UPDATE, TypeORM answers with the rows and how many they are.
  const [[row]] = await manager.query<[[{ version: string }], number]>(NEXT_CATALOG_VERSION);
  return Number(row.version);
}

async function readModel(manager: EntityManager, name: string): Promise<Model> {
  const [row] = await manager.query<ModelRow[]>(READ_MODEL, [name]);
  if (!row) throw unknownModel(name, 'name');
  return modelOf(row);
}

async function refuseUnknownGroups(manager: EntityManager, field: string, groups: readonly string[]): Promise<void> {
  if (groups.length === 0) return;
  const unknown = await manager.query<{ name: string }[]>(UNKNOWN_GROUPS, [groups]);
  if (unknown.length === 0) return;
  const names = unknown.map(({ name }) => `\`${name}\``).join(', ');
  throw new DomainError('not_found', `${field}: there is no group named ${names}.`, { param: field });
}

function unknownModel(model: string, param = 'model'): DomainError {
  return new DomainError('not_found', `There is no model named \`${model}\`.`, { param });
}
