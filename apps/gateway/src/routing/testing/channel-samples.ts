import { DEFAULT_CHANNEL_TIMEOUTS, type Channel } from '../../channels/domain/channel.js';
import type { ProviderKey } from '../../channels/domain/provider-key.js';

export function channelSample(id: string, changes: Partial<Channel> = {}): Channel {
  return {
    id,
    name: id,
    provider: 'demo',
    baseUrl: '',
    keys: [],
    models: [{ name: 'm', upstreamName: 'm' }],
    groups: null,
    priority: 0,
    weight: 1,
    status: 'active',
    timeouts: DEFAULT_CHANNEL_TIMEOUTS,
    settings: {},
    costMultiplierMillionths: null,
    createdAt: '2026-01-01T00:00:00Z',
    ...changes,
  };
}

export function keySample(id: string, changes: Partial<ProviderKey> = {}): ProviderKey {
  return {
    id,
    label: null,
    hint: '…',
    secret: `secret-of-${id}`,
    status: 'active',
    disabledFor: null,
    disabledAt: null,
    enteredAt: '2026-01-01T00:00:00Z',
    ...changes,
  };
}
