import { readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { USAGE_STREAM, usageEventId, usageSubject, type UsageEvent } from '@code-router/contracts';
import {
  ChildProgram,
  createTestDatabase,
  startDistributed,
  startNatsServer,
  temporaryDirectory,
  testServers,
  waitFor,
  type LocalServer,
} from '@code-router/testing';
import { setStage } from '../relay/stage/stage.js';
import { answering, textChunk } from '../relay/stage/wire.js';

const ROOT = resolve(import.meta.dirname, '../..');
const EXAMPLE = join(ROOT, 'examples/usage-consumer');
/** The names and permissions that the example ships with. */
const PERMISSIONS = join(EXAMPLE, 'nats-permissions.conf');
const CONSUMER = 'usage-spend';
const PASSWORDS = { CODE_ROUTER_NATS_PASSWORD: 'of-the-services', USAGE_SPEND_NATS_PASSWORD: 'of-the-consumer' };

describe('the usage events of a running system', () => {
  const resources = new AsyncDisposableStack();
  let nats: LocalServer;
  let folder: string;
  let services: NatsConnection;

  const stage = setStage(async (onLine) => {
    folder = await temporaryDirectory('events');
    resources.defer(() => rm(folder, { recursive: true, force: true }));
    nats = await startNatsServer({ directory: folder, configuration: { file: PERMISSIONS, variables: PASSWORDS } });
    resources.defer(() => nats.stop());
    const database = await createTestDatabase();
    resources.defer(() => database.drop());
    const system = await startDistributed({
      databaseUrl: database.url,
      natsUrl: urlFor('code-router', PASSWORDS.CODE_ROUTER_NATS_PASSWORD),
      redisUrl: `${testServers().redisUrl}/9`,
      environment: { CODE_ROUTER_READ_ON_MS: '400' },
      onLine,
    });
    return { ...system, stop: () => system.stop() };
  });

  beforeAll(async () => {
    services = await connect({ servers: nats.url, user: 'code-router', pass: PASSWORDS.CODE_ROUTER_NATS_PASSWORD });
  });
  afterAll(async () => {
    await services.close();
    await resources.disposeAsync();
  });

  function urlFor(user: string, password: string): string {
    return `nats://${user}:${password}@${new URL(nats.url).host}`;
  }

  /** Every message of the stream, the oldest first. */
  async function storedEvents(): Promise<readonly { readonly subject: string; readonly event: UsageEvent }[]> {
    const manager = await jetstreamManager(services);
    const { state } = await manager.streams.info(USAGE_STREAM);
    const stored = [];
    for (let sequence = state.first_seq; sequence <= state.last_seq; sequence += 1) {
      const message = await manager.streams.getMessage(USAGE_STREAM, { seq: sequence });
      if (message) stored.push({ subject: message.subject, event: message.json<UsageEvent>() });
    }
    return stored;
  }

  /** The example, as its README says to start it; it ends when it has read everything. */
  async function runExample(book: string, ...options: readonly string[]): Promise<ChildProgram> {
    return ChildProgram.start({
      name: 'the example consumer',
      command: process.execPath,
      args: [join(EXAMPLE, 'main.ts'), '--server', nats.url, '--book', join(folder, book), ...options],
      environment: {
        PATH: process.env['PATH'],
        NATS_USER: CONSUMER,
        NATS_PASSWORD: PASSWORDS.USAGE_SPEND_NATS_PASSWORD,
      },
    });
  }

  async function outputOf(program: ChildProgram): Promise<readonly string[]> {
    const code = await program.ended;
    if (code !== 0) throw program.failure(`ended with ${code}`);
    return program.lines;
  }

  it('are valid by the published schema, on the subjects that the contract names', async () => {
    const plain = await stage.scene();
    const failing = await stage.scene({ script: (call) => call.answer(500, { error: { message: 'no' } }) });
    const cutOff = await stage.scene({
      script: (call) => {
        call.startEvents();
        call.send(textChunk('Half an ans'));
        call.reset();
      },
    });
    await plain.ask();
    await plain.ask({ stream: true });
    await failing.ask();
    await cutOff.ask({ stream: true }).catch(() => undefined);

    const events = await waitFor(
      async () => {
        const stored = await storedEvents();
        return stored.length >= 4 ? stored : undefined;
      },
      { what: 'the events of all requests' },
    );
    expect(new Set(events.map(({ event }) => event.data.outcome))).toEqual(new Set(['settled', 'released']));
    const schema = JSON.parse(await readFile(join(ROOT, 'docs/events/usage-event.schema.json'), 'utf8')) as object;
    const validate = addFormats.default(new Ajv({ allErrors: true })).compile(schema);
    for (const { subject, event } of events) {
      expect([validate(event), validate.errors]).toEqual([true, null]);
      expect(subject).toBe(usageSubject(event));
      expect(event.id).toBe(usageEventId(event.data));
      expect(event.subject).toBe(event.data.accountId);
    }
  });

  it('let the example consumer arrive at what the ledger says, with no more than the permissions it ships with', async () => {
    const scenes = await Promise.all([stage.scene(), stage.scene({ script: answering('Another, longer answer.') })]);
    for (const scene of scenes) await Promise.all([scene.ask(), scene.ask({ stream: true }), scene.ask()]);
    for (const scene of scenes)
      await waitFor(async () => (await scene.charges()).length === 3, { what: 'the charges' });

    const lines = await outputOf(await runExample('spend.sqlite', '--once'));
    for (const scene of scenes) {
      const charged = (await scene.charges()).reduce((sum, { amountNanos }) => sum - BigInt(amountNanos), 0n);
      expect(charged).toBeGreaterThan(0n);
      expect(lines).toContain(`${scene.accountId} 3 requests ${charged} nanos`);
    }
  });

  it('count once for it, however often they come: replayed by sequence, by time, and after a crash', async () => {
    const scene = await stage.scene();
    await scene.ask();
    await waitFor(async () => (await scene.charges()).length === 1, { what: 'the charge' });
    const sums = (lines: readonly string[]) => lines.filter((line) => line.endsWith(' nanos'));
    const first = sums(await outputOf(await runExample('replayed.sqlite', '--once', '--from-sequence', '1')));
    expect(first).toContainEqual(expect.stringContaining(scene.accountId));

    const bySequence = await outputOf(await runExample('replayed.sqlite', '--once', '--from-sequence', '1'));
    expect(sums(bySequence)).toEqual(first);
    expect(bySequence).not.toContainEqual(expect.stringContaining('new events'));
    const byTime = ['--once', '--from-time', new Date(Date.now() - 3_600_000).toISOString()];
    expect(sums(await outputOf(await runExample('replayed.sqlite', ...byTime)))).toEqual(first);
    expect(sums(await outputOf(await runExample('later.sqlite', '--once', '--from-time', farFuture())))).toEqual([]);

    const running = await runExample('replayed.sqlite', '--from-sequence', '1');
    await scene.ask();
    await running.waitForLine(/^1 new events/, 20_000);
    running.signal('SIGKILL');
    await running.ended;
    const last = sums(await outputOf(await runExample('replayed.sqlite', '--once')));
    expect(last).toContainEqual(expect.stringContaining(`${scene.accountId} 2 requests`));
  });

  it('are refused to a consumer that wants to publish some, or to read under the name of another one', async () => {
    const refused: string[] = [];
    const connection = await connect({
      servers: nats.url,
      user: CONSUMER,
      pass: PASSWORDS.USAGE_SPEND_NATS_PASSWORD,
      inboxPrefix: `_INBOX_${CONSUMER}`,
    });
    void (async () => {
      for await (const status of connection.status()) if (status.type === 'error') refused.push(String(status.error));
    })();
    try {
      const before = (await storedEvents()).length;
      connection.publish('usage.v1.settled.somebody', '{}');
      connection.publish('$JS.API.STREAM.PURGE.USAGE', '');
      await expect(jetstream(connection, { checkAPI: false }).consumers.get(USAGE_STREAM, 'quota')).rejects.toThrow(
        /permission/i,
      );
      await waitFor(() => refused.length >= 3, { what: 'all three to be refused' });
      expect(refused.filter((error) => error.includes('Permissions Violation'))).toHaveLength(3);
      expect(await storedEvents()).toHaveLength(before);
    } finally {
      await connection.close();
    }
  });

  it('make the example say what is wrong with its options', async () => {
    const program = await runExample('wrong.sqlite', '--from-sequence', 'zero');
    expect(await program.ended).toBe(1);
    expect(program.lines[0]).toBe('--from-sequence is not a whole number from 1: zero');
  });
});

function farFuture(): string {
  return new Date(Date.now() + 3_600_000).toISOString();
}
