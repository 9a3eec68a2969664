import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { UsageEvent } from '@code-router/contracts';
import { startNatsServer, temporaryDirectory, waitFor, type LocalServer } from '@code-router/testing';
import { openTransport, type Transport } from '../messaging.module.js';

const BATCH_MAX = 10;

let directory: string;
let nats: LocalServer;
let transport: Transport;

beforeAll(async () => {
  directory = await temporaryDirectory('overlap');
  nats = await startNatsServer({ directory });
  transport = await openTransport({ databaseUrl: '', natsUrl: nats.url }, 'test');
});

afterAll(async () => {
  await transport?.close();
  await nats?.stop();
  await rm(directory, { recursive: true, force: true });
});

interface Batch {
  readonly ids: readonly string[];
  /** How many others were under way when it began. */
  readonly beside: number;
  finish(error?: Error): void;
}

/** A consumer whose batches stay under way until they are let go. */
async function startConsumer(consumer: string, concurrencyMax: number) {
  const begun: Batch[] = [];
  let underWay = 0;
  const subscription = await transport.eventLog.consume({ consumer, batchMax: BATCH_MAX, concurrencyMax }, (events) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    begun.push({
      ids: events.map(({ id }) => id),
      beside: underWay,
      finish: (error) => (error ? reject(error) : resolve()),
    });
    underWay += 1;
    return promise.finally(() => (underWay -= 1));
  });
  return {
    begun,
    subscription,
    waitForBegun: (count: number) =>
      waitFor(() => begun.length === count, { what: `${count} batches to be under way` }),
    /** Lets go whatever begins, until all that was published is handled. */
    finishAll: () =>
      waitFor(
        async () => {
          for (const { finish } of begun) finish();
          const reading = await transport.eventLog.readingOf(consumer);
          return reading?.handled === reading?.last;
        },
        { what: 'all to be handled' },
      ),
  };
}

const publish = (ids: readonly string[]) =>
  Promise.all(
    ids.map((id) => transport.eventLog.publish({ id, subject: 'account', data: { outcome: 'settled' } } as UsageEvent)),
  );

const numbered = (name: string, count: number) => Array.from({ length: count }, (_, index) => `${name}-${index}`);

describe('batches of a consumer that may overlap', () => {
  it('do so in a backlog only: as many as may, each of them full; and every event is handled once', async () => {
    const ids = numbered('backlog', 3 * BATCH_MAX + 4);
    await publish(ids);
    const { begun, subscription, waitForBegun, finishAll } = await startConsumer('backlog', 2);
    await waitForBegun(2);
    await finishAll();
    await subscription.stop();
    expect(Math.max(...begun.map(({ beside }) => beside))).toBe(1);
    expect(begun.filter((batch) => batch.beside > 0 && batch.ids.length < BATCH_MAX)).toEqual([]);
    expect(begun.flatMap(({ ids: handed }) => handed).toSorted()).toEqual(ids.toSorted());
  });

  it('fail each on its own: what was in one comes again, what was in the other does not', async () => {
    const { begun, subscription, waitForBegun, finishAll } = await startConsumer('failing', 2);
    await finishAll();
    begun.length = 0;
    await publish(['first']);
    await waitForBegun(1);
    const ids = numbered('second', BATCH_MAX);
    await publish(ids);
    await waitForBegun(2);
    begun[0]?.finish(new Error('not this time'));
    await finishAll();
    await subscription.stop();
    expect(begun.flatMap(({ ids: handed }) => handed).toSorted()).toEqual(['first', 'first', ...ids].toSorted());
  });

  it('are all awaited when the consumer is stopped', async () => {
    const { begun, subscription, waitForBegun } = await startConsumer('stopping', 2);
    await waitForBegun(2);
    let stopped = false;
    const stopping = subscription.stop().then(() => (stopped = true));
    begun[0]?.finish();
    await waitFor(
      async () => ((await transport.eventLog.readingOf('stopping'))?.handled ?? 0) >= (begun[0]?.ids.length ?? 0),
      { what: 'the first to be acknowledged' },
    );
    expect(stopped).toBe(false);
    begun[1]?.finish();
    await stopping;
    expect(begun).toHaveLength(2);
  });
});
