import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { DiscardPolicy, jetstreamManager, type StreamConfig, type StreamState } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { Client } from 'pg';
import { usageEvent, USAGE_STREAM, type UsageRecord } from '@code-router/contracts';
import { openTransport } from '@code-router/messaging';
import { ChildProgram, waitFor } from '@code-router/testing';
import { brokenRules } from './relay/books.js';
import { chargeOf } from './relay/stage/charge.js';
import { startBreakable } from './relay/stage/distributed-system.js';
import { refusalOf, type Answer, type Scene } from './relay/stage/scene.js';
import type { Script } from './relay/stage/scripted-upstream.js';
import { setStage, TERMS } from './relay/stage/stage.js';
import { answering, textChunk } from './relay/stage/wire.js';

const LEASE_MS = 6_000;
const SPOOL_BYTES = 16_384;
/** From where the tests call. */
const CLIENT_IP = '127.0.0.1';
const RECOVERED_MS_MAX = 90_000;
const TEST_MS_MAX = 180_000;

/** What got lost is looked for soon, so that nobody waits for it. */
const ENVIRONMENT = {
  CODE_ROUTER_LEASE_MS: String(LEASE_MS),
  CODE_ROUTER_CONFIRMATION_MS: '500',
  CODE_ROUTER_STREAM_ACK_SECONDS: '2',
  CODE_ROUTER_STREAM_RETRY_MS_MAX: '500',
  CODE_ROUTER_JOB_LOCK_SECONDS: '2',
  // The least that may be set: a handful of settlements.
  CODE_ROUTER_SPOOL_BYTES_MAX: String(SPOOL_BYTES),
  // Then nothing that is kept of a request may have the address of its client.
  CODE_ROUTER_RECORD_CLIENT_IP: 'false',
  LOG_LEVEL: 'debug',
};

const stage = setStage((onLine) => startBreakable({ environment: ENVIRONMENT, onLine }));

/** An upstream that answers when it is told to, and tells when it was asked. */
function heldBack() {
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  const script: Script = async (call) => {
    asked.resolve();
    await answer.promise;
    return answering('Paid for.')(call);
  };
  return { asked: asked.promise, answer: answer.resolve, script };
}

async function expectChargedOnce(scene: Scene): Promise<void> {
  const expected = chargeOf({ input: 11, output: 7 }, TERMS);
  const charges = await waitFor(
    async () => {
      const found = await scene.charges();
      return found.length > 0 ? found : undefined;
    },
    { what: 'the charge', timeoutMs: RECOVERED_MS_MAX },
  );
  expect(charges.map(({ amountNanos }) => -BigInt(amountNanos))).toEqual([expected]);
  const record = await waitFor(async () => (await stage.admin.usageOf(scene.accountId))[0], {
    what: 'the usage record',
    timeoutMs: RECOVERED_MS_MAX,
  });
  expect(record).toMatchObject({ outcome: 'settled', amountNanos: expected.toString() });
  expect((await scene.settled()).heldNanos).toBe('0');
  expect(await scene.charges()).toHaveLength(1);
}

/** Everything that is in a gateway's spool. */
async function spoolOf(gateway: string): Promise<string> {
  const folder = join(stage.system.dataDirectory, gateway, 'spool');
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const texts = await Promise.all(
    files.filter((file) => file.isFile()).map((file) => readFile(join(file.parentPath, file.name), 'latin1')),
  );
  return texts.join('\n');
}

/** The settlement of an account's only request, as consumers of usage events get it. */
async function eventOf(accountId: string): Promise<string> {
  const connection = await connect({ servers: stage.system.nats.url });
  try {
    const manager = await jetstreamManager(connection);
    const message = await manager.streams.getMessage(USAGE_STREAM, { last_by_subj: `usage.v1.settled.${accountId}` });
    return message?.string() ?? 'nothing';
  } finally {
    await connection.close();
  }
}

/** Changes the usage stream, as an operator may; a full one takes no more. */
async function changeStream(changes: (state: StreamState) => Promise<Partial<StreamConfig>>): Promise<void> {
  const connection = await connect({ servers: stage.system.nats.url });
  try {
    const { streams } = await jetstreamManager(connection);
    await streams.update(USAGE_STREAM, await changes((await streams.info(USAGE_STREAM)).state));
  } finally {
    await connection.close();
  }
}

