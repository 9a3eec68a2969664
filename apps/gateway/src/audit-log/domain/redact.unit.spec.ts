import { describe, expect, it } from '@jest/globals';
import { redacted } from './redact.js';

describe('what the audit log keeps', () => {
  it.each([
    'password',
    'oldPassword',
    'newPassword',
    'secret',
    'webhookSecret',
    'token',
    'sessionToken',
    'apiKey',
    'api_key',
    'code',
    'codes',
    'Authorization',
    'cookie',
    'content',
  ])('is never a %s', (name) => {
    expect(redacted({ [name]: 'hidden' })).toEqual({ [name]: '…' });
    expect(redacted({ inner: [{ [name]: ['hidden', { deeper: 'hidden' }] }] })).toEqual({ inner: [{ [name]: '…' }] });
  });

  it('is everything else, as it is', () => {
    const value = {
      name: 'key',
      prefix: 'sk-cr-12',
      apiKeyHint: 'sk-…abcd',
      tokensPerMinute: 5,
      maxOutputTokens: 100,
      errorCode: 'not_found',
      hasPassword: true,
      retiring: [{ prefix: 'sk-1', validUntil: '2030-01-01T00:00:00Z' }],
      apiKey: null,
      nothing: null,
    };
    expect(redacted(value)).toEqual(value);
    expect(redacted(undefined)).toBeNull();
  });

  it('is the length and the beginning of what is too long', () => {
    const list = {
      models: Array.from({ length: 2_000 }, (_, index) => ({ name: `model-${index}`, secret: 'hidden' })),
    };
    const kept = redacted(list) as { length: number; excerpt: string };
    expect(kept.length).toBeGreaterThan(16_384);
    expect(kept.excerpt).toHaveLength(2_000);
    expect(kept.excerpt).not.toContain('hidden');
  });

  it('has no half of a character where it was cut', () => {
    for (const before of ['', 'a']) {
      const { excerpt } = redacted({ text: before + '😀'.repeat(9_000) }) as { excerpt: string };
      expect(excerpt.isWellFormed()).toBe(true);
    }
  });
});
