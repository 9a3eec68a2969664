import { Injectable } from '@nestjs/common';
import type { Model } from '@code-router/contracts';
import { Problems } from '@code-router/input';
import { CatalogLists } from '../domain/catalog-lists.js';
import { expectName } from '../domain/input-rules.js';

/** A model by its name, also one that is disabled or has no price yet. */
@Injectable()
export class GetModel {
  constructor(private readonly lists: CatalogLists) {}

  /** @throws DomainError `invalid_request_error`, `not_found`. */
  async execute({ name }: { readonly name: string }): Promise<Model> {
    const problems = new Problems();
    expectName(name, 'name', problems);
    problems.throwIfAny();
    return this.lists.model(name);
  }
}
