import { describe, expect, it } from '@jest/globals';
import { hashPassword, verifyPassword } from './password.js';

describe('a password', () => {
  it('is verified against its own hash only, which differs each time', async () => {
    const [one, two] = await Promise.all([hashPassword('Grüße, 世界'), hashPassword('Grüße, 世界')]);
    expect(one).not.toBe(two);
    expect(await verifyPassword('Grüße, 世界', one)).toBe(true);
    expect(await verifyPassword('Grüße, 世界', two)).toBe(true);
    expect(await verifyPassword('grüße, 世界', one)).toBe(false);
    expect(await verifyPassword('', one)).toBe(false);
  });

  it('is verified with the parameters that its hash names: a test vector of the reference implementation', async () => {
    const stored = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';
    expect(await verifyPassword('password', stored)).toBe(true);
    expect(await verifyPassword('passwore', stored)).toBe(false);
  });

  it('is not hashed when a hundred wait for it, so that nobody can fill the memory with them', async () => {
    const outcomes = await Promise.allSettled(
      // Cheap ones, refused or not.
      Array.from({ length: 110 }, () => verifyPassword('password', '$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$c29tZQ')),
    );
    const refused = outcomes.filter(({ status }) => status === 'rejected');
    expect(refused.length).toBe(8);
    for (const refusal of refused) {
      expect(refusal).toMatchObject({ reason: { code: 'service_unavailable', details: { retryAfterMs: 2_000 } } });
    }
  });

  it.each([
    '',
    'password',
    '$argon2i$v=19$m=1024,t=3,p=1$c29tZXNhbHQ$c29tZXNhbHQ',
    '$argon2id$v=19$m=1,t=1,p=1$c29tZXNhbHQ$',
  ])('is not compared with what is no argon2id hash: %j', async (stored) => {
    await expect(verifyPassword('password', stored)).rejects.toThrow('not an argon2id hash');
  });
});
