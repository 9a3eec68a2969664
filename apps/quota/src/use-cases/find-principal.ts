import { Injectable } from '@nestjs/common';
import type { Principal } from '@code-router/contracts';
import { isUuid } from '@code-router/input';
import { Keys } from '../domain/keys.js';

const SHA256_HEX = /^[0-9a-f]{64}$/;

/**
 * Finds who a key speaks for. A disabled or expired key still speaks for somebody: the reservation refuses it with the
 * reason, which an unknown key must not learn.
 */
@Injectable()
export class FindPrincipal {
  constructor(private readonly keys: Keys) {}

  async execute({ keyHash }: { readonly keyHash: string }): Promise<{ readonly principal: Principal | null }> {
    const isHash = typeof keyHash === 'string' && SHA256_HEX.test(keyHash);
    return { principal: isHash ? await this.keys.findPrincipal(keyHash) : null };
  }

  /** For whoever may use a key without its secret, which the asking service has found out. */
  async ofKey({ keyId }: { readonly keyId: string }): Promise<{ readonly principal: Principal | null }> {
    const isId = isUuid(keyId);
    return { principal: isId ? await this.keys.principalOfKey(keyId) : null };
  }
}
