import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { UsageEvent } from '@code-router/contracts';
import { READ_EVENTS } from './event-forms.js';
import { EventHandling } from './event-handling.js';

const eventsOf = (ids: readonly string[]): readonly UsageEvent[] => ids.map((id) => ({ id }) as UsageEvent);
const numbered = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `event-${index}`);

/** A consumer that fails whenever one of these is among what it gets. */
function consumer(poisonous: ReadonlySet<string>) {
  const seen = new Set<string>();
  let calls = 0;
  const handle = async (events: readonly UsageEvent[]): Promise<void> => {
    calls += 1;
    const poison = events.find(({ id }) => poisonous.has(id));
    if (poison) throw new Error(`cannot take ${poison.id}`);
    for (const { id } of events) seen.add(id);
  };
  return { handling: new EventHandling(handle, READ_EVENTS), seen, calls: () => calls };
}

/** Hands a batch over, and what failed of it again with new ones, until nothing is left or so many times. */
async function deliver(
  handling: EventHandling<UsageEvent>,
  ids: readonly string[],
  timesMax: number,
  withTraffic = true,
) {
  const dead = new Map<string, string>();
  let left = eventsOf(ids);
  let times = 0;
  for (; left.length > 0 && times < timesMax; times += 1) {
    const traffic = withTraffic ? eventsOf([`new-${times}`]) : [];
    const handlings = await handling.run([...left, ...traffic]);
    for (const [event, outcome] of handlings) if (outcome.kind === 'dead') dead.set(event.id, outcome.reason);
    left = left.filter((event) => handlings.get(event)?.kind === 'failed');
  }
  return { dead, left: left.map(({ id }) => id), times };
}

describe('handing events over', () => {
  it('finds the events that cannot be handled, however many of however many, and handles all others', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 2, max: 300 }),
        fc.array(fc.nat(), { maxLength: 8 }),
        async (count, places) => {
          const ids = numbered(count);
          const poisonous = new Set(places.map((place) => ids[place % count] as string));
          const { handling, seen } = consumer(poisonous);
          const { dead, left } = await deliver(handling, ids, 40);
          expect(left).toEqual([]);
          expect([...dead.keys()].toSorted()).toEqual([...poisonous].toSorted());
          expect([...seen].filter((id) => !id.startsWith('new')).toSorted()).toEqual(
            ids.filter((id) => !poisonous.has(id)).toSorted(),
          );
        },
      ),
      { numRuns: 100 },
    );
  });

  it('tells why an event is dead', async () => {
    const { dead } = await deliver(consumer(new Set(['event-3'])).handling, numbered(10), 40);
    expect(dead.get('event-3')).toMatch(/^it failed \d+ times: cannot take event-3$/);
  });

  it('handles the others of a batch as soon as it is split, before the one at fault is given up', async () => {
    const { handling, seen } = consumer(new Set(['event-3']));
    const { left, dead } = await deliver(handling, numbered(100), 3);
    expect(left).toEqual(['event-3']);
    expect(dead.size).toBe(0);
    expect([...seen].filter((id) => !id.startsWith('new'))).toHaveLength(99);
  });

  it('gives up nothing while nothing can be handled, however long, and asks for each event only now and then', async () => {
    const ids = numbered(64);
    const poisonous = new Set(ids);
    const { handling, seen, calls } = consumer(poisonous);
    const { left } = await deliver(handling, ids, 5, false);
    expect(left).toEqual(ids);
    expect(calls()).toBeLessThan(12);
    expect(await deliver(handling, ids, 50, false)).toMatchObject({ left: ids });
    poisonous.clear();
    expect(await deliver(handling, ids, 2, false)).toMatchObject({ left: [], dead: new Map() });
    expect(seen.size).toBe(64);
  });

  it('gives up an event that stands alone only when others are handled meanwhile', async () => {
    const { handling } = consumer(new Set(['event-0']));
    expect(await deliver(handling, ['event-0'], 50, false)).toMatchObject({ left: ['event-0'] });
    expect((await deliver(handling, ['event-0'], 10)).dead.has('event-0')).toBe(true);
  });

  it('takes the word of a consumer for what it refuses', async () => {
    const handling = new EventHandling(
      async (events) =>
        events.filter(({ id }) => id === 'event-1').map((event) => ({ event, reason: 'no such account' })),
      READ_EVENTS,
    );
    const { dead, times } = await deliver(handling, numbered(3), 5);
    expect({ dead, times }).toEqual({ dead: new Map([['event-1', 'no such account']]), times: 1 });
  });

  it.each([null, 'text', 7])('lays aside what is no event at all: %j', async (garbage) => {
    const { handling, seen } = consumer(new Set());
    const [good] = eventsOf(['good']) as [UsageEvent];
    const handlings = await handling.run([garbage as unknown as UsageEvent, good]);
    expect([...handlings.values()]).toEqual([{ kind: 'dead', reason: 'it is no event' }, { kind: 'handled' }]);
    expect([...seen]).toEqual(['good']);
  });

  it('tells events without ids apart', async () => {
    const events = [{ data: 1 }, { data: 2 }] as unknown as readonly UsageEvent[];
    const handling = new EventHandling(async (handed) => {
      if (handed.includes(events[0] as UsageEvent)) throw new Error('not this one');
    }, READ_EVENTS);
    const dead = new Set<UsageEvent>();
    for (let time = 0; time < 20; time += 1) {
      const handlings = await handling.run(events.filter((event) => !dead.has(event)));
      for (const [event, { kind }] of handlings) if (kind === 'dead') dead.add(event);
    }
    expect([...dead]).toEqual([events[0]]);
  });
});
