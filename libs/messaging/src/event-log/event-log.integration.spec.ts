import { rm } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { jetstreamManager } from '@nats-io/jetstream';
import { Client } from 'pg';
import { USAGE_DEAD_STREAM, USAGE_STREAM, usageEvent, type UsageEvent } from '@code-router/contracts';
import { createTestDatabase, startNatsServer, temporaryDirectory, waitFor } from '@code-router/testing';
import { openTransport, type Transport } from '../messaging.module.js';
import { connectToNats } from '../nats/nats-connection.js';
import { PostgresEventLog, type PostgresLogSettings } from './postgres-event-log.js';
import type { HistoryStart, StoredEvent } from './usage-event-history.js';
import type { EventSubscription, HandleEvents } from './usage-event-log.js';

/** What fails comes again soon. */
const SETTINGS = { CODE_ROUTER_STREAM_RETRY_MS_MAX: '20' };

/** In so long every machine publishes a few events. */
const GATHER_MS_ENOUGH = 8_000;

function event(id: string): UsageEvent {
  return usageEvent(
    {
      outcome: 'settled',
      reservationId: id,
      requestId: `req_${id}`,
      accountId: 'account',
      keyId: 'key',
      keyName: 'a key',
      endpoint: '/v1/chat/completions',
      stream: false,
      modelAsked: 'm',
      attempts: 1,
      tokens: { input: 1 },
      reasoningTokens: 0,
      estimated: false,
      priceVersionId: '1',
      terms: { rates: { input: '1' }, perCallNanos: '0', tiers: [] },
      multiplierMillionths: '1000000',
      multiplierSource: 'default',
      amountNanos: '9007199254740993',
      httpStatus: 200,
      clientDisconnected: false,
      startedAt: '2026-01-01T00:00:00.000Z',
      completedAt: '2026-01-01T00:00:01.000Z',
      latencyMs: 1_000,
    },
    '/test',
  );
}

