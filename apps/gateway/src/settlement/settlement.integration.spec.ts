import { randomUUID } from 'node:crypto';
import { cp, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { usageEvent, USAGE_STREAM, type UsageData } from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import { startService, type RunningService } from '@code-router/service';
import { ChildProgram, startNatsServer, temporaryDirectory, waitFor, type LocalServer } from '@code-router/testing';
import { Spool } from './journal/spool.js';
import { SettlementKeeper } from './settlement-keeper.js';
import { SettlementModule } from './settlement.module.js';
import { BooksDouble, BooksDoubleModule } from './testing/books-double.js';

const CONFIRMATION_MS = 600;

let folder: string;
let nats: LocalServer;
const services: RunningService[] = [];
const environment = { ...process.env };

const storeDirectory = () => join(folder, 'nats');
const spoolDirectory = () => join(folder, 'spool');

beforeEach(async () => {
  folder = await temporaryDirectory('settlement');
  process.env['CODE_ROUTER_SPOOL_DIR'] = spoolDirectory();
  process.env['CODE_ROUTER_CONFIRMATION_MS'] = String(CONFIRMATION_MS);
  nats = await startNatsServer({ directory: storeDirectory() });
});

afterEach(async () => {
  await Promise.all(services.splice(0).map((service) => service.stop()));
  await nats.stop();
  process.env = { ...environment };
  await rm(folder, { recursive: true, force: true });
});

async function start(name: string, module: typeof SettlementModule | typeof BooksDoubleModule) {
  const service = await startService({
    name,
    modules: [module],
    infrastructure: { databaseUrl: '', natsUrl: nats.url },
    host: '127.0.0.1',
    port: 0,
  });
  services.push(service);
  return service;
}

async function stop(service: RunningService): Promise<void> {
  services.splice(services.indexOf(service), 1);
  await service.stop();
}

async function startBooks(): Promise<BooksDouble> {
  return (await start('quota', BooksDoubleModule)).app.get(BooksDouble, { strict: false });
}

async function startGateway() {
  const service = await start('gateway', SettlementModule);
  const keeper = service.app.get(SettlementKeeper, { strict: false });
  const spool = service.app.get(Spool, { strict: false });
  return { service, keeper, spool };
}

function settlement(): UsageData {
  const at = new Date().toISOString();
  return {
    outcome: 'settled',
    reservationId: randomUUID(),
    requestId: `req_${randomUUID()}`,
    accountId: randomUUID(),
    keyId: randomUUID(),
    keyName: 'a key',
    endpoint: '/v1/chat/completions',
    stream: false,
    modelAsked: 'model',
    attempts: 1,
    tokens: { input: 1, output: 1 },
    reasoningTokens: 0,
    estimated: false,
    priceVersionId: '1',
    terms: { rates: { input: '1' }, perCallNanos: '0', tiers: [] },
    multiplierMillionths: '1000000',
    multiplierSource: 'default',
    amountNanos: '12',
    httpStatus: 200,
    clientDisconnected: false,
    startedAt: at,
    completedAt: at,
    latencyMs: 1,
  };
}

function keepSome(keeper: SettlementKeeper, count: number): readonly string[] {
  const kept = Array.from({ length: count }, settlement);
  for (const data of kept) keeper.keep(data);
  return kept.map(({ reservationId }) => reservationId);
}

const untilConfirmed = (keeper: SettlementKeeper, timeoutMs = 60_000) =>
  waitFor(() => keeper.figures.unconfirmed === 0, { what: 'all settlements to be confirmed', timeoutMs });
const untilAcknowledged = (keeper: SettlementKeeper) =>
  waitFor(() => keeper.isAllPublished, { what: 'all settlements to be acknowledged', timeoutMs: 30_000 });
const untilEmpty = (spool: Spool) =>
  waitFor(() => spool.bytes === 0, { what: 'the spool to be empty', timeoutMs: 20_000 });

/** Clients find a broker again by themselves, a moment after it is back. */
const untilConnected = () =>
  waitFor(() => services.every(({ app }) => app.get(ServiceClient, { strict: false }).isConnected()), {
    what: 'everybody to be connected again',
  });

/** What is in the books. */
const postedBy = (books: BooksDouble) => [...books.posted.keys()].toSorted();

describe('a settlement', () => {
  it('is published and posted once, and leaves the spool empty', async () => {
    const books = await startBooks();
    const { keeper, spool } = await startGateway();
    const ids = keepSome(keeper, 300);
    expect(spool.bytes).toBeGreaterThan(0);
    await untilConfirmed(keeper);
    await untilEmpty(spool);
    expect(postedBy(books)).toEqual(ids.toSorted());
    expect([...books.posted.values()].every((count) => count === 1)).toBe(true);
    expect(keeper.figures).toEqual({ open: 0, unconfirmed: 0, inMemory: 0, dead: 0, oldestUnconfirmedMs: null });
  });

  it('is asked for when its notice got lost, and not published again', async () => {
    const books = await startBooks();
    books.tellsNobody = true;
    const { keeper } = await startGateway();
    const ids = keepSome(keeper, 700);
    await untilConfirmed(keeper);
    expect(postedBy(books)).toEqual(ids.toSorted());
    expect([...books.posted.values()].every((count) => count === 1)).toBe(true);
  });

  it('that quota has not read yet is waited for, and not published again', async () => {
    const books = await startBooks();
    const { keeper } = await startGateway();
    await books.close();
    const ids = keepSome(keeper, 20);
    await untilAcknowledged(keeper);
    await waitFor(() => books.asked >= 2, { what: 'the books to be asked, and again', timeoutMs: 30_000 });
    await books.open();
    await untilConfirmed(keeper);
    expect(postedBy(books)).toEqual(ids.toSorted());
    expect([...books.posted.values()].every((count) => count === 1)).toBe(true);
  });

  it('is on disk for sure when the broker does not answer, and posted when it does', async () => {
    const books = await startBooks();
    const { keeper } = await startGateway();
    nats.program.signal('SIGSTOP');
    const ids = keepSome(keeper, 50);
    expect(keeper.figures.open).toBe(50);
    await waitFor(() => keeper.figures.open === 0, { what: 'the spool to be synced' });
    expect(keeper.figures.unconfirmed).toBe(50);
    nats.program.signal('SIGCONT');
    await untilConfirmed(keeper);
    expect(postedBy(books)).toEqual(ids.toSorted());
  });

  it('survives a broker that is killed, and one that comes back with an older copy of its store', async () => {
    const books = await startBooks();
    const { keeper, spool } = await startGateway();
    const before = keepSome(keeper, 10);
    await untilConfirmed(keeper);
    const { port } = nats;
    await nats.stop();
    await cp(storeDirectory(), join(folder, 'older'), { recursive: true });
    nats = await startNatsServer({ directory: storeDirectory(), port });
    await untilConnected();
    await books.close();
    const lost = keepSome(keeper, 30);
    await untilAcknowledged(keeper);
    nats.program.signal('SIGKILL');
    await nats.program.ended;
    const whileAway = keepSome(keeper, 5);
    nats = await startNatsServer({ directory: join(folder, 'older'), port });
    await untilConnected();
    await books.open();
    const after = keepSome(keeper, 5);
    await untilConfirmed(keeper);
    expect(postedBy(books)).toEqual([...before, ...lost, ...whileAway, ...after].toSorted());
    await untilEmpty(spool);
  });

  it('is published again under another message id when the stream was purged, which does not make it forget ids', async () => {
    const books = await startBooks();
    const { keeper } = await startGateway();
    await books.close();
    const ids = keepSome(keeper, 30);
    await untilAcknowledged(keeper);
    const connection = await connect({ servers: nats.url });
    await (await jetstreamManager(connection)).streams.purge(USAGE_STREAM);
    await connection.close();
    await books.open();
    await untilConfirmed(keeper);
    expect(postedBy(books)).toEqual(ids.toSorted());
  });

  it('that the books refuse is laid aside with the reason, and waited for no longer', async () => {
    const books = await startBooks();
    const { keeper, spool } = await startGateway();
    const refused = settlement();
    books.refused.add(refused.reservationId);
    keeper.keep(refused);
    const ids = keepSome(keeper, 5);
    await untilConfirmed(keeper);
    expect(postedBy(books)).toEqual(ids.toSorted());
    expect(keeper.figures.dead).toBe(1);
    const lines = (await readFile(join(spoolDirectory(), 'dead-settlements.ndjson'), 'utf8')).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { at: expect.any(String), reason: 'unknown_account', event: expect.objectContaining({ data: refused }) },
    ]);
    await untilEmpty(spool);
  });
});

