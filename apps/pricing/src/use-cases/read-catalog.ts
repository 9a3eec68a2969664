import { Injectable } from '@nestjs/common';
import type { Catalog, CatalogRequest } from '@code-router/contracts';
import { effectiveGroup } from '../domain/multiplier.js';
import { PriceBook } from '../domain/price-book.js';

/** Lists the models that a group may use. */
@Injectable()
export class ReadCatalog {
  constructor(private readonly book: PriceBook) {}

  async execute(request: CatalogRequest): Promise<Catalog> {
    return this.book.catalogFor(effectiveGroup(request));
  }
}
