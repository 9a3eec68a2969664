import { Injectable } from '@nestjs/common';
import { DEFAULT_GROUP, type Account, type CreateAccount as CreateAccountRequest } from '@code-router/contracts';
import { Accounts } from '../domain/accounts.js';
import { InputChecks } from '../domain/input-checks.js';
import { AMOUNT_NANOS_MAX } from '../domain/limits.js';
import { rateLimitsFrom } from '../domain/rate-limits-input.js';

/** Opens an account, with nothing in it, and with an owner or without members. */
@Injectable()
export class CreateAccount {
  constructor(private readonly accounts: Accounts) {}

  /** @throws DomainError `invalid_request_error`; `conflict` when the name is taken; `not_found` when there is no such owner. */
  async execute(request: CreateAccountRequest): Promise<Account> {
    const checks = new InputChecks();
    const { requestsPerMinute = null, tokensPerMinute = null, concurrencyMax = null } = rateLimitsFrom(request, checks);
    const account = {
      requestsPerMinute,
      tokensPerMinute,
      concurrencyMax,
      name: checks.name('name', request.name),
      ownerId: checks.optional(request.ownerId, (ownerId) => checks.uuid('ownerId', ownerId)),
      group: checks.optional(request.group, (group) => checks.name('group', group)) ?? DEFAULT_GROUP,
      overdraftNanos:
        checks.optional(request.overdraftNanos, (overdraft) =>
          checks.nanos('overdraftNanos', overdraft, { min: 0n, max: AMOUNT_NANOS_MAX }),
        ) ?? 0n,
      lowerOutput: checks.optional(request.lowerOutput, (lower) => checks.flag('lowerOutput', lower)) ?? false,
    };
    checks.done();
    return this.accounts.create(account);
  }
}
