import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { QuoteRequest } from '@code-router/contracts';
import type { PriceTermsText } from '@code-router/money';
import type { CatalogFacts, ListedModel } from '../domain/catalog.js';
import type { ChosenGroup } from '../domain/group-choice.js';
import type { Groups, MultiplierFacts } from '../domain/multiplier.js';
import { PriceBook } from '../domain/price-book.js';
import type { QuotedModel, QuoteFacts } from '../domain/quote.js';
import { profileOf } from './catalog-rows.js';
import { CATALOG, QUOTE_FACTS, type CatalogRow, type GroupFactsRow, type QuoteFactsRow } from './price-book.sql.js';

@Injectable()
export class PostgresPriceBook extends PriceBook {
  constructor(@InjectDataSource('pricing') private readonly dataSource: DataSource) {
    super();
  }

  override async factsFor({ model, accountGroup, keyGroup }: QuoteRequest): Promise<QuoteFacts> {
    const [row] = await this.dataSource.query<[QuoteFactsRow]>(QUOTE_FACTS, [model, accountGroup, keyGroup ?? null]);
    return {
      catalogVersion: Number(row.version),
      model: row.name === null ? undefined : quotedModel(row.name, row),
      multipliers: multiplierFacts(row),
      chosenGroup: chosenGroup(row),
    };
  }

  override async catalogFor({ accountGroup, keyGroup }: Groups): Promise<CatalogFacts> {
    const rows = await this.dataSource.query<[CatalogRow, ...CatalogRow[]]>(CATALOG, [accountGroup, keyGroup ?? null]);
    const [first] = rows;
    return {
      catalogVersion: Number(first.version),
      nextPriceFrom: first.next_price_from ?? undefined,
      chosenGroup: chosenGroup(first),
      models: rows.flatMap((row) => (row.name === null ? [] : [listedModel(row.name, row)])),
    };
  }
}

function listedModel(name: string, row: CatalogRow): ListedModel {
  return {
    ...profileOf(name, row),
    priceVersionId: row.price_version_id,
    terms: row.terms as PriceTermsText,
    isPlaceholder: row.is_placeholder,
    multipliers: multiplierFacts(row),
  };
}

function multiplierFacts(row: GroupFactsRow): MultiplierFacts {
  return {
    groupPair: millionths(row.group_pair),
    modelInGroup: millionths(row.model_in_group),
    keyGroup: millionths(row.key_group),
    accountGroup: millionths(row.account_group),
  };
}

function chosenGroup(row: GroupFactsRow): ChosenGroup {
  return { choosableBy: row.key_group_exists ? row.choosable_by : undefined };
}

function quotedModel(name: string, row: QuoteFactsRow): QuotedModel {
  return {
    name,
    enabled: row.enabled,
    visibleTo: row.visible_to,
    contextWindow: row.context_window,
    maxOutputTokens: row.max_output_tokens,
    price:
      row.price_version_id === null
        ? undefined
        : { versionId: row.price_version_id, terms: row.terms as PriceTermsText },
    nextPriceFrom: row.next_price_from ?? undefined,
  };
}

function millionths(text: string | null): bigint | undefined {
  return text === null ? undefined : BigInt(text);
}
