import { describe, expect, it } from '@jest/globals';
import { Itinerary } from './itinerary.js';
import { chooseKey, hasUsableKey, keysRestUntil } from './key-choice.js';
import { isFaultOfKey, KeyHealth } from './key-health.js';
import { channelSample, keySample } from './testing/channel-samples.js';

const REFUSED_MS = 10_000;
const DISABLED = { status: 'disabled', disabledAt: '2026-01-01T00:00:00Z' } as const;

const answered = (httpStatus?: number, retryAfterMs?: number) => ({
  code: 'upstream_error',
  ...(httpStatus === undefined ? {} : { httpStatus }),
  ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
});

function setUp() {
  const clock = { now: 1_000_000 };
  return { clock, health: new KeyHealth(REFUSED_MS, () => clock.now) };
}

describe('the rest of a key', () => {
  it.each([
    ['after 429 is as long as the provider asks', [[429, 30_000]], 30_000],
    ['after 429 is a second at least', [[429, 5]], 1_000],
    ['after 429 is a second when the provider does not say', [[429]], 1_000],
    ['after 429 is ten minutes at most', [[429, 86_400_000]], 600_000],
    ['after 401 is as set', [[401]], REFUSED_MS],
    ['after 402 is as set', [[402]], REFUSED_MS],
    ['after 403 is as set', [[403]], REFUSED_MS],
    ['after 401 and a 429 that was under way is the longer one', [[401], [429, 1]], REFUSED_MS],
    ['is not prolonged by answers that were under way', [[401], [401], [401]], REFUSED_MS],
    ['is none after 500', [[500]], 0],
    ['is none after 404', [[404]], 0],
    ['is none after no answer', [[undefined]], 0],
  ] as const)('%s', (_, answers, restMs) => {
    const { clock, health } = setUp();
    for (const [status, retryAfterMs] of answers) health.failed('k', answered(status, retryAfterMs));
    expect(Math.max(0, health.restsUntil('k') - clock.now)).toBe(restMs);
    expect(health.isResting('k')).toBe(restMs > 0);
    clock.now += restMs;
    expect(health.isResting('k')).toBe(false);
  });

  it.each([
    [429, [1_000, 2_000, 4_000, 8_000]],
    [401, [10_000, 20_000, 40_000, 80_000]],
  ])('grows each time that it did not help, and begins anew after a success: %d', (status, rests) => {
    const { clock, health } = setUp();
    const rest = () => {
      health.failed('k', answered(status));
      const until = health.restsUntil('k');
      const restMs = until - clock.now;
      clock.now = until;
      return restMs;
    };
    expect(rests.map(rest)).toEqual(rests);
    for (let count = 0; count < 60; count += 1) rest();
    expect(rest()).toBe(status === 429 ? 600_000 : 3_600_000);
    health.succeeded('k', 0);
    expect(rest()).toBe(rests[0]);
  });

  it('ends with a success of a request that was sent after the fault, and not of one that was under way', () => {
    const { clock, health } = setUp();
    health.failed('k', answered(429, 60_000));
    clock.now += 5_000;
    health.succeeded('k', 5_001);
    expect(health.isResting('k')).toBe(true);
    health.succeeded('k', 4_000);
    expect(health.isResting('k')).toBe(false);
  });
});

describe('a key that is of no use any more', () => {
  const verdicts = (status: number, times: number) => {
    const { clock, health } = setUp();
    return Array.from({ length: times }, () => {
      const verdict = health.failed('k', answered(status));
      clock.now = Math.max(clock.now, health.restsUntil('k'));
      return verdict;
    });
  };

  it('was refused with 401 three times, each after its rest', () => {
    expect(verdicts(401, 4)).toEqual([false, false, true, true]);
  });

  it.each([402, 403, 429, 500])(
    'is none that is answered with %d, which may be about the request or pass',
    (status) => {
      expect(verdicts(status, 9)).toEqual(Array(9).fill(false));
    },
  );

  it('is none that was refused by many answers at once', () => {
    const { health } = setUp();
    expect(Array.from({ length: 20 }, () => health.failed('k', answered(401)))).toEqual(Array(20).fill(false));
  });
});

describe('what is told of a key', () => {
  it('is how it did lately, and what went wrong last', () => {
    const { clock, health } = setUp();
    expect(health.reportOf('k')).toMatchObject({ state: 'healthy', lastUsedAt: null, requests: 0, failures: 0 });
    health.succeeded('k', 10);
    clock.now += 1_000;
    health.failed('k', answered(500));
    expect(health.reportOf('k')).toMatchObject({ state: 'failing', lastErrorStatus: 500, refusedAt: null });
    clock.now += 1_000;
    health.failed('k', answered(401));
    expect(health.reportOf('k')).toEqual({
      state: 'resting',
      restsUntil: 1_002_000 + REFUSED_MS,
      consecutiveFailures: 2,
      lastUsedAt: 1_002_000,
      lastSuccessAt: 1_000_000,
      lastErrorAt: 1_002_000,
      lastErrorCode: 'upstream_error',
      lastErrorStatus: 401,
      refusedAt: 1_002_000,
      requests: 3,
      failures: 2,
    });
    health.failed('k', { code: 'upstream_timeout' });
    expect(health.reportOf('k')).toMatchObject({ lastErrorCode: 'upstream_timeout', lastErrorStatus: null });
    clock.now += REFUSED_MS;
    health.succeeded('k', 10);
    expect(health.reportOf('k')).toMatchObject({ state: 'healthy', consecutiveFailures: 0, refusedAt: null });
    health.forget('k');
    expect(health.reportOf('k')).toMatchObject({ requests: 0, lastErrorCode: null });
  });
});

