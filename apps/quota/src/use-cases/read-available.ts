import { Injectable } from '@nestjs/common';
import type { AvailableNanos } from '@code-router/contracts';
import { Accounts } from '../domain/accounts.js';
import { InputChecks } from '../domain/input-checks.js';
import { Keys } from '../domain/keys.js';
import { Members } from '../domain/members.js';
import { noSuchAccount, noSuchKey } from '../domain/not-found.js';

/** Says what a key could spend now, without holding anything: a forecast, not a promise. */
@Injectable()
export class ReadAvailable {
  constructor(
    private readonly keys: Keys,
    private readonly accounts: Accounts,
    private readonly members: Members,
  ) {}

  /** @throws DomainError `invalid_request_error`; `not_found`. */
  async execute(request: { readonly keyId: string }): Promise<AvailableNanos> {
    const checks = new InputChecks();
    const keyId = checks.uuid('keyId', request.keyId);
    checks.done();
    const key = await this.keys.find(keyId);
    if (!key) throw noSuchKey(keyId);
    const account = await this.accounts.find(key.accountId);
    if (!account) throw noSuchAccount(key.accountId);
    const left = [key.quotaNanos === null ? null : { nanos: key.quotaNanos, ...used(key) }, key.budget]
      .filter((limit) => limit !== null)
      .map(({ nanos, spentNanos, heldNanos }) => BigInt(nanos) - BigInt(spentNanos) - BigInt(heldNanos));
    const memberLeft = await this.members.budgetLeftOf(keyId);
    return {
      accountNanos: account.availableNanos,
      keyNanos: left.length === 0 ? null : left.reduce((least, nanos) => (nanos < least ? nanos : least)).toString(),
      memberNanos: memberLeft?.toString() ?? null,
    };
  }
}

function used({ spentNanos, heldNanos }: { readonly spentNanos: string; readonly heldNanos: string }) {
  return { spentNanos, heldNanos };
}
