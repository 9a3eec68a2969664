import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import {
  DomainError,
  type Group,
  type Model,
  type MultiplierOverride,
  type PriceVersion,
} from '@code-router/contracts';
import { CatalogEditor, type Changed } from '../domain/catalog-editor.js';
import type { GroupTerms, Override } from '../domain/group-input.js';
import type { NewModel } from '../domain/model-input.js';
import type { NewPriceVersion } from '../domain/price-version-input.js';
import {
  groupOf,
  modelOf,
  priceVersionOf,
  type GroupRow,
  type ModelRow,
  type PriceVersionRow,
} from './catalog-rows.js';
import {
  INSERT_MODEL,
  INSERT_PRICE_VERSION,
  NEXT_CATALOG_VERSION,
  PUT_GROUP,
  PUT_GROUP_PAIR,
  PUT_MODEL_IN_GROUP,
  UNKNOWN_GROUPS,
} from './catalog.sql.js';

@Injectable()
export class PostgresCatalogEditor extends CatalogEditor {
  constructor(@InjectDataSource('pricing') private readonly dataSource: DataSource) {
    super();
  }

  override addModel(model: NewModel): Promise<Changed<Model>> {
    return this.change(async (manager) => {
      await refuseUnknownGroups(manager, 'visibleTo', model.visibleTo ?? []);
      const { name, displayName, vendor, contextWindow, maxOutputTokens, visibleTo } = model;
      const [row] = await manager.query<ModelRow[]>(INSERT_MODEL, [
        name,
        displayName,
        vendor,
        contextWindow,
        maxOutputTokens,
        visibleTo,
      ]);
      if (!row) throw new DomainError('conflict', `A model named \`${name}\` exists already.`, { param: 'name' });
      return modelOf(row);
    });
  }

  override addPriceVersion(version: NewPriceVersion): Promise<Changed<PriceVersion>> {
    return this.change(async (manager) => {
      const { model, terms, effectiveFrom, author, note } = version;
      const [row] = await manager.query<PriceVersionRow[]>(INSERT_PRICE_VERSION, [
        model,
        JSON.stringify(terms),
        effectiveFrom ?? null,
        author,
        note,
      ]);
      if (!row) throw unknownModel(model);
      return priceVersionOf(model, row);
    });
  }

  override putGroup(group: GroupTerms): Promise<Changed<Group>> {
    return this.change(async (manager) => {
      const { name, multiplierMillionths, description } = group;
      const [row] = await manager.query<[GroupRow]>(PUT_GROUP, [name, multiplierMillionths.toString(), description]);
      return groupOf(row);
    });
  }

  override putOverride(override: Override): Promise<Changed<MultiplierOverride>> {
    return this.change(async (manager) => {
      const multiplierMillionths = override.multiplierMillionths.toString();
      switch (override.kind) {
        case 'group-pair': {
          await refuseUnknownGroups(manager, 'accountGroup', [override.accountGroup]);
          await refuseUnknownGroups(manager, 'keyGroup', [override.keyGroup]);
          await manager.query(PUT_GROUP_PAIR, [override.accountGroup, override.keyGroup, multiplierMillionths]);
          break;
        }
        case 'model-in-group': {
          await refuseUnknownGroups(manager, 'group', [override.group]);
          const rows = await manager.query<unknown[]>(PUT_MODEL_IN_GROUP, [
            override.model,
            override.group,
            multiplierMillionths,
          ]);
          if (rows.length === 0) throw unknownModel(override.model);
          break;
        }
        default:
          return override satisfies never;
      }
      return { ...override, multiplierMillionths };
    });
  }

  /** Runs a change and counts the catalogue's version up in one transaction. */
  private change<Entry>(work: (manager: EntityManager) => Promise<Entry>): Promise<Changed<Entry>> {
    return this.dataSource.transaction(async (manager) => {
      // For an UPDATE, TypeORM answers with the rows and how many they are.
      const [[row]] = await manager.query<[[{ version: string }], number]>(NEXT_CATALOG_VERSION);
      return { entry: await work(manager), catalogVersion: Number(row.version) };
    });
  }
}

async function refuseUnknownGroups(manager: EntityManager, field: string, groups: readonly string[]): Promise<void> {
  if (groups.length === 0) return;
  const unknown = await manager.query<{ name: string }[]>(UNKNOWN_GROUPS, [groups]);
  if (unknown.length === 0) return;
  const names = unknown.map(({ name }) => `\`${name}\``).join(', ');
  throw new DomainError('not_found', `${field}: there is no group named ${names}.`, { param: field });
}

function unknownModel(model: string): DomainError {
  return new DomainError('not_found', `There is no model named \`${model}\`.`, { param: 'model' });
}