async function eventsInStream(): Promise<number> {
  const connection = await connect({ servers: stage.system.nats.url });
  try {
    return (await (await jetstreamManager(connection)).streams.info(USAGE_STREAM)).state.messages;
  } finally {
    await connection.close();
  }
}

const figure = async (name: string): Promise<number> => {
  const text = await (await fetch(`${stage.system.baseUrl}/metrics`)).text();
  return Number(new RegExp(`^${name.replaceAll(/[{}"]/g, '\\$&')} (.*)$`, 'm').exec(text)?.[1] ?? Number.NaN);
};

describe('a gateway that is killed', () => {
  it.each([
    ['a plain answer', false],
    ['a stream', true],
  ])(
    'after its client saw the success of %s, and before the broker had the settlement, charges it once',
    async (_, stream) => {
      const { asked, answer, script } = heldBack();
      const scene = await stage.scene({ script });
      const answered = scene.ask({ stream });
      await asked;
      stage.system.nats.pause();
      answer();
      const { status, text } = await answered;
      expect(status).toBe(200);
      expect(text).toContain(stream ? '[DONE]' : 'Paid for.');
      await stage.system.kill('gateway');
      const spooled = await spoolOf('gateway');
      expect(spooled).toContain(scene.accountId);
      expect(spooled).not.toContain(CLIENT_IP);
      stage.system.nats.resume();
      await stage.system.restart('gateway');
      await expectChargedOnce(scene);
      expect(await stage.admin.usageOf(scene.accountId)).toEqual([
        expect.not.objectContaining({ clientIp: CLIENT_IP }),
      ]);
      const event = await eventOf(scene.accountId);
      expect(event).toContain('"outcome":"settled"');
      expect(event).not.toContain(CLIENT_IP);
    },
    TEST_MS_MAX,
  );

  it(
    'after the broker had acknowledged a settlement that it then lost, charges it once',
    async () => {
      const { asked, answer, script } = heldBack();
      const scene = await stage.scene({ script });
      await waitFor(async () => (await figure('code_router_settlements{state="unconfirmed"}')) === 0);
      await stage.system.nats.keepCopy();
      const before = await eventsInStream();
      const answered = scene.ask();
      await asked;
      await stage.system.kill('quota');
      answer();
      expect((await answered).status).toBe(200);
      await waitFor(async () => (await eventsInStream()) > before, { what: 'the broker to have the settlement' });
      await stage.system.kill('gateway');
      await stage.system.nats.crash();
      await stage.system.nats.restoreCopy();
      await stage.system.nats.restart();
      await Promise.all([stage.system.restart('quota'), stage.system.restart('gateway')]);
      await expectChargedOnce(scene);
    },
    TEST_MS_MAX,
  );

  it(
    'in the middle of a stream leaves an orphan that is billed at its last checkpoint',
    async () => {
      const pieces = 40;
      const scene = await stage.scene({
        script: async (call) => {
          call.startEvents();
          for (let piece = 0; piece < pieces; piece += 1) call.send(textChunk('word '));
          await call.cut;
        },
      });
      const exchange = await scene.open({ stream: true });
      await waitFor(() => exchange.received.split('word ').length > pieces, { what: 'all pieces', timeoutMs: 30_000 });
      const checkpoint = await checkpointFromNowOn(scene.accountId);
      await stage.system.kill('gateway');
      await exchange.waitForClose();
      expect(exchange.endedCleanly).toBe(false);
      await stage.system.restart('gateway');

      const record = await waitFor(
        async () => (await stage.admin.usageOf(scene.accountId))[0] as UsageRecord | undefined,
        { what: 'the record of the orphan', timeoutMs: RECOVERED_MS_MAX },
      );
      expect(record).toMatchObject({ outcome: 'orphaned', estimated: true, stream: true, amountNanos: checkpoint });
      expect(record.tokens.output).toBeGreaterThanOrEqual(pieces);
      expect(BigInt(record.amountNanos)).toBe(chargeOf(record.tokens, TERMS));
      expect(await scene.chargeFor(record)).toMatchObject({ amountNanos: `-${checkpoint}` });
      expect((await scene.settled()).heldNanos).toBe('0');
    },
    TEST_MS_MAX,
  );
});

