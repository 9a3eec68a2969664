import { Injectable } from '@nestjs/common';
import { QuotaNotices, type Key } from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import { InputChecks } from '../domain/input-checks.js';
import { Keys } from '../domain/keys.js';
import { noSuchKey } from '../domain/not-found.js';

/** Ends a key for good, with all its secrets. What it has under way is settled as it began. */
@Injectable()
export class RevokeKey {
  constructor(
    private readonly keys: Keys,
    private readonly client: ServiceClient,
  ) {}

  /** @throws DomainError `invalid_request_error`; `not_found`. */
  async execute(request: { readonly id: string }): Promise<Key> {
    const checks = new InputChecks();
    const id = checks.uuid('id', request.id);
    checks.done();
    const key = await this.keys.revoke(id);
    if (!key) throw noSuchKey(id);
    this.client.notify(QuotaNotices.principalChanged, { accountId: key.accountId, keyId: id });
    return key;
  }
}
