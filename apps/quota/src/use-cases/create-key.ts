import { Injectable } from '@nestjs/common';
import { apiKeyPrefix, generateApiKey, hashApiKey } from '@code-router/api-key';
import {
  QuotaNotices,
  type CreatedKey,
  type CreateKey as CreateKeyRequest,
  type UpdateKey,
} from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import { InputChecks } from '../domain/input-checks.js';
import { keyChangesFrom } from '../domain/key-input.js';
import { Keys } from '../domain/keys.js';
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
    const accountId = checks.uuid('accountId', request.accountId);
    const name = checks.name('name', request.name);
    // A null name is refused above and not again.
    const fields = keyChangesFrom({ ...request, name: undefined } as Partial<UpdateKey>, checks);
    checks.done();
    const secret = generateApiKey();
    const key = await this.keys.create({
      accountId,
      name,
      hash: hashApiKey(secret),
      prefix: apiKeyPrefix(secret),
      group: fields.group ?? null,
      quotaNanos: fields.quotaNanos ?? null,
      budget: fields.budget ?? null,
      allowedModels: fields.allowedModels ?? null,
      allowedIps: fields.allowedIps ?? null,
      requestsPerMinute: fields.requestsPerMinute ?? null,
      tokensPerMinute: fields.tokensPerMinute ?? null,
      concurrencyMax: fields.concurrencyMax ?? null,
      showCost: fields.showCost ?? true,
      expiresAt: fields.expiresAt ?? null,
    });
    if (!key) throw noSuchAccount(accountId);
    this.client.notify(QuotaNotices.principalChanged, { accountId: key.accountId, keyId: key.id });
    return { ...key, secret };
  }
}