describe('a gateway whose spool is full', () => {
  const ready = async () => (await fetch(`${stage.system.baseUrl}/health/ready`)).status;
  const lines = (text: string) =>
    stage.lines.filter(({ process, line }) => process === 'gateway' && line.includes(text)).length;

  it(
    'refuses new requests with a stable code, sends and charges nothing for them, says so, and recovers by itself',
    async () => {
      const scene = await stage.scene();
      await waitFor(async () => (await figure('code_router_settlements{state="unconfirmed"}')) === 0);
      expect(await figure('code_router_settlement_refusing{part="spool"}')).toBe(0);
      const told = { begun: lines('New requests are refused'), over: lines('New requests are taken again') };
      const answers: Answer[] = [];
      await changeStream(async (state) => ({ max_msgs: state.messages, discard: DiscardPolicy.New }));
      try {
        do answers.push(await scene.ask());
        while (answers.at(-1)?.status === 200);

        const [served, refused] = [answers.slice(0, -1), answers.at(-1) as Answer];
        expect(served.length).toBeGreaterThan(2);
        expect(refused.status).toBe(503);
        expect(refusalOf(refused)).toMatchObject({ code: 'service_unavailable', type: 'server_error' });
        expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
        expect(scene.endpoint.calls).toHaveLength(served.length);
        expect(await figure('code_router_settlement_refusing{part="spool"}')).toBe(1);
        expect(await figure('code_router_settlements{state="unconfirmed"}')).toBe(served.length);
        expect(await figure('code_router_settlements{state="memory"}')).toBe(0);
        expect(await figure('code_router_settlement_spool_bytes{kind="used"}')).toBeLessThanOrEqual(SPOOL_BYTES);
        await waitFor(() => lines('New requests are refused') > told.begun, { what: 'the alarm in the log' });
        expect(await ready()).toBe(503);
      } finally {
        await changeStream(async () => ({ max_msgs: -1, discard: DiscardPolicy.Old }));
      }

      const again = await waitFor(
        async () => {
          const answer = await scene.ask();
          return answer.status === 200 ? answer : undefined;
        },
        { what: 'requests to be taken again', timeoutMs: RECOVERED_MS_MAX },
      );
      const paid = [...answers.slice(0, -1), again].map(({ requestId }) => requestId);
      const records = await waitFor(
        async () => {
          const found = await stage.admin.usageOf(scene.accountId);
          return found.length >= paid.length ? found : undefined;
        },
        { what: 'all records', timeoutMs: RECOVERED_MS_MAX },
      );
      expect(records.map(({ requestId }) => requestId).toSorted()).toEqual(paid.toSorted());
      const expected = chargeOf({ input: 11, output: 7 }, TERMS);
      expect((await scene.settled()).heldNanos).toBe('0');
      expect((await scene.charges()).map(({ amountNanos }) => -BigInt(amountNanos))).toEqual(paid.map(() => expected));
      await waitFor(async () => (await ready()) === 200, { what: 'readiness' });
      await waitFor(() => lines('New requests are taken again') > told.over, {
        what: 'the end of the alarm in the log',
      });
      expect(await figure('code_router_settlement_refusing{part="spool"}')).toBe(0);
    },
    TEST_MS_MAX,
  );
});

