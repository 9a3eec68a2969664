import { Injectable } from '@nestjs/common';
import type { LedgerEntry, Page, PageRequest } from '@code-router/contracts';
import { Accounts } from '../domain/accounts.js';
import { InputChecks } from '../domain/input-checks.js';
import { Ledger } from '../domain/ledger.js';
import { noSuchAccount } from '../domain/not-found.js';
import { pageOf, pageStart } from '../domain/page.js';

@Injectable()
export class ListLedger {
  constructor(
    private readonly ledger: Ledger,
    private readonly accounts: Accounts,
  ) {}

  /** @throws DomainError `invalid_request_error`; `not_found` when there is no such account. */
  async execute(request: PageRequest & { readonly accountId: string }): Promise<Page<LedgerEntry>> {
    const checks = new InputChecks();
    const start = pageStart('ledger', request, checks);
    const accountId = checks.uuid('accountId', request.accountId);
    checks.done();
    const found = await this.ledger.list(accountId, start);
    if (found.length === 0 && !(await this.accounts.find(accountId))) throw noSuchAccount(accountId);
    return pageOf('ledger', start, found);
  }
}