describe('the key that a request is sent with', () => {
  const keys = ['a', 'b', 'c'].map((id) => keySample(id));
  const channel = channelSample('x', { keys });
  const choose = (health: KeyHealth, tried: readonly string[] = []) =>
    chooseKey(
      channel,
      health,
      keys.filter(({ id }) => tried.includes(id)),
    )?.id;

  it('is each in turn', () => {
    const { health } = setUp();
    expect(Array.from({ length: 7 }, () => choose(health)).join('')).toBe('abcabca');
  });

  it('is none that rests, or that is disabled, and the others in turn', () => {
    const { clock, health } = setUp();
    health.failed('b', answered(429, 60_000));
    expect(Array.from({ length: 4 }, () => choose(health)).join('')).toBe('acac');
    clock.now += 60_000;
    expect(choose(health)).toBe('b');
    const two = channelSample('y', { keys: [keySample('d', DISABLED), keySample('e')] });
    expect([1, 2].map(() => chooseKey(two, health, [])?.id)).toEqual(['e', 'e']);
  });

  it('is the first that will be well when all rest, and no second one then', () => {
    const { health } = setUp();
    for (const [id, ms] of [
      ['a', 60_000],
      ['b', 30_000],
      ['c', 90_000],
    ] as const)
      health.failed(id, answered(429, ms));
    expect(choose(health)).toBe('b');
    expect(choose(health, ['b'])).toBeUndefined();
  });

  it('is none that was tried', () => {
    const { health } = setUp();
    expect(choose(health, ['a', 'c'])).toBe('b');
    expect(choose(health, ['a', 'b', 'c'])).toBeUndefined();
  });

  it('is the only one, whether it rests or not; and none where none is needed', () => {
    const { health } = setUp();
    health.failed('a', answered(429, 60_000));
    const [only] = keys;
    expect(chooseKey(channelSample('x', { keys: [keySample('a')] }), health, [])?.id).toBe('a');
    expect(chooseKey(channelSample('x', { keys: [only!] }), health, [only!])).toBeUndefined();
    expect(chooseKey(channelSample('x'), health, [])).toBeNull();
    expect(chooseKey(channelSample('x', { keys: [keySample('a', DISABLED)] }), health, [])).toBeUndefined();
  });
});

describe('the keys of a channel', () => {
  it('are of use while one is enabled, or none is needed', () => {
    const uses = [[], [keySample('a')], [keySample('a', DISABLED)], [keySample('a', DISABLED), keySample('b')]];
    expect(uses.map((keys) => hasUsableKey({ keys }))).toEqual([true, true, false, true]);
  });

  it('all rest until the first of those that are enabled is well', () => {
    const { clock, health } = setUp();
    const keys = [keySample('a'), keySample('b'), keySample('c', DISABLED)];
    health.failed('a', answered(429, 60_000));
    expect(keysRestUntil({ keys }, health)).toBe(0);
    health.failed('b', answered(429, 30_000));
    expect(keysRestUntil({ keys }, health)).toBe(clock.now + 30_000);
    expect(keysRestUntil({ keys: [] }, health)).toBe(0);
  });
});

describe('where a request is sent', () => {
  const several = (id: string, count: number) =>
    channelSample(id, { keys: Array.from({ length: count }, (_, index) => keySample(`${id}${index + 1}`)) });
  const walk = (channels: ReturnType<typeof several>[], statuses: readonly (number | undefined)[]) => {
    const { health } = setUp();
    const itinerary = new Itinerary(channels, health);
    const walked: string[] = [];
    let route = itinerary.next(false);
    for (const status of statuses) {
      if (!route) break;
      walked.push(route.key?.id ?? route.channel.id);
      if (route.key) health.failed(route.key.id, answered(status));
      route = itinerary.next(isFaultOfKey(status));
    }
    return [...walked, route ? '…' : 'end'].join(' ');
  };

  it.each([
    ['another key of the channel when one is limited', [several('a', 2), several('b', 1)], [429], 'a1 …'],
    ['another key first, then another channel', [several('a', 2), several('b', 1)], [429, 401, 500], 'a1 a2 b1 end'],
    ['another channel when it is not the key', [several('a', 3), several('b', 1)], [500, 500], 'a1 b1 end'],
    ['another channel when no answer comes', [several('a', 3), several('b', 1)], [undefined, 500], 'a1 b1 end'],
    [
      'three keys at most while there is another channel',
      [several('a', 9), several('b', 1)],
      [403, 403, 403, 403],
      'a1 a2 a3 b1 end',
    ],
    ['four keys at most', [several('a', 9)], [401, 401, 401, 401], 'a1 a2 a3 a4 end'],
    [
      'four channels at most',
      ['a', 'b', 'c', 'd', 'e'].map((id) => several(id, 1)),
      [500, 500, 500, 500],
      'a1 b1 c1 d1 end',
    ],
    ['nowhere else when its only key is limited', [several('a', 1)], [429], 'a1 end'],
    ['on from a channel without a key that limits', [several('a', 0), several('b', 1)], [429, 429], 'a b1 end'],
  ])('is %s', (_, channels, statuses, walked) => {
    expect(walk(channels, statuses)).toBe(walked);
  });
});