describe('administrators', () => {
  it('see how settlements, events and services are getting on', async () => {
    const scene = await stage.scene();
    await scene.ask();
    await scene.settled();
    const report = await waitFor(
      async () => {
        const found = await stage.admin.system();
        const isCaughtUp = found.consumers.every(({ lagMs }) => lagMs === 0) && found.gateway.unconfirmed === 0;
        return isCaughtUp ? found : undefined;
      },
      { what: 'everything to be caught up', timeoutMs: RECOVERED_MS_MAX },
    );
    expect(report).toMatchObject({
      gateway: { openSettlements: 0, inMemory: 0, dead: 0, spoolLimitBytes: SPOOL_BYTES, oldestUnconfirmedMs: null },
      deadLetters: 0,
      services: ['gateway', 'pricing', 'quota', 'usage-log'].map((name) => ({ name, status: 'ok' })),
    });
    expect(report.consumers.map(({ name }) => name)).toEqual(expect.arrayContaining(['quota', 'usage-log']));
    expect(report.stream?.messages).toBeGreaterThan(0);
  });

  it('are in the audit log with what they do to the queues, on the pages of another service', async () => {
    // Through the gateway, which is where browsers are; it passes them on, and every answer on to them.
    const page = await fetch(`${stage.system.baseUrl}/api/queues`, { headers: stage.admin.headers });
    expect([page.status, page.headers.get('content-type')]).toEqual([200, expect.stringMatching(/^text\/html/)]);
    expect(page.headers.get('content-security-policy')).toContain("base-uri 'self'");
    expect((await fetch(`${stage.system.baseUrl}/api/queues`)).status).toBe(401);
    const queue = `${stage.system.baseUrl}/api/queues/api/queues/webhooks`;
    for (const action of ['pause', 'resume']) {
      const { status } = await fetch(`${queue}/${action}`, { method: 'PUT', headers: stage.admin.headers });
      expect(status).toBe(200);
    }
    expect(await stage.admin.actions('/api/queues')).toMatchObject([
      {
        actorName: 'admin',
        target: '/api/queues/api/queues/webhooks/resume',
        before: { isPaused: true },
        httpStatus: 200,
      },
      {
        actorName: 'admin',
        target: '/api/queues/api/queues/webhooks/pause',
        before: { isPaused: false },
        httpStatus: 200,
      },
    ]);
  });

  it('see what can never be posted, with the reason, and have it delivered again, by API and by command', async () => {
    const record = await aRecord();
    const accountId = randomUUID();
    const lost = { ...record, accountId, reservationId: randomUUID(), requestId: `req_${randomUUID()}` };
    const { id: _id, recordedAt: _recordedAt, ...data } = lost as UsageRecord & { readonly recordedAt: string };
    const transport = await openTransport({ databaseUrl: '', natsUrl: stage.system.nats.url }, 'test');
    try {
      await transport.eventLog.publish(usageEvent(data, '/test'));
    } finally {
      await transport.close();
    }
    const [letter] = await waitFor(
      async () => {
        const { items } = await stage.admin.eventDeadLetters();
        return items.length > 0 ? items : undefined;
      },
      { what: 'the dead letter' },
    );
    expect(letter).toMatchObject({ consumer: 'quota', reason: 'unknown_account', event: { data: { accountId } } });
    expect((await stage.admin.system()).deadLetters).toBe(1);
    expect(await stage.admin.replayEventDeadLetters([letter?.id ?? ''])).toEqual({ replayed: 1 });
    const again = await waitFor(
      async () => (await stage.admin.eventDeadLetters()).items.find(({ id }) => id !== letter?.id),
      { what: 'what is still wrong to be back' },
    );
    const listed = await run('--list');
    expect(listed.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { id: again.id, reason: 'unknown_account' },
    ]);
    expect(await run(again.id)).toEqual(['1 events are delivered again.']);
  });
});

describe('after all of it', () => {
  it('the books are in order', async () => {
    await waitFor(async () => (await brokenRules(stage.admin)).length === 0, { timeoutMs: RECOVERED_MS_MAX });
    expect(await brokenRules(stage.admin)).toEqual([]);
  });
});

async function run(...words: readonly string[]): Promise<readonly string[]> {
  const program = await ChildProgram.start({
    name: 'replay-events',
    command: process.execPath,
    args: ['dist/apps/quota/src/replay-events.js', ...words],
    environment: { NATS_URL: stage.system.nats.url, LOG_LEVEL: 'fatal' },
  });
  expect(await program.ended).toBe(0);
  return program.lines;
}

async function aRecord(): Promise<UsageRecord> {
  const scene = await stage.scene();
  await scene.ask();
  return scene.onlyRecord();
}

/** What the account's only reservation would be charged if its gateway died now, with all that was delivered so far. */
async function checkpointFromNowOn(accountId: string): Promise<string> {
  const client = new Client({ connectionString: stage.system.databaseUrl });
  await client.connect();
  const leases = new Set<string>();
  try {
    return await waitFor(
      async () => {
        const { rows } = await client.query<{ checkpoint: string | null; lease: string }>(
          'SELECT checkpoint_nanos AS checkpoint, lease_expires_at::text AS lease FROM quota.reservations WHERE account_id = $1',
          [accountId],
        );
        leases.add(rows[0]?.lease ?? '');
        // An extension may have been on its way already, with less; the one after it was not.
        return leases.size > 2 ? rows[0]?.checkpoint : undefined;
      },
      { what: 'a checkpoint', timeoutMs: 30_000 },
    );
  } finally {
    await client.end();
  }
}
