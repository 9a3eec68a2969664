import { Injectable } from '@nestjs/common';
import type { Page, PageRequest, PriceVersion } from '@code-router/contracts';
import { Problems } from '@code-router/input';
import { CatalogLists } from '../domain/catalog-lists.js';
import { expectName } from '../domain/input-rules.js';
import { pageOf, pageWindow } from '../domain/page-cursor.js';

const LIST = 'price-versions';

/** Pages through everything that a model has ever cost, and will cost. */
@Injectable()
export class ListPriceVersions {
  constructor(private readonly lists: CatalogLists) {}

  /** @throws DomainError `invalid_request_error`, `not_found`. */
  async execute(request: PageRequest & { readonly model: string }): Promise<Page<PriceVersion>> {
    const problems = new Problems();
    expectName(request.model, 'model', problems);
    problems.throwIfAny();
    const window = pageWindow(LIST, request);
    return pageOf(LIST, await this.lists.priceVersions(request.model, window), window.limit);
  }
}
