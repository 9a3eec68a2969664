import { Injectable } from '@nestjs/common';
import { QuotaNotices, type Key, type UpdateKey as UpdateKeyRequest } from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import { InputChecks } from '../domain/input-checks.js';
import { Keys, type KeyChanges } from '../domain/keys.js';
import { AMOUNT_NANOS_MAX, CONCURRENCY_MAX } from '../domain/limits.js';
import { noSuchKey } from '../domain/not-found.js';

/** Changes what a key is called and may do. A quota below what the key has spent already stops it. */
@Injectable()
export class UpdateKey {
  constructor(
    private readonly keys: Keys,
    private readonly client: ServiceClient,
  ) {}

  /** @throws DomainError `invalid_request_error`; `not_found`. */
  async execute(request: UpdateKeyRequest): Promise<Key> {
    const checks = new InputChecks();
    const id = checks.uuid('id', request.id);
    const changes: KeyChanges = {
      name: checks.optional(request.name, (name) => checks.name('name', name)),
      status: checks.optional(request.status, (status) => checks.oneOf('status', status, ['active', 'disabled'])),
      group: checks.nullable(request.group, (group) => checks.name('group', group)),
      quotaNanos: checks.nullable(request.quotaNanos, (quota) =>
        checks.nanos('quotaNanos', quota, { min: 0n, max: AMOUNT_NANOS_MAX }),
      ),
      concurrencyMax: checks.nullable(request.concurrencyMax, (concurrency) =>
        checks.wholeNumber('concurrencyMax', concurrency, { min: 1, max: CONCURRENCY_MAX }),
      ),
      showCost: checks.optional(request.showCost, (showCost) => checks.flag('showCost', showCost)),
      expiresAt: checks.nullable(request.expiresAt, (expiresAt) => checks.instant('expiresAt', expiresAt)),
    };
    checks.someOf(changes);
    checks.done();
    const key = await this.keys.update(id, changes);
    if (!key) throw noSuchKey(id);
    this.client.notify(QuotaNotices.principalChanged, { accountId: key.accountId, keyId: id });
    return key;
  }
}
