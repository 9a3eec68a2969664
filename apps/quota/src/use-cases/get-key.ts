import { Injectable } from '@nestjs/common';
import type { Key } from '@code-router/contracts';
import { InputChecks } from '../domain/input-checks.js';
import { Keys } from '../domain/keys.js';
import { noSuchKey } from '../domain/not-found.js';

@Injectable()
export class GetKey {
  constructor(private readonly keys: Keys) {}

  /** @throws DomainError `invalid_request_error`; `not_found`. */
  async execute(request: { readonly id: string }): Promise<Key> {
    const checks = new InputChecks();
    const id = checks.uuid('id', request.id);
    checks.done();
    const key = await this.keys.find(id);
    if (!key) throw noSuchKey(id);
    return key;
  }
}
