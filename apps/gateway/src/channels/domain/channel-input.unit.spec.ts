import { describe, expect, it } from '@jest/globals';
import { DomainError } from '@code-router/contracts';
import { editedChannelProfile, newChannelProfile, type CreateChannelInput } from './channel-input.js';
import { DEFAULT_CHANNEL_TIMEOUTS, type ChannelSummary } from './channel.js';
import type { ProviderKeySummary } from './provider-key.js';

const IDENTITY = { id: '00000000-0000-4000-8000-000000000001', createdAt: '2026-01-01T00:00:00.000Z' };
const INPUT: CreateChannelInput = {
  name: 'main',
  provider: 'openai-compatible',
  baseUrl: 'https://api.example.com/v1',
  apiKey: 'sk-0123456789abcdef',
  models: [{ name: 'gpt-4o' }],
};

const created = (changes: Partial<CreateChannelInput> = {}) => newChannelProfile({ ...INPUT, ...changes }, IDENTITY);
const key = (id: string): ProviderKeySummary => ({
  id,
  label: null,
  hint: 'sk-…cdef',
  status: 'active',
  disabledFor: null,
  disabledAt: null,
  enteredAt: IDENTITY.createdAt,
});
const summary = (changes: Partial<ChannelSummary> = {}): ChannelSummary => ({
  ...created(),
  apiKeyHint: 'sk-…cdef',
  keys: [key('1')],
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

describe('a new channel', () => {
  it('has defaults for all that is not said', () => {
    expect(created()).toEqual({
      ...IDENTITY,
      costMultiplierMillionths: null,
      name: 'main',
      provider: 'openai-compatible',
      baseUrl: 'https://api.example.com/v1',
      models: [{ name: 'gpt-4o', upstreamName: 'gpt-4o' }],
      groups: null,
      priority: 0,
      weight: 1,
      status: 'active',
      timeouts: DEFAULT_CHANNEL_TIMEOUTS,
      settings: {},
    });
  });

  it('keeps the default of a timeout that is not said, or said to be undefined', () => {
    const timeouts = { idleMs: 5_000, connectMs: undefined } as { idleMs: number };
    expect(created({ timeouts }).timeouts).toEqual({ ...DEFAULT_CHANNEL_TIMEOUTS, idleMs: 5_000 });
  });

  it.each([
    ['https://api.example.com/v1/', 'https://api.example.com/v1'],
    ['https://api.example.com', 'https://api.example.com'],
    ['http://127.0.0.1:11434/v1//', 'http://127.0.0.1:11434/v1'],
  ])('keeps the base URL %s as %s', (baseUrl, kept) => {
    expect(created({ baseUrl }).baseUrl).toBe(kept);
  });

  it.each<[string, Partial<CreateChannelInput>]>([
    ['name', { name: '' }],
    ['name', { name: ' main' }],
    ['name', { name: 'two\nlines' }],
    ['baseUrl', { baseUrl: undefined }],
    ['baseUrl', { baseUrl: 'api.example.com' }],
    ['baseUrl', { baseUrl: 'ftp://api.example.com' }],
    ['baseUrl', { baseUrl: 'file:///etc/passwd' }],
    ['baseUrl', { baseUrl: 'https://user:secret@api.example.com' }],
    ['baseUrl', { baseUrl: 'https://api.example.com/v1?key=1' }],
    ['baseUrl', { baseUrl: 'https://api.example.com/v1?' }],
    ['baseUrl', { baseUrl: 'https://api.example.com/v1#x' }],
    ['baseUrl', { provider: 'demo', apiKey: undefined }],
    ['apiKey', { provider: 'demo', baseUrl: undefined }],
    ['apiKey', { apiKey: 'sk-1\r\nx-injected: 1' }],
    ['apiKey', { apiKey: ' sk-1' }],
    ['models', { models: [] }],
    ['models', { models: [{ name: 'a' }, { name: 'b' }, { name: 'a' }] }],
    ['models.1.name', { models: [{ name: 'a' }, { name: '', upstreamName: 'b' }] }],
    ['models.0.upstreamName', { models: [{ name: 'a', upstreamName: '' }] }],
    ['groups', { groups: [] }],
    ['groups', { groups: ['vip', 'vip'] }],
    ['priority', { priority: 1.5 }],
    ['weight', { weight: 0 }],
    ['timeouts.idleMs', { timeouts: { idleMs: 0 } }],
    ['settings.chunkDelayMs', { settings: { chunkDelayMs: Number.NaN } }],
  ])('is refused for its %s: %j', (field, changes) => {
    expect(refusal(() => created(changes))).toMatchObject({
      code: 'invalid_request_error',
      details: { param: field, fields: field },
    });
  });

  it('is refused with every field that is wrong', () => {
    const { details } = refusal(() => created({ name: '', weight: 0, models: [] }));
    expect(details).toEqual({ param: 'name', fields: 'name,models,weight' });
  });

  it('never has its key in the refusal', () => {
    expect(refusal(() => created({ apiKey: 'sk-secret with a space' })).message).not.toContain('secret');
  });
});

describe('an edited channel', () => {
  it('keeps what is not said', () => {
    const {
      apiKeyHint: _hint,
      keys: _keys,
      ...profile
    } = summary({
      groups: ['vip'],
      timeouts: { ...DEFAULT_CHANNEL_TIMEOUTS, idleMs: 500 },
    });
    expect(editedChannelProfile(summary(profile), { priority: 7, timeouts: { connectMs: 900 } })).toEqual({
      ...profile,
      priority: 7,
      timeouts: { ...profile.timeouts, connectMs: 900 },
    });
  });

  it('serves all groups again when they are set to null', () => {
    expect(editedChannelProfile(summary({ groups: ['vip'] }), { groups: null }).groups).toBeNull();
  });

  it('is refused when nothing changes, since most likely a field is misspelt', () => {
    expect(refusal(() => editedChannelProfile(summary(), {})).code).toBe('invalid_request_error');
  });

  it.each(['https://other.example.com/v1', 'http://api.example.com/v1', 'https://api.example.com:8443/v1'])(
    'does not take its key to another server: %s',
    (baseUrl) => {
      expect(refusal(() => editedChannelProfile(summary(), { baseUrl })).details).toMatchObject({ param: 'apiKey' });
      expect(editedChannelProfile(summary(), { baseUrl, apiKey: 'sk-new' }).baseUrl).toBe(baseUrl);
      expect(editedChannelProfile(summary({ apiKeyHint: null, keys: [] }), { baseUrl }).baseUrl).toBe(baseUrl);
    },
  );

  it.each([{ apiKey: 'sk-new' }, { apiKey: '' }, { baseUrl: 'https://other.example.com' }])(
    'of several keys loses none of them by %j',
    (change) => {
      const several = summary({ keys: [key('1'), key('2')] });
      expect(refusal(() => editedChannelProfile(several, change)).details).toMatchObject({ param: 'apiKey' });
      expect(editedChannelProfile(several, { weight: 2 }).weight).toBe(2);
    },
  );

  it('may move to another path of the same server', () => {
    const baseUrl = 'https://api.example.com/v2';
    expect(editedChannelProfile(summary(), { baseUrl }).baseUrl).toBe(baseUrl);
  });
});
