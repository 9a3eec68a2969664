import { describe, expect, it } from '@jest/globals';
import { DEFAULT_CHANNEL_TIMEOUTS, type Channel } from '../channels/domain/channel.js';
import { ChannelHealth } from './channel-health.js';
import { orderChannels } from './channel-order.js';

const channel = (id: string, priority = 0, weight = 1): Channel => ({
  id,
  name: id,
  provider: 'demo',
  baseUrl: '',
  apiKey: '',
  models: [{ name: 'm', upstreamName: 'm' }],
  groups: null,
  priority,
  weight,
  status: 'active',
  timeouts: DEFAULT_CHANNEL_TIMEOUTS,
  settings: {},
  createdAt: '2026-01-01T00:00:00Z',
});

const none = (): boolean => false;
const ids = (channels: readonly Channel[]): string => channels.map(({ id }) => id).join('');

describe('the order of channels', () => {
  it('tries higher priorities first', () => {
    expect(ids(orderChannels([channel('a', 1), channel('b', 3), channel('c', 2)], none))).toBe('bca');
  });

  it('tries channels that rest last, whatever their priority, and still tries them', () => {
    expect(ids(orderChannels([channel('a', 9), channel('b', 1)], ({ id }) => id === 'a'))).toBe('ba');
  });

  it('draws equals in proportion to their weights', () => {
    const channels = [channel('a', 0, 3), channel('b', 0, 1)];
    // A generator of its own (minimal standard, Park and Miller), so that no run is unlucky.
    let state = 42;
    const draw = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
    const firsts = Array.from({ length: 4_000 }, () => orderChannels(channels, none, draw)[0]?.id);
    const share = firsts.filter((id) => id === 'a').length / firsts.length;
    expect(share).toBeGreaterThan(0.72);
    expect(share).toBeLessThan(0.78);
  });
});

describe('the health of a channel', () => {
  it('lets it rest after three failures in a row, longer each time, and no longer after a success', () => {
    let now = 0;
    const health = new ChannelHealth(() => now);
    health.failed('a');
    health.failed('a');
    expect(health.isResting('a')).toBe(false);
    health.failed('a');
    expect(health.isResting('a')).toBe(true);
    now = 5_000;
    expect(health.isResting('a')).toBe(false);
    health.failed('a');
    now += 9_999;
    expect(health.isResting('a')).toBe(true);
    health.succeeded('a');
    expect(health.isResting('a')).toBe(false);
  });

  it('rests five minutes at most', () => {
    let now = 0;
    const health = new ChannelHealth(() => now);
    for (let failures = 0; failures < 100; failures += 1) health.failed('a');
    now = 300_000;
    expect(health.isResting('a')).toBe(false);
  });
});
