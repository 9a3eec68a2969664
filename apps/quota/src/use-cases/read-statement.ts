import { Injectable } from '@nestjs/common';
import type { Statement, StatementRequest } from '@code-router/contracts';
import { Accounts } from '../domain/accounts.js';
import { InputChecks } from '../domain/input-checks.js';
import { Ledger } from '../domain/ledger.js';
import { noSuchAccount } from '../domain/not-found.js';
import { pageOf, pageStart } from '../domain/page.js';

/** Reads what moved an account's balance in a period, and the balances before and after it. */
@Injectable()
export class ReadStatement {
  constructor(
    private readonly ledger: Ledger,
    private readonly accounts: Accounts,
  ) {}

  /** @throws DomainError `invalid_request_error`; `not_found` when there is no such account. */
  async execute(request: StatementRequest): Promise<Statement> {
    const checks = new InputChecks();
    const start = pageStart('statement', request, checks);
    const accountId = checks.uuid('accountId', request.accountId);
    const from = checks.instant('from', request.from);
    const to = checks.instant('to', request.to);
    if (from !== '' && to !== '' && from >= to) checks.refuse('to', 'must be later than from');
    checks.done();
    // The position of a statement's page is the last entry of the page before: it is read oldest first.
    const period = { accountId, from, to, after: start.before, limit: start.limit };
    const part = await this.ledger.statement(period);
    if (part.entries.length === 0 && !(await this.accounts.find(accountId))) throw noSuchAccount(accountId);
    return {
      accountId,
      from,
      to,
      openingNanos: part.openingNanos.toString(),
      closingNanos: part.closingNanos.toString(),
      ...pageOf('statement', start, part.entries),
    };
  }
}
