import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { generateApiKey, hashApiKey } from '@code-router/api-key';
import type { Principal } from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import { Authenticate } from './authenticate.js';

/** Knows some keys, and counts what it is asked. */
class Directory extends ServiceClient {
  readonly known = new Map<string, Principal>();
  asked = 0;

  async request<Request, Reply>(_contract: unknown, request: Request): Promise<Reply> {
    this.asked += 1;
    const { keyHash } = request as { keyHash: string };
    return { principal: this.known.get(keyHash) ?? null } as Reply;
  }

  notify(): void {}
  onReconnected(): void {}
  isConnected(): boolean {
    return true;
  }
}

const principal: Principal = {
  keyId: 'k',
  keyName: 'key',
  keyStatus: 'active',
  accountId: 'a',
  accountStatus: 'active',
  accountGroup: 'default',
  showCost: true,
};

describe('whose request it is', () => {
  const key = generateApiKey();
  let directory: Directory;
  let authenticate: Authenticate;
  const ask = (apiKey: string) => authenticate.principalOf({ authorization: `Bearer ${apiKey}` });

  beforeEach(() => {
    // What is not known is kept for a second: no test depends on being faster.
    jest.useFakeTimers({ now: 0 });
    directory = new Directory();
    authenticate = new Authenticate(directory);
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('is asked once for a key that is known, whatever is asked for that is not known', async () => {
    directory.known.set(hashApiKey(key), principal);
    expect(await ask(key)).toBe(principal);
    const forged = 20;
    for (let count = 0; count < forged; count += 1) await ask(generateApiKey()).catch(() => undefined);
    expect(directory.asked).toBe(1 + forged);
    expect(await ask(key)).toBe(principal);
    expect(directory.asked).toBe(1 + forged);
  });

  it('is asked once for a key that is not known, until something changes', async () => {
    await expect(ask(key)).rejects.toMatchObject({ code: 'invalid_api_key' });
    await expect(ask(key)).rejects.toMatchObject({ code: 'invalid_api_key' });
    expect(directory.asked).toBe(1);
    directory.known.set(hashApiKey(key), principal);
    authenticate.forget({ accountId: 'another' });
    expect(await ask(key)).toBe(principal);
  });

  it('is asked again when the key changes, and not when another account does', async () => {
    directory.known.set(hashApiKey(key), principal);
    await ask(key);
    authenticate.forget({ accountId: 'another' });
    await ask(key);
    expect(directory.asked).toBe(1);
    authenticate.forget({ accountId: 'a', keyId: 'k' });
    await ask(key);
    expect(directory.asked).toBe(2);
  });
});
