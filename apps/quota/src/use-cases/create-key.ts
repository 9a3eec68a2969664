import { Injectable } from '@nestjs/common';
import { apiKeyPrefix, generateApiKey, hashApiKey } from '@code-router/api-key';
import { QuotaNotices, type CreatedKey, type CreateKey as CreateKeyRequest } from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import { InputChecks } from '../domain/input-checks.js';
import { Keys } from '../domain/keys.js';
import { AMOUNT_NANOS_MAX, CONCURRENCY_MAX } from '../domain/limits.js';
import { noSuchAccount } from '../domain/not-found.js';

/** Makes a key for an account. Its secret is in the answer and nowhere else. */
@Injectable()
export class CreateKey {
  constructor(
    private readonly keys: Keys,
    private readonly client: ServiceClient,
  ) {}

  /** @throws DomainError `invalid_request_error`; `not_found` when there is no such account. */
  async execute(request: CreateKeyRequest): Promise<CreatedKey> {
    const checks = new InputChecks();
    const wanted = {
      accountId: checks.uuid('accountId', request.accountId),
      name: checks.name('name', request.name),
      group: checks.nullable(request.group, (group) => checks.name('group', group)) ?? null,
      quotaNanos:
        checks.nullable(request.quotaNanos, (quota) =>
          checks.nanos('quotaNanos', quota, { min: 0n, max: AMOUNT_NANOS_MAX }),
        ) ?? null,
      concurrencyMax:
        checks.nullable(request.concurrencyMax, (concurrency) =>
          checks.wholeNumber('concurrencyMax', concurrency, { min: 1, max: CONCURRENCY_MAX }),
        ) ?? null,
      showCost: checks.optional(request.showCost, (showCost) => checks.flag('showCost', showCost)) ?? true,
      expiresAt: checks.nullable(request.expiresAt, (expiresAt) => checks.instant('expiresAt', expiresAt)) ?? null,
    };
    checks.done();
    const secret = generateApiKey();
    const key = await this.keys.create({ ...wanted, hash: hashApiKey(secret), prefix: apiKeyPrefix(secret) });
    if (!key) throw noSuchAccount(wanted.accountId);
    this.client.notify(QuotaNotices.principalChanged, { accountId: key.accountId, keyId: key.id });
    return { ...key, secret };
  }
}
