import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { Catalog, QuoteRequest } from '@code-router/contracts';
import type { PriceTermsText } from '@code-router/money';
import { PriceBook } from '../domain/price-book.js';
import type { QuotedModel, QuoteFacts } from '../domain/quote.js';
import { CATALOG, QUOTE_FACTS, type CatalogRow, type QuoteFactsRow } from './price-book.sql.js';

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
      multipliers: {
        groupPair: millionths(row.group_pair),
        modelInGroup: millionths(row.model_in_group),
        keyGroup: millionths(row.key_group),
        accountGroup: millionths(row.account_group),
      },
    };
  }

  override async catalogFor(group: string): Promise<Catalog> {
    const rows = await this.dataSource.query<[CatalogRow, ...CatalogRow[]]>(CATALOG, [group]);
    const [{ version, valid_until: validUntil }] = rows;
    return {
      catalogVersion: Number(version),
      ...(validUntil && { validUntil: validUntil.toISOString() }),
      models: rows.flatMap(({ name, ...row }) => {
        if (name === null) return [];
        return {
          name,
          displayName: row.display_name,
          vendor: row.vendor,
          contextWindow: row.context_window,
          maxOutputTokens: row.max_output_tokens,
          createdAt: row.created_at.toISOString(),
        };
      }),
    };
  }
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