/** Ends every other connection to the database, as a restart of PostgreSQL does. */
function endConnections(url: string): Promise<void> {
  return run(
    url,
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid()`,
  );
}

async function run(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** Leaves nothing of a log: the next test begins with an empty one. */
async function clear(form: Form, { databaseUrl, natsUrl }: Servers): Promise<void> {
  if (form === 'PostgreSQL') return run(databaseUrl, 'DROP SCHEMA messaging CASCADE');
  const connection = await connectToNats(natsUrl ?? '', 'test');
  const { streams } = await jetstreamManager(connection);
  for (const name of [USAGE_STREAM, USAGE_DEAD_STREAM]) await streams.delete(name).catch(() => undefined);
  await connection.close();
}

const FORMS = ['PostgreSQL', 'JetStream'] as const;
type Form = (typeof FORMS)[number];

interface Servers {
  readonly databaseUrl: string;
  readonly natsUrl: string | undefined;
}

describe.each(FORMS)('the usage event log in %s', (form) => {
  const stack = new AsyncDisposableStack();
  let servers: Servers;
  let transport: Transport;
  const subscriptions: EventSubscription[] = [];

  beforeAll(async () => {
    if (form === 'PostgreSQL') {
      const database = await createTestDatabase();
      stack.defer(() => database.drop());
      servers = { databaseUrl: database.url, natsUrl: undefined };
    } else {
      const directory = await temporaryDirectory('event-log');
      stack.defer(() => rm(directory, { recursive: true, force: true }));
      const nats = await startNatsServer({ directory });
      stack.defer(() => nats.stop());
      servers = { databaseUrl: '', natsUrl: nats.url };
    }
  });

  afterAll(() => stack.disposeAsync());

  beforeEach(async () => {
    transport = await open('test');
  });

  afterEach(async () => {
    await Promise.all(subscriptions.splice(0).map((subscription) => subscription.stop()));
    await transport.close();
    await clear(form, servers);
  });

  const open = (name: string, settings: NodeJS.ProcessEnv = {}) =>
    openTransport(servers, name, { ...SETTINGS, ...settings });

  const consume = async (consumer: string, handle: HandleEvents, gatherMs?: number) => {
    const options = { consumer, batchMax: 50, ...(gatherMs === undefined ? {} : { gatherMs }) };
    const subscription = await transport.eventLog.consume(options, handle);
    subscriptions.push(subscription);
    return subscription;
  };

  const publishAll = (ids: readonly string[]) => Promise.all(ids.map((id) => transport.eventLog.publish(event(id))));

  const numbered = (count: number): string[] => Array.from({ length: count }, (_, index) => `event-${index}`);

  it('hands every event to every consumer, in order, as it was published', async () => {
    const ids = numbered(300);
    const seen: Record<string, UsageEvent[]> = { a: [], b: [] };
    for (const consumer of ['a', 'b']) await consume(consumer, async (events) => void seen[consumer]?.push(...events));
    await publishAll(ids);
    for (const events of Object.values(seen)) {
      await waitFor(() => events.length >= ids.length, { what: 'all events' });
      expect(events.map(({ id }) => id)).toEqual(ids);
      expect(events[0]).toEqual(event('event-0'));
    }
  });

  it('keeps an event that is published twice once', async () => {
    const seen: string[] = [];
    await publishAll(['twice', 'twice', 'once']);
    await publishAll(['twice', 'last']);
    await consume('a', async (events) => void seen.push(...events.map(({ id }) => id)));
    await waitFor(() => seen.includes('last'), { what: 'the last event' });
    expect(seen).toEqual(['twice', 'once', 'last']);
  });

  it('hands a batch over again until it is handled, and loses none of it', async () => {
    const ids = numbered(20);
    const handled = new Set<string>();
    let failures = 0;
    await consume('a', async (events) => {
      if (failures < 2) {
        failures += 1;
        throw new Error('not now');
      }
      for (const { id } of events) handled.add(id);
    });
    await publishAll(ids);
    await waitFor(() => handled.size === ids.length, { what: 'all events after failures' });
    expect(failures).toBe(2);
  });

  it('goes on where it was with other settings', async () => {
    const seen: string[] = [];
    const handle: HandleEvents = async (events) => void seen.push(...events.map(({ id }) => id));
    const first = await consume('a', handle);
    await publishAll(['before']);
    await waitFor(() => seen.length === 1, { what: 'the first event' });
    await first.stop();
    subscriptions.push(await transport.eventLog.consume({ consumer: 'a', batchMax: 70 }, handle));
    await publishAll(['after']);
    await waitFor(() => seen.length === 2, { what: 'the second event' });
    expect(seen).toEqual(['before', 'after']);
  });

  it('goes on after a stop where it was, with what was published meanwhile', async () => {
    const seen: string[] = [];
    const handle = async (events: readonly UsageEvent[]) => void seen.push(...events.map(({ id }) => id));
    const first = await consume('a', handle);
    await publishAll(['before']);
    await waitFor(() => seen.length === 1, { what: 'the first event' });
    await first.stop();
    await publishAll(['while away']);
    await consume('a', handle);
    await waitFor(() => seen.length >= 2, { what: 'the second event' });
    expect(seen).toEqual(['before', 'while away']);
  });

  it('gathers what follows soon after a batch, and hands it over together', async () => {
    // Whether eight events are published in time is a matter of the machine: a slow one is given more.
    for (let gatherMs = 300; ; gatherMs *= 3) {
      const batches: string[][] = [];
      const subscription = await consume(
        'a',
        async (events) => void batches.push(events.map(({ id }) => id)),
        gatherMs,
      );
      await publishAll([`first of ${gatherMs}`]);
      await waitFor(() => batches.length === 1, { what: 'the first event' });
      // One after the other.
      const ids = Array.from({ length: 8 }, (_, index) => `${index} of ${gatherMs}`);
      for (const id of ids) await publishAll([id]);
      await waitFor(() => batches.flat().length === 9, { what: 'the events after it', timeoutMs: 30_000 });
      await subscription.stop();
      if (batches.length > 2 && gatherMs < GATHER_MS_ENOUGH) continue;
      expect(batches).toEqual([[`first of ${gatherMs}`], ids]);
      return;
    }
  });

  it('outlives a connection that ends while events are handled, and hands them over again', async () => {
    const seen: string[] = [];
    await consume('a', async (events) => {
      seen.push(...events.map(({ id }) => id));
      if (seen.length === 1 && form === 'PostgreSQL') await endConnections(servers.databaseUrl);
    });
    await publishAll(['first']);
    await waitFor(() => seen.length >= (form === 'PostgreSQL' ? 2 : 1), { what: 'the event, again where it was lost' });
    expect(new Set(seen)).toEqual(new Set(['first']));
    await publishAll(['second']);
    await waitFor(() => seen.includes('second'), { what: 'what comes after it' });
  });

  it('works a backlog off without waiting for more', async () => {
    const seen: string[] = [];
    await publishAll(numbered(300));
    await consume('a', async (events) => void seen.push(...events.map(({ id }) => id)), 600_000);
    await waitFor(() => seen.length >= 250, { what: 'all but the last batch' });
    expect(seen.slice(0, 250)).toEqual(numbered(250));
  });

  it('stops at once while it gathers, and loses nothing that was gathered', async () => {
    // An event that was still on its way to the subscription comes again after the acknowledgement deadline.
    const hasty = await open('hasty', { CODE_ROUTER_STREAM_ACK_SECONDS: '1' });
    const seen: string[] = [];
    const handle = async (events: readonly UsageEvent[]) => void seen.push(...events.map(({ id }) => id));
    const begin = async (gatherMs?: number) => {
      const options = { consumer: 'a', batchMax: 50, ...(gatherMs === undefined ? {} : { gatherMs }) };
      return hasty.eventLog.consume(options, handle);
    };
    const gathering = await begin(600_000);
    await publishAll(['first']);
    await waitFor(() => seen.length === 1, { what: 'the first event' });
    await publishAll(['gathered']);
    await gathering.stop();
    const next = await begin();
    await waitFor(() => seen.includes('gathered'), { what: 'the event that was gathered', timeoutMs: 30_000 });
    expect(new Set(seen)).toEqual(new Set(['first', 'gathered']));
    await next.stop();
    await hasty.close();
  });

  it('lets two processes of one consumer share the events', async () => {
    const other = await open('other');
    const seen: string[] = [];
    const handle = async (events: readonly UsageEvent[]) => void seen.push(...events.map(({ id }) => id));
    await consume('a', handle);
    subscriptions.push(await other.eventLog.consume({ consumer: 'a', batchMax: 50 }, handle));
    const ids = numbered(200);
    await publishAll(ids);
    await waitFor(() => seen.length >= ids.length, { what: 'all events' });
    expect(seen.toSorted()).toEqual(ids.toSorted());
    await Promise.all(subscriptions.splice(0).map((subscription) => subscription.stop()));
    await other.close();
  });

  it('lets a new consumer begin at a time, one that was stopped where it was, and one that was forgotten anew', async () => {
    const seen: string[] = [];
    const handle = async (events: readonly UsageEvent[]) => void seen.push(...events.map(({ id }) => id));
    const start = async (since: Date) => {
      const subscription = await transport.eventLog.consume({ consumer: 'a', batchMax: 50, since }, handle);
      subscriptions.push(subscription);
      return subscription;
    };
    await publishAll(['old']);
    const since = await soonAfter(await lastPublishedAt());
    await publishAll(['new']);
    const first = await start(since);
    await waitFor(() => seen.length === 1, { what: 'the new event' });
    await first.stop();

    const again = await start(new Date(0));
    await publishAll(['newer']);
    await waitFor(() => seen.length === 2, { what: 'the newer event' });
    await again.stop();
    expect(seen).toEqual(['new', 'newer']);

    await transport.eventLog.forget('a');
    await transport.eventLog.forget('never-heard-of');
    await start(since);
    await waitFor(() => seen.length === 4, { what: 'both events once more' });
    expect(seen).toEqual(['new', 'newer', 'new', 'newer']);
  });

  describe('read as history', () => {
    const read = async (start: HistoryStart, batchMax = 100) => {
      const batches: StoredEvent[][] = [];
      for await (const batch of transport.eventHistory.read(start, batchMax)) batches.push([...batch]);
      return batches;
    };
    const idsOf = (batches: readonly (readonly StoredEvent[])[]) =>
      batches.flat().map(({ event: stored }) => (stored as UsageEvent).id);

    it('is nothing where nothing was published', async () => {
      expect(await read({ publishedSince: new Date(0) })).toEqual([]);
      expect(await read({ afterPosition: 5 })).toEqual([]);
    });

    it('has every event once and in order, in batches, from a time or after a position', async () => {
      await publishAll(numbered(25));
      const batches = await read({ publishedSince: new Date(0) }, 10);
      expect(idsOf(batches)).toEqual(numbered(25));
      expect(batches.every((batch) => batch.length <= 10)).toBe(true);
      expect(batches[0]?.[0]?.event).toEqual(event('event-0'));
      const positions = batches.flat().map(({ position }) => position);
      expect(positions).toEqual(positions.toSorted((a, b) => a - b));
      expect(idsOf(await read({ afterPosition: positions[19] ?? 0 }))).toEqual(numbered(25).slice(20));
      expect(await read({ afterPosition: positions[24] ?? 0 })).toEqual([]);

      const later = await soonAfter(await lastPublishedAt());
      await publishAll(['later']);
      expect(idsOf(await read({ publishedSince: later }))).toEqual(['later']);
      expect(await read({ publishedSince: new Date(Date.now() + 3_600_000) })).toEqual([]);
    });

    it('ends with what was the last event when it began, and takes nothing from consumers', async () => {
      const seen: string[] = [];
      await publishAll(['one', 'two']);
      const ids: string[] = [];
      for await (const batch of transport.eventHistory.read({ publishedSince: new Date(0) }, 1)) {
        ids.push(...idsOf([[...batch]]));
        await publishAll([`while reading ${ids.length}`]);
      }
      expect(ids).toEqual(['one', 'two']);
      await consume('a', async (events) => void seen.push(...events.map(({ id }) => id)));
      await waitFor(() => seen.length === 4, { what: 'all events' });
    });
  });

  /** When the last event was published, by the clock of whoever keeps it. */
  const lastPublishedAt = async (): Promise<Date> => {
    let last = new Date(0);
    for await (const batch of transport.eventHistory.read({ publishedSince: new Date(0) }, 1_000)) {
      last = batch.at(-1)?.publishedAt ?? last;
    }
    return last;
  };

  /** A time after another one that has passed. */
  const soonAfter = async (instant: Date): Promise<Date> => {
    const later = new Date(instant.getTime() + 5);
    await waitFor(() => Date.now() > later.getTime(), { what: 'a few milliseconds to pass' });
    return later;
  };

  describe('an event that a consumer', () => {
    const deadOf = async (consumer: string) =>
      (await transport.deadLetters.list(200)).filter((letter) => letter.consumer === consumer);

    it('refuses is laid aside with the reason, and the others are handled once', async () => {
      const seen: string[] = [];
      const handle = async (events: readonly UsageEvent[]) => {
        const refused = events.filter(({ id }) => id === 'event-3');
        seen.push(...events.filter(({ id }) => id !== 'event-3').map(({ id }) => id));
        return refused.map((refusedEvent) => ({ event: refusedEvent, reason: 'no such\naccount' }));
      };
      await consume('a', handle);
      await publishAll(numbered(10));
      await waitFor(async () => (await transport.deadLetters.count()) === 1, { what: 'the dead letter' });
      await waitFor(() => seen.length === 9, { what: 'all others' });
      expect(await deadOf('a')).toEqual([
        {
          id: expect.any(String),
          consumer: 'a',
          reason: expect.stringMatching(/^no such\saccount$/),
          failedAt: expect.any(String),
          event: event('event-3'),
        },
      ]);
      await waitFor(async () => (await transport.eventLog.readingOf('a'))?.handled === 10, {
        what: 'all to be handled',
      });
    });

    it('can never handle does not hold up the others, and is laid aside in the end', async () => {
      const seen = new Set<string>();
      await consume('a', async (events) => {
        if (events.some(({ id }) => id === 'event-7')) throw new Error('event-7 is poisonous');
        for (const { id } of events) seen.add(id);
      });
      await publishAll(numbered(30));
      await waitFor(() => seen.size === 29, { what: 'all others', timeoutMs: 30_000 });
      // It counts as dead only as long as others are handled.
      for (let round = 0; (await transport.deadLetters.count()) === 0; round += 1) {
        await publishAll([`traffic-${round}`]);
        await waitFor(() => seen.has(`traffic-${round}`), { what: 'new events', timeoutMs: 30_000 });
      }
      expect(await deadOf('a')).toMatchObject([
        { reason: expect.stringMatching(/poisonous/), event: { id: 'event-7' } },
      ]);
    }, 180_000);

    it('refused is delivered again when somebody asks for it, and is dead no longer', async () => {
      let isRefused = true;
      const seen: string[] = [];
      const handle = async (events: readonly UsageEvent[]) => {
        if (isRefused) return events.map((one) => ({ event: one, reason: 'not yet' }));
        seen.push(...events.map(({ id }) => id));
        return undefined;
      };
      await consume('a', handle);
      await publishAll(['first', 'second', 'third']);
      await waitFor(async () => (await transport.deadLetters.count()) === 3, { what: 'the dead letters' });
      expect(await transport.deadLetters.replay()).toBe(3);
      await waitFor(async () => (await transport.deadLetters.count()) === 3, {
        what: 'what is still refused to be back',
      });
      isRefused = false;
      const [newest, ...older] = await transport.deadLetters.list(10);
      expect(await transport.deadLetters.list(10, newest?.id)).toEqual(older);
      expect(await transport.deadLetters.list(1)).toEqual([newest]);
      expect(await transport.deadLetters.replay([newest?.id ?? ''])).toBe(1);
      await waitFor(() => seen.length === 1, { what: 'the one that was asked for' });
      expect(await transport.deadLetters.replay()).toBe(2);
      await waitFor(() => seen.length === 3, { what: 'the others' });
      expect(seen.toSorted()).toEqual(['first', 'second', 'third']);
      expect(await transport.deadLetters.count()).toBe(0);
      expect(await transport.deadLetters.replay()).toBe(0);
    });
  });

  it('tells how far behind each consumer is, and what it holds', async () => {
    const seen: string[] = [];
    const finish = Promise.withResolvers<void>();
    await consume('quick', async (events) => void seen.push(...events.map(({ id }) => id)));
    await consume('slow', () => finish.promise);
    await publishAll(numbered(120));
    await waitFor(() => seen.length === 120, { what: 'one to be through' });
    const lags = await waitFor(
      async () => {
        const found = await transport.eventLog.lags();
        return found[0]?.lagMs === 0 ? found : undefined;
      },
      { what: 'all to be acknowledged' },
    );
    expect(lags).toMatchObject([
      { name: 'quick', pending: 0, ackPending: 0, lagMs: 0 },
      { name: 'slow', lagMs: expect.any(Number) },
    ]);
    const slow = lags[1];
    expect((slow?.pending ?? 0) + (slow?.ackPending ?? 0)).toBe(120);
    expect(slow?.lagMs).toBeGreaterThan(0);
    expect(await transport.eventLog.readingOf('quick')).toEqual({ handled: 120, last: 120 });
    expect(await transport.eventLog.readingOf('slow')).toEqual({ handled: 0, last: 120 });
    expect(await transport.eventLog.readingOf('nobody')).toBeUndefined();
    expect(await transport.eventLog.state()).toMatchObject({ messages: 120, firstSequence: 1, lastSequence: 120 });
    // As many as there are numbers: counting would read them all.
    await transport.eventLog.publish(event('event-0'));
    expect((await transport.eventLog.state())?.messages).toBeGreaterThanOrEqual(120);
    finish.resolve();
  });
});

describe('the usage event log in PostgreSQL', () => {
  it('keeps what a consumer could not handle for ever, or for the days that it is told', async () => {
    const database = await createTestDatabase();
    const logs: PostgresEventLog[] = [];
    const open = async (settings: PostgresLogSettings) => {
      const log = new PostgresEventLog(database.url, settings);
      logs.push(log);
      await log.open();
      return log;
    };
    const forever = await open({});
    const refuse: HandleEvents = async (events) => events.map((one) => ({ event: one, reason: 'not this one' }));
    const subscription = await forever.consume({ consumer: 'a', batchMax: 50 }, refuse);
    await Promise.all(['old', 'young'].map((id) => forever.publish(event(id))));
    await waitFor(async () => (await forever.deadLetters.count()) === 2, { what: 'the dead letters' });
    await subscription.stop();
    await run(
      database.url,
      `UPDATE messaging.usage_dead_letters SET failed_at = now() - interval '8 days' WHERE id = 'old'`,
    );
    await forever.deleteExpired();
    expect(await forever.deadLetters.count()).toBe(2);
    await (await open({ deadDays: 7 })).deleteExpired();
    expect(await forever.deadLetters.list(10)).toMatchObject([{ event: { id: 'young' } }]);
    await Promise.all(logs.map((log) => log.close()));
    await database.drop();
  });
});

describe('the usage event log over a broker that fails', () => {
  it('goes on publishing and consuming after the broker came back without its store', async () => {
    const directory = await temporaryDirectory('event-log');
    const before = await startNatsServer({ directory });
    const transport = await openTransport({ databaseUrl: '', natsUrl: before.url }, 'test', SETTINGS);
    const seen: string[] = [];
    const subscription = await transport.eventLog.consume({ consumer: 'a', batchMax: 50 }, async (events) => {
      seen.push(...events.map(({ id }) => id));
    });
    await transport.eventLog.publish(event('before'));
    await waitFor(() => seen.includes('before'), { what: 'the first event' });

    await before.stop();
    await rm(directory, { recursive: true, force: true });
    const after = await startNatsServer({ directory, port: before.port });
    await waitFor(
      async () => {
        await transport.eventLog.publish(event('after'));
        return true;
      },
      { what: 'an event to be published', timeoutMs: 30_000 },
    );
    await waitFor(() => seen.includes('after'), { what: 'the event after the loss', timeoutMs: 30_000 });
    expect(new Set(seen)).toEqual(new Set(['before', 'after']));

    await subscription.stop();
    await transport.close();
    await after.stop();
    await rm(directory, { recursive: true, force: true });
  });

  it('lays aside what it cannot handle also where the stream gives numbers for a second time', async () => {
    const directory = await temporaryDirectory('event-log');
    const nats = await startNatsServer({ directory });
    const transport = await openTransport({ databaseUrl: '', natsUrl: nats.url }, 'test', SETTINGS);
    const subscription = await transport.eventLog.consume({ consumer: 'a', batchMax: 50 }, async (events) =>
      events.map((refused) => ({ event: refused, reason: 'of no use' })),
    );
    await transport.eventLog.publish(event('before'));
    await waitFor(async () => (await transport.deadLetters.count()) === 1, { what: 'the first dead letter' });

    const connection = await connectToNats(nats.url, 'test');
    await (await jetstreamManager(connection)).streams.delete(USAGE_STREAM);
    await connection.close();
    await waitFor(async () => (await transport.eventLog.publish(event('after'))) === 1, {
      what: 'an event under the same number',
      timeoutMs: 30_000,
    });
    await waitFor(async () => (await transport.deadLetters.count()) === 2, {
      what: 'the second dead letter',
      timeoutMs: 30_000,
    });
    expect((await transport.deadLetters.list(2)).map((letter) => letter.event)).toMatchObject([
      { id: 'after' },
      { id: 'before' },
    ]);

    await subscription.stop();
    await transport.close();
    await nats.stop();
    await rm(directory, { recursive: true, force: true });
  });
});
