import { rm } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { startNatsServer, temporaryDirectory, type LocalServer } from '@code-router/testing';
import { connectToNats } from '../nats/nats-connection.js';
import { JetStreamPublisher } from './jetstream-publisher.js';

/** Longer than a test may take: what fails, fails for another reason. */
const TIMEOUT_MS = 600_000;

describe('publishing to JetStream', () => {
  let directory: string;
  let nats: LocalServer;
  let connection: NatsConnection;

  beforeEach(async () => {
    directory = await temporaryDirectory('publisher');
    nats = await startNatsServer({ directory });
    connection = await connectToNats(nats.url, 'test');
    await (await jetstreamManager(connection)).streams.add({ name: 'KEPT', subjects: ['kept.*'] });
  });

  afterEach(async () => {
    await connection.close();
    await nats.stop();
    await rm(directory, { recursive: true, force: true });
  });

  const numbered = (count: number, subject = 'kept.a') =>
    Array.from({ length: count }, (_, index) => ({
      subject,
      body: Buffer.from(`${index}`),
      id: `${subject}-${index}`,
    }));

  const keptCount = async () => (await (await jetstreamManager(connection)).streams.info('KEPT')).state.messages;

  it('tells where the stream keeps each message, also one that is published again, and the stream keeps it once', async () => {
    const publisher = new JetStreamPublisher(connection, TIMEOUT_MS);
    const sequences = Array.from({ length: 300 }, (_, index) => index + 1);
    expect(await publisher.publish(numbered(300))).toEqual(sequences);
    expect(await publisher.publish(numbered(300))).toEqual(sequences);
    expect(await keptCount()).toBe(300);
  });

  it('reports why single messages are not kept, and keeps the others of the batch', async () => {
    const publisher = new JetStreamPublisher(connection, TIMEOUT_MS);
    const tooLarge = { subject: 'kept.a', body: Buffer.alloc(2 * 1024 * 1024, 'x'), id: 'too large' };
    const outcomes = await publisher.publish([...numbered(1, 'nobody.keeps'), tooLarge, ...numbered(2)]);
    expect(outcomes).toEqual([expect.any(Error), expect.any(Error), 1, 2]);
    expect(await keptCount()).toBe(2);
  });

  it('gives up when the time is over, and when the connection breaks off', async () => {
    // Somebody listens and does not answer.
    connection.subscribe('silent.*');
    const [late] = await new JetStreamPublisher(connection, 50).publish(numbered(1, 'silent.a'));
    expect(String(late)).toMatch(/within 50 ms/);
    const waiting = new JetStreamPublisher(connection, TIMEOUT_MS).publish(numbered(1, 'silent.a'));
    await connection.flush();
    await nats.program.stop();
    expect(String((await waiting)[0])).toMatch(/broke off/);
  });
});
