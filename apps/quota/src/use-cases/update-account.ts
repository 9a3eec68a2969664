import { Injectable } from '@nestjs/common';
import { QuotaNotices, type Account, type UpdateAccount as UpdateAccountRequest } from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import { Accounts, type AccountChanges } from '../domain/accounts.js';
import { InputChecks } from '../domain/input-checks.js';
import { AMOUNT_NANOS_MAX } from '../domain/limits.js';
import { noSuchAccount } from '../domain/not-found.js';
import { rateLimitsFrom } from '../domain/rate-limits-input.js';

/** Changes what an account is called and may do. Its balance changes only through the ledger. */
@Injectable()
export class UpdateAccount {
  constructor(
    private readonly accounts: Accounts,
    private readonly client: ServiceClient,
  ) {}

  /** @throws DomainError `invalid_request_error`; `not_found`; `conflict`, see {@link Accounts.update}. */
  async execute(request: UpdateAccountRequest): Promise<Account> {
    const checks = new InputChecks();
    const id = checks.uuid('id', request.id);
    const changes: AccountChanges = {
      name: checks.optional(request.name, (name) => checks.name('name', name)),
      group: checks.optional(request.group, (group) => checks.name('group', group)),
      status: checks.optional(request.status, (status) => checks.oneOf('status', status, ['active', 'disabled'])),
      overdraftNanos: checks.optional(request.overdraftNanos, (overdraft) =>
        checks.nanos('overdraftNanos', overdraft, { min: 0n, max: AMOUNT_NANOS_MAX }),
      ),
      lowerOutput: checks.optional(request.lowerOutput, (lower) => checks.flag('lowerOutput', lower)),
      ...rateLimitsFrom(request, checks),
    };
    checks.someOf(changes);
    checks.done();
    const account = await this.accounts.update(id, changes);
    if (!account) throw noSuchAccount(id);
    this.client.notify(QuotaNotices.principalChanged, { accountId: id });
    return account;
  }
}
