import { Injectable } from '@nestjs/common';
import type { Model, Page, PageRequest } from '@code-router/contracts';
import { CatalogLists } from '../domain/catalog-lists.js';
import { pageOf, pageWindow } from '../domain/page-cursor.js';

const LIST = 'models';

/** Pages through all models, also those that are disabled or have no price yet. */
@Injectable()
export class ListModels {
  constructor(private readonly lists: CatalogLists) {}

  /** @throws DomainError `invalid_request_error`. */
  async execute(request: PageRequest): Promise<Page<Model>> {
    const window = pageWindow(LIST, request);
    return pageOf(LIST, await this.lists.models(window), window.limit);
  }
}
