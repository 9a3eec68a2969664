import { Injectable } from '@nestjs/common';
import type { KeptGroup, Page, PageRequest } from '@code-router/contracts';
import { CatalogLists } from '../domain/catalog-lists.js';
import { pageOf, pageWindow } from '../domain/page-cursor.js';

const LIST = 'groups';

/** Pages through the groups. */
@Injectable()
export class ListGroups {
  constructor(private readonly lists: CatalogLists) {}

  /** @throws DomainError `invalid_request_error`. */
  async execute(request: PageRequest): Promise<Page<KeptGroup>> {
    const window = pageWindow(LIST, request);
    return pageOf(LIST, await this.lists.groups(window), window.limit);
  }
}
