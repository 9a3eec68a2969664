import { Injectable } from '@nestjs/common';
import type { Catalog, CatalogRequest } from '@code-router/contracts';
import { catalogFrom, expectFilters } from '../domain/catalog.js';
import { PriceBook } from '../domain/price-book.js';

/** Lists the models that a group may use, and what they cost it. */
@Injectable()
export class ReadCatalog {
  constructor(private readonly book: PriceBook) {}

  /** @throws DomainError `invalid_request_error`, `forbidden`. */
  async execute(request: CatalogRequest): Promise<Catalog> {
    expectFilters(request);
    return catalogFrom(request, await this.book.catalogFor(request));
  }
}
