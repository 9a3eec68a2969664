import { Injectable } from '@nestjs/common';
import { apiKeyPrefix, generateApiKey, hashApiKey } from '@code-router/api-key';
import { QuotaNotices, type CreatedKey, type RotateKey as RotateKeyRequest } from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import { InputChecks } from '../domain/input-checks.js';
import { Keys } from '../domain/keys.js';
import { OVERLAP_MS_MAX } from '../domain/limits.js';
import { noSuchKey } from '../domain/not-found.js';

/** Gives a key another secret, which is valid at once; the one so far may stay valid for a while. */
@Injectable()
export class RotateKey {
  constructor(
    private readonly keys: Keys,
    private readonly client: ServiceClient,
  ) {}

  /** @throws DomainError `invalid_request_error`; `not_found`; `conflict` when the key was revoked. */
  async execute(request: RotateKeyRequest): Promise<CreatedKey> {
    const checks = new InputChecks();
    const id = checks.uuid('id', request.id);
    const oldValidUntil = checks.nullable(request.oldValidUntil, (until) => checks.instant('oldValidUntil', until));
    if (oldValidUntil && Date.parse(oldValidUntil) > Date.now() + OVERLAP_MS_MAX) {
      checks.refuse('oldValidUntil', 'must be within 90 days');
    }
    checks.done();
    const secret = generateApiKey();
    const marks = { hash: hashApiKey(secret), prefix: apiKeyPrefix(secret) };
    const key = await this.keys.rotate(id, marks, oldValidUntil ?? null);
    if (!key) throw noSuchKey(id);
    this.client.notify(QuotaNotices.principalChanged, { accountId: key.accountId, keyId: id });
    return { ...key, secret };
  }
}
