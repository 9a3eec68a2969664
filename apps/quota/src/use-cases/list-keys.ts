import { Injectable } from '@nestjs/common';
import type { Key, Page, PageRequest } from '@code-router/contracts';
import { Accounts } from '../domain/accounts.js';
import { InputChecks } from '../domain/input-checks.js';
import { Keys } from '../domain/keys.js';
import { noSuchAccount } from '../domain/not-found.js';
import { pageOf, pageStart } from '../domain/page.js';

@Injectable()
export class ListKeys {
  constructor(
    private readonly keys: Keys,
    private readonly accounts: Accounts,
  ) {}

  /** @throws DomainError `invalid_request_error`; `not_found` when there is no such account. */
  async execute(request: PageRequest & { readonly accountId?: string }): Promise<Page<Key>> {
    const checks = new InputChecks();
    const start = pageStart('keys', request, checks);
    const accountId = checks.optional(request.accountId, (id) => checks.uuid('accountId', id)) ?? null;
    checks.done();
    const found = await this.keys.list(accountId, start);
    if (accountId !== null && found.length === 0 && !(await this.accounts.find(accountId))) {
      throw noSuchAccount(accountId);
    }
    return pageOf('keys', start, found);
  }
}
