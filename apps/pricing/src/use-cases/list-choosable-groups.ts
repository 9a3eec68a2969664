import { Injectable } from '@nestjs/common';
import type { KeptGroup } from '@code-router/contracts';
import { Problems } from '@code-router/input';
import { CatalogLists } from '../domain/catalog-lists.js';
import { expectName } from '../domain/input-rules.js';

/** The groups that keys of accounts of a group may choose, their own included. */
@Injectable()
export class ListChoosableGroups {
  constructor(private readonly lists: CatalogLists) {}

  /** @throws DomainError `invalid_request_error`. */
  async execute({ accountGroup }: { readonly accountGroup: string }): Promise<{ groups: readonly KeptGroup[] }> {
    const problems = new Problems();
    expectName(accountGroup, 'accountGroup', problems);
    problems.throwIfAny();
    return { groups: await this.lists.choosableGroups(accountGroup) };
  }
}
