import { describe, expect, it } from '@jest/globals';
import type { Channel } from '../channels/domain/channel.js';
import { ChannelHealth } from './channel-health.js';
import { orderChannels } from './channel-order.js';
import { channelSample } from './testing/channel-samples.js';

const channel = (id: string, priority = 0, weight = 1): Channel => channelSample(id, { priority, weight });

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

  it('is told with what went wrong last, and since when the key is refused', () => {
    let now = 1_000;
    const health = new ChannelHealth(() => now);
    expect(health.reportOf('a')).toEqual({
      state: 'healthy',
      consecutiveFailures: 0,
      restsUntil: null,
      lastErrorCode: null,
      lastErrorAt: null,
      lastSuccessAt: null,
      keyRefusedAt: null,
      requests: 0,
      failures: 0,
      latencyMsP50: null,
      latencyMsP95: null,
    });
    health.succeeded('a', 120);
    now = 2_000;
    health.failed('a', { code: 'upstream_error', httpStatus: 401 });
    now = 3_000;
    health.failed('a', { code: 'upstream_timeout' });
    health.failed('a', { code: 'upstream_error', httpStatus: 401 });
    expect(health.reportOf('a')).toEqual({
      state: 'resting',
      consecutiveFailures: 3,
      restsUntil: 8_000,
      lastErrorCode: 'upstream_error',
      lastErrorAt: 3_000,
      lastSuccessAt: 1_000,
      keyRefusedAt: 2_000,
      requests: 4,
      failures: 3,
      latencyMsP50: 120,
      latencyMsP95: 120,
    });
    now = 8_000;
    expect(health.reportOf('a')).toMatchObject({ state: 'failing', restsUntil: null });
    health.succeeded('a', 80);
    expect(health.reportOf('a')).toMatchObject({ state: 'healthy', consecutiveFailures: 0, keyRefusedAt: null });
    health.forget('a');
    expect(health.reportOf('a')).toMatchObject({ requests: 0, lastErrorCode: null });
  });

  it('needs no rest for what one key of several did, and none any more when it gets another key', () => {
    const health = new ChannelHealth(() => 1_000);
    const refused = { code: 'upstream_error', httpStatus: 401 };
    for (let failures = 0; failures < 9; failures += 1) health.failed('a', refused, { isOfOneKey: true });
    expect(health.reportOf('a')).toMatchObject({
      state: 'healthy',
      keyRefusedAt: null,
      failures: 9,
      lastErrorAt: 1_000,
    });
    for (let failures = 0; failures < 3; failures += 1) health.failed('a', refused);
    expect(health.reportOf('a')).toMatchObject({ state: 'resting', keyRefusedAt: 1_000 });
    health.wake('a');
    expect(health.reportOf('a')).toMatchObject({ state: 'healthy', keyRefusedAt: null, failures: 12 });
  });

  it('counts the last 15 minutes, and forgets what was before', () => {
    let now = 0;
    const health = new ChannelHealth(() => now);
    for (let latencyMs = 1; latencyMs <= 100; latencyMs += 1) health.succeeded('a', latencyMs);
    expect(health.reportOf('a')).toMatchObject({ requests: 100, latencyMsP50: 50, latencyMsP95: 95 });
    now = 14 * 60_000;
    health.failed('a', { code: 'upstream_error' });
    expect(health.reportOf('a')).toMatchObject({ requests: 101, failures: 1 });
    now = 15 * 60_000;
    expect(health.reportOf('a')).toMatchObject({ requests: 1, failures: 1, latencyMsP50: null });
    now = 60 * 60_000;
    for (let minute = 0; minute < 100; minute += 1, now += 60_000) health.succeeded('a', 1);
    expect(health.reportOf('a').requests).toBeLessThanOrEqual(15);
  });

  it('remembers a busy minute in little room, with percentiles that are near', () => {
    const health = new ChannelHealth(() => 0);
    for (let call = 0; call < 50_000; call += 1) health.succeeded('a', call % 1_000);
    const { requests, latencyMsP50 } = health.reportOf('a');
    expect(requests).toBe(50_000);
    expect(Math.abs((latencyMsP50 ?? 0) - 500)).toBeLessThan(250);
  });
});