describe('a full spool', () => {
  it('refuses new requests and says so, keeps what is under way, and takes requests again once it is empty', async () => {
    process.env['CODE_ROUTER_SPOOL_BYTES_MAX'] = '16384';
    const books = await startBooks();
    const { keeper, service, spool } = await startGateway();
    expect(keeper.refusal).toBeUndefined();
    nats.program.signal('SIGSTOP');
    const ids: string[] = [];
    while (!keeper.refusal) ids.push(...keepSome(keeper, 1));
    expect(keeper.refusal).toMatch(/full/);
    ids.push(...keepSome(keeper, 20));
    expect(keeper.figures.inMemory).toBeGreaterThan(10);
    expect(spool.bytes).toBeLessThanOrEqual(16_384);
    const ready = await fetch(`${service.url}/health/ready`);
    expect(ready.status).toBe(503);
    expect(await ready.text()).toContain('settlement spool');
    expect(await (await fetch(`${service.url}/metrics`)).text()).toMatch(
      /code_router_settlements\{state="memory"\} [1-9]/,
    );
    nats.program.signal('SIGCONT');
    await untilConfirmed(keeper);
    expect(postedBy(books)).toEqual(ids.toSorted());
    await waitFor(() => keeper.refusal === undefined, { what: 'requests to be taken again' });
  });
});

