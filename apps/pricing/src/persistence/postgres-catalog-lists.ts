import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import {
  DomainError,
  type KeptGroup,
  type Model,
  type MultiplierOverride,
  type PriceVersion,
} from '@code-router/contracts';
import { CatalogLists } from '../domain/catalog-lists.js';
import type { PageWindow, Placed } from '../domain/page-cursor.js';
import type { KnownCatalog } from '../domain/price-list-plan.js';
import {
  groupOf,
  modelOf,
  overrideOf,
  priceVersionOf,
  type GroupRow,
  type ModelRow,
  type OverrideRow,
  type PriceVersionRow,
} from './catalog-rows.js';
import {
  FIND_MODEL,
  LIST_CHOOSABLE_GROUPS,
  LIST_GROUPS,
  LIST_MODELS,
  LIST_OVERRIDES,
  LIST_PRICE_VERSIONS,
  READ_MODEL,
} from './catalog.sql.js';
import { readKnownCatalog } from './known-catalog.js';

@Injectable()
export class PostgresCatalogLists extends CatalogLists {
  constructor(@InjectDataSource('pricing') private readonly dataSource: DataSource) {
    super();
  }

  override async model(name: string): Promise<Model> {
    const [row] = await this.dataSource.query<ModelRow[]>(READ_MODEL, [name]);
    if (!row) throw new DomainError('not_found', `There is no model named \`${name}\`.`, { param: 'name' });
    return modelOf(row);
  }

  override async models(window: PageWindow): Promise<readonly Placed<Model>[]> {
    const rows = await this.dataSource.query<ModelRow[]>(LIST_MODELS, parameters(window));
    return rows.map((row) => ({ position: BigInt(row.id), item: modelOf(row) }));
  }

  override async priceVersions(model: string, window: PageWindow): Promise<readonly Placed<PriceVersion>[]> {
    const [found] = await this.dataSource.query<{ id: string }[]>(FIND_MODEL, [model]);
    if (!found) throw new DomainError('not_found', `There is no model named \`${model}\`.`, { param: 'model' });
    const rows = await this.dataSource.query<PriceVersionRow[]>(LIST_PRICE_VERSIONS, [...parameters(window), found.id]);
    return rows.map((row) => ({ position: BigInt(row.id), item: priceVersionOf(model, row) }));
  }

  override async groups(window: PageWindow): Promise<readonly Placed<KeptGroup>[]> {
    const rows = await this.dataSource.query<GroupRow[]>(LIST_GROUPS, parameters(window));
    return rows.map((row) => ({ position: BigInt(row.id), item: groupOf(row) }));
  }

  override async overrides(window: PageWindow): Promise<readonly Placed<MultiplierOverride>[]> {
    const rows = await this.dataSource.query<OverrideRow[]>(LIST_OVERRIDES, parameters(window));
    return rows.map((row) => ({ position: BigInt(row.position), item: overrideOf(row) }));
  }

  override async choosableGroups(accountGroup: string): Promise<readonly KeptGroup[]> {
    const rows = await this.dataSource.query<GroupRow[]>(LIST_CHOOSABLE_GROUPS, [accountGroup]);
    return rows.map(groupOf);
  }

  override known(): Promise<KnownCatalog> {
    return readKnownCatalog(this.dataSource.manager);
  }
}

/** One more than the page holds tells whether there is another. */
function parameters({ below, limit }: PageWindow): readonly [string | null, number] {
  return [below?.toString() ?? null, limit + 1];
}
