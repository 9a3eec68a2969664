import { Injectable } from '@nestjs/common';
import type { Account } from '@code-router/contracts';
import { Accounts } from '../domain/accounts.js';
import { InputChecks } from '../domain/input-checks.js';
import { noSuchAccount } from '../domain/not-found.js';

@Injectable()
export class GetAccount {
  constructor(private readonly accounts: Accounts) {}

  /** @throws DomainError `invalid_request_error`; `not_found`. */
  async execute(request: { readonly id: string }): Promise<Account> {
    const checks = new InputChecks();
    const id = checks.uuid('id', request.id);
    checks.done();
    const account = await this.accounts.find(id);
    if (!account) throw noSuchAccount(id);
    return account;
  }
}
