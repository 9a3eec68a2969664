import { Injectable } from '@nestjs/common';
import type { Account, ListAccounts as ListAccountsRequest, Page } from '@code-router/contracts';
import { Accounts } from '../domain/accounts.js';
import { InputChecks } from '../domain/input-checks.js';
import { pageOf, pageStart, searchOf } from '../domain/page.js';

@Injectable()
export class ListAccounts {
  constructor(private readonly accounts: Accounts) {}

  /** @throws DomainError `invalid_request_error`. */
  async execute(request: ListAccountsRequest): Promise<Page<Account>> {
    const checks = new InputChecks();
    const start = pageStart('accounts', request, checks);
    const search = searchOf(request, checks);
    const onlyRunOut = checks.optional(request.onlyRunOut, (value) => checks.flag('onlyRunOut', value)) ?? false;
    checks.done();
    return pageOf('accounts', start, await this.accounts.list(start, { search, onlyRunOut }));
  }
}
