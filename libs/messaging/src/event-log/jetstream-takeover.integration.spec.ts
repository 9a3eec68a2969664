import { rm } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { NatsConnection } from '@nats-io/transport-node';
import type { UsageEvent } from '@code-router/contracts';
import { startNatsServer, temporaryDirectory, waitFor, type LocalServer } from '@code-router/testing';
import { connectToNats } from '../nats/nats-connection.js';
import { JetStreamDeadLetters } from './jetstream-dead-letters.js';
import { JetStreamEventLog } from './jetstream-event-log.js';

const ACK_WAIT_MS = 300;

const event = { id: 'one', subject: 'account', data: { outcome: 'settled' } } as UsageEvent;

describe('a consumer of usage events in JetStream', () => {
  let directory: string;
  let nats: LocalServer;
  const connections: NatsConnection[] = [];

  beforeEach(async () => {
    directory = await temporaryDirectory('takeover');
    nats = await startNatsServer({ directory });
  });

  afterEach(async () => {
    await Promise.all(connections.splice(0).map((connection) => connection.close()));
    await nats.stop();
    await rm(directory, { recursive: true, force: true });
  });

  /** A replica of one service: its own connection, the same consumer. */
  async function startReplica(handle: (events: readonly UsageEvent[]) => Promise<void>) {
    const connection = await connectToNats(nats.url, 'replica');
    connections.push(connection);
    const deadLetters = new JetStreamDeadLetters(connection, {});
    const log = new JetStreamEventLog(connection, { ackWaitMs: ACK_WAIT_MS }, deadLetters);
    const subscription = await log.consume({ consumer: 'books', batchMax: 10 }, handle);
    return { connection, log, subscription };
  }

  it('that dies leaves its events to another one, soon', async () => {
    const stuck = Promise.withResolvers<void>();
    let taken = 0;
    const dying = await startReplica(() => {
      taken += 1;
      return stuck.promise;
    });
    await dying.log.publish(event);
    await waitFor(() => taken === 1, { what: 'the event to be taken' });
    await dying.connection.close();

    const seen: string[] = [];
    const other = await startReplica(async (events) => void seen.push(...events.map(({ id }) => id)));
    await waitFor(() => seen.length > 0, { timeoutMs: 30_000, what: 'the event to be handed over' });
    expect(seen).toEqual(['one']);
    stuck.resolve();
    await Promise.all([dying, other].map(({ subscription }) => subscription.stop()));
  });

  it('that takes its time keeps its events', async () => {
    const finish = Promise.withResolvers<void>();
    let taken = 0;
    const handle = () => {
      taken += 1;
      return finish.promise;
    };
    const replicas = [await startReplica(handle), await startReplica(handle)];
    await replicas[0]?.log.publish(event);
    const until = performance.now() + ACK_WAIT_MS * 4;
    await waitFor(() => performance.now() > until, { what: 'the time in which it would have been handed over' });
    expect(taken).toBe(1);
    finish.resolve();
    await Promise.all(replicas.map(({ subscription }) => subscription.stop()));
  });
});
