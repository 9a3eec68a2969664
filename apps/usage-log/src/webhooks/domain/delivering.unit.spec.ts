import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { eventOf, usageData } from '../../testing/usage-samples.js';
import { readWebhookSettings } from '../webhook-settings.js';
import { EndpointGate } from './endpoint-gate.js';
import { deliveriesFor, matchableEvent } from './matching.js';
import { RetrySchedule } from './retry-schedule.js';
import type { Subscription } from './webhooks.js';

const NOW = new Date('2026-03-01T12:00:00Z');

describe('the schedule of retries', () => {
  it('lasts a day by default, each wait longer than the one before', () => {
    const { retryDelaysMs } = readWebhookSettings({});
    const hours = retryDelaysMs.reduce((sum, delay) => sum + delay, 0) / 3_600_000;
    expect(hours).toBeGreaterThan(23);
    expect(hours).toBeLessThan(25);
    expect(retryDelaysMs).toEqual(retryDelaysMs.toSorted((a, b) => a - b));
  });

  it('waits after each failure as it says, spread by at most a tenth, and then gives up', () => {
    const schedule = new RetrySchedule([1_000, 60_000]);
    const waits = [1, 2].map((failures) =>
      [0, 0.5, 1].map((spread) => Number(schedule.nextAttemptAt(failures, NOW, spread)) - NOW.getTime()),
    );
    expect(waits).toEqual([
      [1_000, 1_050, 1_100],
      [60_000, 63_000, 66_000],
    ]);
    expect(schedule.nextAttemptAt(3, NOW, 0)).toBeUndefined();
  });

  it.each(['5,', '0', '1.5', '5;60', 'soon', '-1', `${8 * 86_400}`])('refuses "%s" as a setting', (text) => {
    const read = () => readWebhookSettings({ CODE_ROUTER_WEBHOOKS_RETRY_SECONDS: text });
    expect(read).toThrow(/CODE_ROUTER_WEBHOOKS_RETRY_SECONDS cannot be used/);
  });
});

describe('the gate of an endpoint', () => {
  it('lets so many through and no more, and the next one when one has left', () => {
    const gate = new EndpointGate(2);
    const [first] = [gate.enter('a', 0), gate.enter('a', 0)];
    expect(gate.enter('a', 0)).toEqual({ askAgainAt: expect.any(Number) });
    expect(gate.enter('b', 0)).toEqual({ leave: expect.any(Function) });
    if ('leave' in first) first.leave();
    expect(gate.enter('a', 0)).toEqual({ leave: expect.any(Function) });
  });

  it('never has more under way than it says, and always says when to ask again, in order', () => {
    const step = fc.record({ endpoint: fc.constantFrom('a', 'b'), leaves: fc.boolean(), tookMs: fc.nat(20_000) });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.array(step, { maxLength: 200 }), (activeMax, steps) => {
        const gate = new EndpointGate(activeMax);
        const inside: Record<string, (() => void)[]> = { a: [], b: [] };
        const returns: Record<string, number> = {};
        const wrong = steps.filter(({ endpoint, leaves, tookMs }, now) => {
          const active = inside[endpoint] ?? [];
          if (leaves) {
            active.pop()?.();
            gate.note(endpoint, tookMs);
            return false;
          }
          const admission = gate.enter(endpoint, now);
          if ('leave' in admission) return active.push(admission.leave) > activeMax;
          if ('isFull' in admission) return (returns[endpoint] ?? now) < now + 30_000;
          const { askAgainAt } = admission;
          const isInOrder = askAgainAt > (returns[endpoint] ?? 0);
          returns[endpoint] = askAgainAt;
          return !isInOrder || askAgainAt <= now || askAgainAt > now + 60_000 || active.length !== activeMax;
        });
        expect(wrong).toEqual([]);
      }),
    );
  });

  it('puts a backlog off at the pace at which the endpoint takes it', () => {
    const gate = new EndpointGate(4);
    const admissions = Array.from({ length: 104 }, () => gate.enter('a', 0));
    const returns = admissions.flatMap((admission) => ('askAgainAt' in admission ? [admission.askAgainAt] : []));
    expect(returns).toHaveLength(100);
    // 200 ms each, four at a time: a hundred take five seconds.
    expect(Math.max(...returns)).toBeCloseTo(5_100, -2);
    expect(new Set(returns).size).toBe(100);
  });
});

describe('the gate of a slow endpoint', () => {
  it('has so many come back as it takes within a minute, and the next ones when those are done', () => {
    const gate = new EndpointGate(4);
    // A hundred of 200 ms each, four at a time, make five seconds: a minute has room for 1,200 or so.
    const enter = (count: number, now: number) => Array.from({ length: count }, () => gate.enter('a', now));
    const isFull = (admission: object) => 'isFull' in admission;
    const returning = enter(5_000, 0).filter((admission) => 'askAgainAt' in admission);
    expect(returning.length).toBeGreaterThan(1_100);
    expect(returning.length).toBeLessThanOrEqual(1_200);
    expect(enter(1, 0).every(isFull)).toBe(true);
    // After ten seconds two hundred of them are done, and as many have room.
    const later = enter(1_000, 10_000).filter((admission) => !isFull(admission));
    expect(later.length).toBeGreaterThanOrEqual(199);
    expect(later.length).toBeLessThanOrEqual(201);
  });
});

describe('an event and the webhooks', () => {
  const subscription = (changes: Partial<Subscription> = {}): Subscription => ({
    id: 'one',
    accountId: null,
    events: ['settled', 'released', 'orphaned'],
    activeSince: NOW,
    ...changes,
  });
  const event = eventOf(usageData({ accountId: 'account-1', completedAt: '2026-03-01T12:00:00.000Z' }));
  const receivers = (...subscriptions: readonly Subscription[]) => {
    const matchable = matchableEvent(event);
    return deliveriesFor(matchable ? [matchable] : [], subscriptions).map(({ webhookId }) => webhookId);
  };

  it.each<[string, Partial<Subscription>, boolean]>([
    ['every account', {}, true],
    ['its account', { accountId: 'account-1' }, true],
    ['another account', { accountId: 'account-2' }, false],
    ['its outcome', { events: ['settled'] }, true],
    ['other outcomes', { events: ['released', 'orphaned'] }, false],
    ['what happened before', { activeSince: new Date(NOW.getTime() - 1) }, true],
    ['what happens later', { activeSince: new Date(NOW.getTime() + 1) }, false],
  ])('of a webhook for %s', (_case, changes, expected) => {
    expect(receivers(subscription(changes))).toEqual(expected ? ['one'] : []);
  });

  it('goes to each that it concerns, as it was published', () => {
    expect(receivers(subscription(), subscription({ id: 'two' }))).toEqual(['one', 'two']);
    expect(JSON.parse(matchableEvent(event)?.event.body ?? '')).toEqual(event);
  });

  it.each([undefined, null, 1, 'text', {}, { id: 'x' }, { ...event, time: 'never' }, { ...event, id: '' }])(
    'is sent to nobody when it is none: %j',
    (published) => {
      expect(matchableEvent(published)).toBeUndefined();
    },
  );
});
