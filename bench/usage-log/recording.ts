import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { openTransport } from '@code-router/messaging';
import { EmbeddedPostgres } from '@code-router/postgres';
import { freePort, serviceGroup, startNatsServer, startRedisServer } from '@code-router/testing';
import { eventOf, usageData } from '../../apps/usage-log/src/testing/usage-samples.js';
import { cpuUs, type MeasuredProcess } from '../measure/proc.js';
import { RecordedLag } from './recorded-lag.js';

export interface RecordingOptions {
  readonly directory: string;
  /** Events published each second. */
  readonly rate: number;
  readonly seconds: number;
  /** How long the consumer of the event log is away in the middle, in seconds; 0: it stays. */
  readonly outageSeconds: number;
}

export interface RecordingResult {
  readonly wantedPerSecond: number;
  readonly publishedPerSecond: number;
  /** From the first publication to the last record. */
  readonly recordedPerSecond: number;
  readonly events: number;
  readonly lagMsMax: number;
  readonly lagMsP50: number;
  /** After the consumer was back, until what is recorded was published less than a second before; null: no outage. */
  readonly caughtUpMs: number | null;
  readonly cpuUsPerEvent: Readonly<Record<string, number>>;
}

const TICK_MS = 20;
const CAUGHT_UP_MS = 1_000;
const ACCOUNTS = 300;
const MODELS = 20;

/**
 * Publishes settlements as gateways do, to JetStream, at a steady rate, and looks how long it takes until each is a
 * record: consumer and worker of the usage log, each a process of its own, with NATS, Redis and PostgreSQL beside.
 */
export async function measureRecording(options: RecordingOptions): Promise<RecordingResult> {
  await using resources = new AsyncDisposableStack();
  const folders = await Promise.all(
    ['nats', 'redis', 'services'].map(async (name) => {
      const folder = join(options.directory, name);
      await mkdir(folder, { recursive: true });
      return folder;
    }),
  );
  const [natsFolder = '', redisFolder = '', dataDirectory = ''] = folders;
  const nats = await startNatsServer({ directory: natsFolder });
  resources.defer(() => nats.stop());
  const redis = await startRedisServer({ directory: redisFolder });
  resources.defer(() => redis.stop());
  const postgres = await EmbeddedPostgres.start({ directory: join(options.directory, 'postgresql') });
  resources.defer(() => postgres.stop());
  const services = await serviceGroup({
    databaseUrl: postgres.url,
    natsUrl: nats.url,
    redisUrl: redis.url,
    dataDirectory,
    gateway: { host: '127.0.0.1', port: await freePort() },
    environment: {},
  });
  resources.defer(() => services.stopAll());
  await services.start('usage-log');
  await services.start('usage-log-worker');
  const transport = await openTransport({ databaseUrl: postgres.url, natsUrl: nats.url }, 'bench');
  resources.defer(() => transport.close());
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  resources.defer(() => client.end());

  const lag = new RecordedLag(client);
  const publish = publisher((event) => transport.eventLog.publish(event));
  // Until the code that runs often is compiled, and every connection is there.
  await publish(Math.min(options.rate, 1_000), 3, lag);
  await lag.untilRecorded();
  lag.reset();

  const processes: MeasuredProcess[] = [
    ...['usage-log', 'usage-log-worker'].map((name) => ({ name, pid: services.pids[name] ?? 0 })),
    { name: 'nats', pid: nats.program.pid },
    { name: 'redis', pid: redis.program.pid },
    { name: 'postgresql', pid: postgres.pid, withDescendants: true },
  ];
  const cpuBefore = processes.map(cpuUs);
  const startedAt = performance.now();
  const publishing = publish(options.rate, options.seconds, lag);
  const watching = lag.watch();
  let backAt: number | null = null;
  if (options.outageSeconds > 0) {
    await sleep(3_000);
    await services.kill('usage-log');
    await sleep(options.outageSeconds * 1_000);
    await services.start('usage-log');
    backAt = performance.now();
  }
  const published = await publishing;
  const publishedMs = performance.now() - startedAt;
  await lag.untilRecorded();
  const recordedMs = performance.now() - startedAt;
  lag.stop();
  await watching;
  const cpuAfter = processes.map(cpuUs);
  return {
    wantedPerSecond: options.rate,
    publishedPerSecond: Math.round(published / (publishedMs / 1_000)),
    recordedPerSecond: Math.round(published / (recordedMs / 1_000)),
    events: published,
    lagMsMax: Math.round(lag.max),
    lagMsP50: Math.round(lag.median),
    caughtUpMs: backAt === null ? null : lag.belowSince(CAUGHT_UP_MS, backAt),
    cpuUsPerEvent: Object.fromEntries(
      processes.map(({ name }, index) => [
        name,
        // A process that was killed in between took its count with it.
        Math.max(Math.round(((cpuAfter[index] ?? 0) - (cpuBefore[index] ?? 0)) / published), 0),
      ]),
    ),
  };
}

type Publish = (event: ReturnType<typeof eventOf>) => Promise<unknown>;

/** Publishes at a steady rate; what the broker does not take in time is made up for as soon as it does. */
function publisher(publish: Publish) {
  return async (rate: number, seconds: number, lag: RecordedLag): Promise<number> => {
    const startedAt = performance.now();
    let published = 0;
    const underWay = new Set<Promise<unknown>>();
    while (published < rate * seconds) {
      const due = Math.min(Math.floor(((performance.now() - startedAt) / 1_000) * rate), rate * seconds);
      for (; published < due && underWay.size < rate; published += 1) {
        const sending: Promise<unknown> = publish(anyEvent()).finally(() => underWay.delete(sending));
        underWay.add(sending);
      }
      lag.notePublished(published);
      await sleep(TICK_MS);
    }
    await Promise.all(underWay);
    return published;
  };
}

/** Few accounts have most of the requests, as in life. */
function anyEvent() {
  const account = Math.floor(ACCOUNTS * Math.random() ** 3);
  const key = account * 2 + Math.floor(2 * Math.random() ** 2);
  const model = Math.floor(MODELS * Math.random() ** 3);
  const channel = (model + Math.floor(3 * Math.random() ** 2)) % 8;
  return eventOf(
    usageData({
      reservationId: randomUUID(),
      accountId: uuid(1, account),
      keyId: uuid(2, key),
      keyName: `key ${key}`,
      modelAsked: `model-${model}`,
      channelId: uuid(3, channel),
      channelName: `channel ${channel}`,
      latencyMs: Math.round(200 + Math.exp(Math.random() * 5) * 60),
      completedAt: new Date().toISOString(),
    }),
  );
}

function uuid(kind: number, number: number): string {
  return `00000000-0000-4000-800${kind}-${String(number).padStart(12, '0')}`;
}