describe('a small spool', () => {
  it('refuses new requests as long as it could not hold the settlements of all that are under way', async () => {
    process.env['CODE_ROUTER_SPOOL_BYTES_MAX'] = '16384';
    const books = await startBooks();
    const { keeper, service } = await startGateway();
    nats.program.signal('SIGSTOP');
    const ids: string[] = [];
    const underWay: (() => void)[] = [];
    while (!keeper.refusal) {
      underWay.push(keeper.expect());
      if (!keeper.refusal && underWay.length % 2 === 1) ids.push(...keepSome(keeper, 1));
    }
    expect(keeper.refusal).toMatch(/full.* requests are under way/);
    expect(underWay.length).toBeGreaterThan(1);
    ids.push(...keepSome(keeper, underWay.length));
    expect(keeper.figures).toMatchObject({ unconfirmed: ids.length, inMemory: 0 });
    for (const end of underWay) {
      end();
      // Some ends are told twice, and must not count for others.
      end();
    }
    nats.program.signal('SIGCONT');
    await untilConfirmed(keeper);
    expect(postedBy(books)).toEqual(ids.toSorted());
    await waitFor(() => keeper.refusal === undefined, { what: 'requests to be taken again' });
    const ready = await fetch(`${service.url}/health/ready`);
    expect(ready.status).toBe(200);
  });
});

describe('what a gateway left that was killed', () => {
  async function leaveBehind(count: number): Promise<readonly string[]> {
    const events = Array.from({ length: count }, () => usageEvent(settlement(), '/test'));
    const program = await ChildProgram.start({
      name: 'a gateway',
      command: process.execPath,
      args: [
        '--import',
        join(process.cwd(), 'test/servers/typescript-loader.mjs'),
        '--input-type=module',
        '-e',
        `await import('reflect-metadata');
         const { Spool } = await import(${JSON.stringify(new URL('journal/spool.ts', import.meta.url).href)});
         const spool = new Spool({ directory: ${JSON.stringify(spoolDirectory())}, bytesMax: 1e9 });
         await spool.open();
         for (const event of ${JSON.stringify(events)}) spool.append(Buffer.from(JSON.stringify(event)));
         process.stdout.write('kept\\n');
         setInterval(() => undefined, 1000);`,
      ],
      environment: {},
    });
    await program.waitForLine(/kept/, 30_000);
    program.signal('SIGKILL');
    await program.ended;
    return events.map(({ id }) => id);
  }

  it('is published by the next one, each settlement once, and nothing of it is left', async () => {
    const ids = [...(await leaveBehind(40)), ...(await leaveBehind(3))];
    const books = await startBooks();
    const { keeper, spool } = await startGateway();
    await untilConfirmed(keeper);
    expect(postedBy(books)).toEqual(ids.toSorted());
    expect([...books.posted.values()].every((count) => count === 1)).toBe(true);
    await untilEmpty(spool);
    await waitFor(async () => (await readdir(spoolDirectory())).length === 1, {
      what: 'only its own folder to be left',
    });
  });

  it('is not touched while its process lives', async () => {
    await startBooks();
    const first = await startGateway();
    nats.program.signal('SIGSTOP');
    const ids = keepSome(first.keeper, 5);
    nats.program.signal('SIGCONT');
    const second = await startGateway();
    expect(second.keeper.figures.unconfirmed).toBe(0);
    await untilConfirmed(first.keeper);
    expect(ids).toHaveLength(5);
    expect(await readdir(spoolDirectory())).toHaveLength(2);
  });
});

describe('the end of a gateway', () => {
  it('waits for its settlements to be posted', async () => {
    const books = await startBooks();
    const { service, keeper } = await startGateway();
    const ids = keepSome(keeper, 100);
    await stop(service);
    expect(postedBy(books)).toEqual(ids.toSorted());
    expect(await readdir(spoolDirectory())).toEqual([]);
  });

  it('leaves to the next one what could not be published, and ends all the same', async () => {
    const books = await startBooks();
    const { service, keeper } = await startGateway();
    await books.close();
    const ids = keepSome(keeper, 10);
    await stop(service);
    expect(await readdir(spoolDirectory())).toHaveLength(1);
    await books.open();
    const next = await startGateway();
    await untilConfirmed(next.keeper);
    expect(postedBy(books)).toEqual(ids.toSorted());
  });
});
