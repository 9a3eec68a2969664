import { describe, expect, it } from '@jest/globals';
import { DomainError } from '@code-router/contracts';
import type { ChannelSummary } from './channel.js';
import { newChannelProfile } from './channel-input.js';
import { providerKeyHint } from './provider-key-hint.js';
import { editedProviderKey, newProviderKey, PROVIDER_KEY_LIMITS } from './provider-key-input.js';
import { nameOfProviderKey, type ProviderKeySummary } from './provider-key.js';

const ENTERED = '2026-01-01T00:00:00.000Z';
const NOW = '2026-02-02T00:00:00.000Z';
const SECRET = 'sk-0123456789abcdef';
const IDENTITY = { id: '00000000-0000-4000-8000-000000000002', enteredAt: NOW };

const key = (changes: Partial<ProviderKeySummary> = {}): ProviderKeySummary => ({
  id: IDENTITY.id,
  label: 'first',
  hint: 'sk-…cdef',
  status: 'active',
  disabledFor: null,
  disabledAt: null,
  enteredAt: ENTERED,
  ...changes,
});
const channel = (changes: Partial<ChannelSummary> = {}): ChannelSummary => ({
  ...newChannelProfile(
    { name: 'main', provider: 'openai-compatible', baseUrl: 'https://api.example.com/v1', models: [{ name: 'm' }] },
    { id: '00000000-0000-4000-8000-000000000001', createdAt: ENTERED },
  ),
  apiKeyHint: null,
  keys: [],
  ...changes,
});

function refusal(act: () => unknown): DomainError {
  try {
    act();
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
  throw new Error('It was accepted.');
}

describe('a new key of a channel', () => {
  it('needs no label', () => {
    expect(newProviderKey(channel(), { apiKey: SECRET }, IDENTITY)).toEqual({
      ...IDENTITY,
      label: null,
      secret: SECRET,
    });
  });

  it.each([
    ['apiKey', '', null],
    ['apiKey', 'sk-1\r\nx-injected: 1', null],
    ['apiKey', ' sk-1', null],
    ['apiKey', 'k'.repeat(PROVIDER_KEY_LIMITS.lengthMax + 1), null],
    ['label', SECRET, ''],
    ['label', SECRET, ' first'],
    ['label', SECRET, 'two\nlines'],
    ['label', SECRET, 'l'.repeat(PROVIDER_KEY_LIMITS.labelLengthMax + 1)],
  ])('is refused for its %s: %j, %j', (field, apiKey, label) => {
    const { code, details, message } = refusal(() => newProviderKey(channel(), { apiKey, label }, IDENTITY));
    expect([code, details['param']]).toEqual(['invalid_request_error', field]);
    expect(apiKey !== '' && message.includes(apiKey)).toBe(false);
  });

  it('is refused by the demo provider, and by a channel that is full', () => {
    const full = Array.from({ length: PROVIDER_KEY_LIMITS.keysMax }, () => key());
    for (const refusing of [channel({ provider: 'demo' }), channel({ keys: full })]) {
      const { details } = refusal(() => newProviderKey(refusing, { apiKey: SECRET }, IDENTITY));
      expect(details['param']).toBe('apiKey');
    }
  });
});

describe('an edited key', () => {
  const automatically = { status: 'disabled', disabledFor: 401, disabledAt: ENTERED } as const;
  const byHand = { status: 'disabled', disabledFor: null, disabledAt: ENTERED } as const;
  const enabled = { status: 'active', disabledFor: null, disabledAt: null } as const;
  const disabledNow = { status: 'disabled', disabledFor: null, disabledAt: NOW } as const;

  it.each([
    ['an enabled one', enabled, { label: 'x' }, enabled],
    ['an enabled one', enabled, { status: 'active' }, enabled],
    ['an enabled one', enabled, { status: 'disabled' }, disabledNow],
    ['an enabled one', enabled, { apiKey: SECRET }, enabled],
    ['one that was refused', automatically, { label: 'x' }, automatically],
    ['one that was refused', automatically, { status: 'active' }, enabled],
    ['one that was refused', automatically, { apiKey: SECRET }, enabled],
    ['one that was refused', automatically, { apiKey: SECRET, status: 'disabled' }, byHand],
    ['one that was refused', automatically, { status: 'disabled' }, byHand],
    ['one that an operator disabled', byHand, { apiKey: SECRET }, byHand],
    ['one that an operator disabled', byHand, { status: 'active' }, enabled],
  ] as const)('%s, %j, by %j becomes %j', (_, before, change, after) => {
    expect(editedProviderKey(key(before), change, NOW)).toMatchObject(after);
  });

  it('is another key from when it has another secret', () => {
    expect(editedProviderKey(key(), { apiKey: SECRET }, NOW).enteredAt).toBe(NOW);
    expect(editedProviderKey(key(), { label: null }, NOW)).toMatchObject({ enteredAt: ENTERED, label: null });
  });

  it.each([{}, { apiKey: '' }, { apiKey: 'with space' }, { label: '' }])('is refused %j', (change) => {
    expect(refusal(() => editedProviderKey(key(), change, NOW)).code).toBe('invalid_request_error');
  });
});

describe('what may be seen of a key', () => {
  it.each([
    ['sk-0123456789abcdef', 'sk-…cdef'],
    ['0123456789abcdef', '…cdef'],
    ['short-secret', '…'],
  ])('of %j is %j', (secret, hint) => {
    expect(providerKeyHint(secret)).toBe(hint);
  });

  it('is its label where it has one', () => {
    expect([nameOfProviderKey(key()), nameOfProviderKey(key({ label: null }))]).toEqual(['first', 'sk-…cdef']);
  });
});
