import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { nanos, type NatsConnection } from '@nats-io/transport-node';
import { USAGE_DEAD_STREAM, USAGE_STREAM } from '@code-router/contracts';
import { startNatsServer, temporaryDirectory, type LocalServer } from '@code-router/testing';
import { connectToNats } from '../nats/nats-connection.js';
import { ensureDeadStream, ensureUsageStream, streamManagerOf } from './jetstream-stream.js';

const DAY_MS = 86_400_000;

describe('the usage stream', () => {
  let directory: string;
  let nats: LocalServer;
  let connection: NatsConnection;
  let manager: JetStreamManager;

  beforeEach(async () => {
    directory = await temporaryDirectory('stream');
    nats = await startNatsServer({ directory });
    connection = await connectToNats(nats.url, 'test');
    manager = await jetstreamManager(connection);
  });

  afterEach(async () => {
    await connection.close();
    await nats.stop();
    await rm(directory, { recursive: true, force: true });
  });

  const config = async () => (await manager.streams.info(USAGE_STREAM)).config;

  it('is made with defaults, and as often as somebody asks', async () => {
    for (let time = 0; time < 3; time += 1) await ensureUsageStream(manager, {});
    expect(await config()).toMatchObject({
      subjects: ['usage.v1.>'],
      num_replicas: 1,
      max_age: nanos(30 * DAY_MS),
      max_bytes: -1,
      duplicate_window: nanos(600_000),
    });
  });

  it('is made as the settings say, by several processes at once', async () => {
    const settings = { replicas: 1, days: 3, bytesMax: 5_000_000, duplicatesSeconds: 60 };
    await Promise.all(Array.from({ length: 5 }, () => ensureUsageStream(manager, settings)));
    expect(await config()).toMatchObject({
      max_age: nanos(3 * DAY_MS),
      max_bytes: 5_000_000,
      duplicate_window: nanos(60_000),
    });
  });

  it('that exists is changed where a setting says so, and stays as its operator made it otherwise', async () => {
    await ensureUsageStream(manager, {});
    await manager.streams.update(USAGE_STREAM, { max_bytes: 7_000_000, max_age: nanos(90 * DAY_MS) });
    await ensureUsageStream(manager, {});
    expect(await config()).toMatchObject({ max_bytes: 7_000_000, max_age: nanos(90 * DAY_MS) });
    await ensureUsageStream(manager, { days: 14 });
    expect(await config()).toMatchObject({ max_bytes: 7_000_000, max_age: nanos(14 * DAY_MS) });
  });

  it('that cannot be changed as the settings say is used as it is', async () => {
    await ensureUsageStream(manager, { days: 1 });
    // No server recognises duplicates of what it has forgotten.
    await ensureUsageStream(manager, { duplicatesSeconds: 2 * 86_400 });
    expect(await config()).toMatchObject({ max_age: nanos(DAY_MS), duplicate_window: nanos(600_000) });
  });

  it('has one beside it for what cannot be handled, kept for a year or for as long as the settings say', async () => {
    const age = async () => (await manager.streams.info(USAGE_DEAD_STREAM)).config.max_age;
    await ensureDeadStream(manager, {});
    expect(await age()).toBe(nanos(365 * DAY_MS));
    await ensureDeadStream(manager, { deadDays: 90 });
    expect(await age()).toBe(nanos(90 * DAY_MS));
    await ensureDeadStream(manager, {});
    expect(await age()).toBe(nanos(90 * DAY_MS));
  });
});

it('says what is missing where there is no JetStream', async () => {
  const directory = await temporaryDirectory('no-jetstream');
  const file = join(directory, 'nats.conf');
  await writeFile(file, 'accounts { plain { users = [{ user: "someone", password: "secret" }] } }');
  const nats = await startNatsServer({ directory, configuration: { file } });
  const connection = await connectToNats(nats.url.replace('//', '//someone:secret@'), 'test');
  try {
    await expect(streamManagerOf(connection)).rejects.toThrow('NATS_URL: there is no JetStream.');
  } finally {
    await connection.close();
    await nats.stop();
    await rm(directory, { recursive: true, force: true });
  }
});
