import { Injectable } from '@nestjs/common';
import { QuotaNotices, type Key, type UpdateKey as UpdateKeyRequest } from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import { InputChecks } from '../domain/input-checks.js';
import { keyChangesFrom } from '../domain/key-input.js';
import { Keys, type KeyChanges } from '../domain/keys.js';
import { noSuchKey } from '../domain/not-found.js';

/** Changes what a key is called and may do. A quota below what the key has spent already stops it. */
@Injectable()
export class UpdateKey {
  constructor(
    private readonly keys: Keys,
    private readonly client: ServiceClient,
  ) {}

  /** @throws DomainError `invalid_request_error`; `not_found`; `conflict` when the key was revoked. */
  async execute(request: UpdateKeyRequest): Promise<Key> {
    const checks = new InputChecks();
    const id = checks.uuid('id', request.id);
    const changes: KeyChanges = {
      ...keyChangesFrom(request, checks),
      status: checks.optional(request.status, (status) => checks.oneOf('status', status, ['active', 'disabled'])),
    };
    checks.someOf(changes);
    checks.done();
    const key = await this.keys.update(id, changes);
    if (!key) throw noSuchKey(id);
    this.client.notify(QuotaNotices.principalChanged, { accountId: key.accountId, keyId: id });
    return key;
  }
}
