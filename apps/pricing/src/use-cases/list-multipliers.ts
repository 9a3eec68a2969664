import { Injectable } from '@nestjs/common';
import type { MultiplierOverride, Page, PageRequest } from '@code-router/contracts';
import { CatalogLists } from '../domain/catalog-lists.js';
import { pageOf, pageWindow } from '../domain/page-cursor.js';

const LIST = 'multipliers';

/** Pages through the multipliers of pairs. */
@Injectable()
export class ListMultipliers {
  constructor(private readonly lists: CatalogLists) {}

  /** @throws DomainError `invalid_request_error`. */
  async execute(request: PageRequest): Promise<Page<MultiplierOverride>> {
    const window = pageWindow(LIST, request);
    return pageOf(LIST, await this.lists.overrides(window), window.limit);
  }
}
