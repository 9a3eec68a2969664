import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { Client } from 'pg';
import type { Infrastructure } from '@code-router/config';
import {
  QuotaMessages,
  ReconciliationMessages,
  SettlementMessages,
  USAGE_STREAM,
  type UsageData,
  type UsageEvent,
} from '@code-router/contracts';
import { openTransport, ServiceClient, UsageEventLog, type Transport } from '@code-router/messaging';
import { startService, type RunningService } from '@code-router/service';
import { ChildProgram, createTestDatabase, startNatsServer, temporaryDirectory, waitFor } from '@code-router/testing';
import { QuotaModule } from '../../apps/quota/src/quota.module.js';
import { UsageRecords } from '../../apps/usage-log/src/domain/usage-records.js';
import { BeginReconciliation } from '../../apps/usage-log/src/reconciliation/use-cases/begin-reconciliation.js';
import { ReconcileOnSchedule } from '../../apps/usage-log/src/reconciliation/use-cases/reconcile-on-schedule.js';
import { ReconciliationSettings } from '../../apps/usage-log/src/reconciliation/reconciliation-settings.js';
import { eventOf, failedUsageData, usageData } from '../../apps/usage-log/src/testing/usage-samples.js';
import { UsageLogModule } from '../../apps/usage-log/src/usage-log.module.js';

/** Where a usage is known at first. It is known somewhere, or nobody could miss it. */
interface Fate {
  readonly ledger: boolean;
  readonly log: boolean;
  readonly stream: boolean;
}

const FATES: readonly Fate[] = [true, false].flatMap((ledger) =>
  [true, false].flatMap((log) => [true, false].map((stream) => ({ ledger, log, stream }))),
);
const KNOWN_FATES = FATES.filter(({ ledger, log, stream }) => ledger || log || stream);
const READERS = ['quota', 'usage-log'];

describe.each(['PostgreSQL alone', 'NATS'] as const)('reconciliation on %s', (form) => {
  let infrastructure: Infrastructure;
  let resources: AsyncDisposableStack;
  let quota: RunningService;
  let accountId: string;
  let keyId: string;

  beforeEach(async () => {
    Object.assign(process.env, { LOG_LEVEL: 'silent', CODE_ROUTER_RECONCILE_INTERVAL_MINUTES: '0' });
    resources = new AsyncDisposableStack();
    const database = await createTestDatabase();
    resources.defer(() => database.drop());
    infrastructure = { databaseUrl: database.url };
    if (form === 'PostgreSQL alone') return;
    const nats = await startNatsServer({ directory: await temporaryDirectory('reconciliation') });
    resources.defer(() => nats.stop());
    infrastructure = { databaseUrl: database.url, natsUrl: nats.url };
  });

  afterEach(() => resources.disposeAsync());

  const start = (...modules: readonly (typeof QuotaModule | typeof UsageLogModule)[]): Promise<RunningService> =>
    startService({ name: 'reconciliation-test', modules, infrastructure, host: '127.0.0.1', port: 0 });

  const query = async <Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> => {
    const client = new Client({ connectionString: infrastructure.databaseUrl });
    await client.connect();
    try {
      return (await client.query(sql, [...parameters])).rows as Row[];
    } finally {
      await client.end();
    }
  };

  /** Reads the log in the name of a service, and does nothing with it. */
  const swallow = async ({ eventLog }: Transport, lastId: string): Promise<void> => {
    for (const consumer of READERS) {
      const seen = Promise.withResolvers<void>();
      const subscription = await eventLog.consume({ consumer, batchMax: 256 }, async (events) => {
        if (events.some(({ id }) => id === lastId)) seen.resolve();
      });
      await seen.promise;
      await subscription.stop();
    }
  };

  const removeFromStream = async (ids: readonly string[]): Promise<void> => {
    if (!infrastructure.natsUrl) {
      await query('DELETE FROM messaging.usage_events WHERE id = ANY ($1)', [ids]);
      return;
    }
    const connection = await connect({ servers: infrastructure.natsUrl });
    const { streams } = await jetstreamManager(connection);
    const { state } = await streams.info(USAGE_STREAM);
    for (let sequence = state.first_seq; sequence <= state.last_seq; sequence += 1) {
      const message = await streams.getMessage(USAGE_STREAM, { seq: sequence }).catch(() => undefined);
      if (message && ids.includes(message.json<UsageEvent>().id)) await streams.deleteMessage(USAGE_STREAM, sequence);
    }
    await connection.close();
  };

  const usage = (index: number): UsageData => {
    const owner = { accountId, keyId, completedAt: new Date(Date.now() - 60_000 - index).toISOString() };
    return index % 5 === 4
      ? failedUsageData(owner)
      : usageData({ ...owner, tokens: { input: 1_000 + index, output: 7 } });
  };

  /** Brings every usage where its fate wants it, and nowhere else, and starts the services on that. */
  const prepare = async (usages: readonly (readonly [UsageData, Fate])[]): Promise<RunningService> => {
    const transport = await openTransport(infrastructure, 'test');
    const posted = usages.filter(([, { ledger }]) => ledger).map(([data]) => eventOf(data));
    await Promise.all(posted.map((event) => transport.eventLog.publish(event)));
    await waitFor(
      async () => {
        const reservationIds = posted.map(({ data }) => data.reservationId);
        const status = await quota.app.get(ServiceClient).request(SettlementMessages.status, { reservationIds });
        return status.posted.length === posted.length;
      },
      { what: 'what is to be in the ledger', timeoutMs: 30_000 },
    );
    await quota.stop();
    const others = usages.filter(([, { ledger, stream }]) => !ledger && stream).map(([data]) => eventOf(data));
    const last = eventOf(failedUsageData({ accountId, keyId, completedAt: new Date().toISOString() }));
    for (const event of [...others, last]) await transport.eventLog.publish(event);
    await swallow(transport, last.id);
    await removeFromStream([last.id, ...usages.filter(([, { stream }]) => !stream).map(([data]) => eventOf(data).id)]);
    await transport.close();
    const service = await start(QuotaModule, UsageLogModule);
    resources.defer(() => service.stop());
    const recorded = usages.filter(([, { log }]) => log).map(([data]) => data);
    await service.app.get(UsageRecords, { strict: false }).record(recorded);
    return service;
  };

  /** And leaves quota running until `prepare` has posted what the ledger is to have. */
  const openAccount = async (): Promise<void> => {
    quota = await start(QuotaModule);
    const client = quota.app.get(ServiceClient);
    accountId = (await client.request(QuotaMessages.createAccount, { name: `account ${randomUUID()}` })).id;
    keyId = (await client.request(QuotaMessages.createKey, { accountId, name: 'key' })).id;
    const grant = { accountId, amountNanos: '1000000000000', reference: randomUUID(), note: 'seed', author: 'test' };
    await client.request(QuotaMessages.grant, grant);
  };

  const reconcile = async (service: RunningService) =>
    service.app.get(BeginReconciliation, { strict: false }).toTheEnd(await everythingSoFar());

  const charges = async (): Promise<ReadonlyMap<string, bigint>> =>
    new Map(
      (
        await query<{ reference: string; amount: string }>(
          `SELECT reference, (-amount_nanos)::text AS amount FROM quota.ledger_entries WHERE kind = 'charge'`,
        )
      ).map(({ reference, amount }) => [reference, BigInt(amount)]),
    );

  const records = async (): Promise<ReadonlyMap<string, bigint>> =>
    new Map(
      (
        await query<{ id: string; amount: string }>(
          'SELECT id, amount_nanos::text AS amount FROM usage_log.usage_records WHERE amount_nanos > 0',
        )
      ).map(({ id, amount }) => [id, BigInt(amount)]),
    );

  it('makes the usage log equal the ledger, whatever of ledger, log and stream lost an event, and then finds nothing', async () => {
    await openAccount();
    const usages = KNOWN_FATES.flatMap((fate, kind) =>
      Array.from({ length: 10 }, (_, index) => [usage(kind * 10 + index), fate] as const),
    );
    const service = await prepare(usages);
    // Somebody of their own, who reads what the stream has from now on and shares nothing with the others.
    const seen = new Set<string>();
    await service.app.get(UsageEventLog).consume({ consumer: 'independent', batchMax: 100 }, async (events) => {
      for (const { id } of events) seen.add(id);
    });
    const run = await reconcile(service);
    expect(run.details.filter(({ repaired }) => !repaired)).toEqual([]);
    expect(run).toMatchObject({
      status: 'repaired',
      error: null,
      missingRecords: usages.filter(([, { log }]) => !log).length,
      missingCharges: usages.filter(([, { ledger }]) => !ledger).length,
      republished: usages.filter(([, { ledger, stream }]) => ledger && !stream).length,
      unexplained: 0,
    });
    expect(run.repaired).toBe(run.missingRecords + run.missingCharges + run.republished);
    await waitFor(() => usages.every(([{ reservationId }]) => seen.has(reservationId)), {
      what: 'every event to reach the independent consumer',
      timeoutMs: 30_000,
    });
    const expected = new Map(
      usages
        .filter(([{ outcome }]) => outcome === 'settled')
        .map(([{ reservationId, amountNanos }]) => [reservationId, BigInt(amountNanos)]),
    );
    expect(await charges()).toEqual(expected);
    expect(await records()).toEqual(expected);
    const rollups = await query<{ amount: string; requests: string }>(
      'SELECT sum(amount_nanos)::text AS amount, sum(requests)::text AS requests FROM usage_log.usage_hourly',
    );
    const sum = [...expected.values()].reduce((total, amount) => total + amount, 0n);
    expect(rollups).toEqual([{ amount: String(sum), requests: String(usages.length) }]);

    const again = await reconcile(service);
    expect(again).toMatchObject({ status: 'clean', repaired: 0, republished: 0, unexplained: 0, details: [] });
    expect(await charges()).toEqual(expected);
    const listed = await service.app.get(ServiceClient).request(ReconciliationMessages.list, { limit: 1 });
    expect(listed.items).toEqual([again]);
    expect(listed.nextCursor).toEqual(expect.any(String));
  });

  it('reports what it cannot repair: amounts that differ, and events that the ledger refuses or nobody can read', async () => {
    await openAccount();
    const everywhere = { ledger: true, log: true, stream: true };
    const [right, wrong] = [usage(0), usage(1)];
    const service = await prepare([
      [right, everywhere],
      [wrong, everywhere],
    ]);
    await query('UPDATE usage_log.usage_records SET amount_nanos = 1 WHERE id = $1', [wrong.reservationId]);
    // Of an account that there is not.
    const refused = usage(2);
    const eventLog = service.app.get(UsageEventLog);
    await eventLog.publish(eventOf({ ...refused, accountId: randomUUID() }));
    const unreadable = { ...eventOf(usage(3)), id: 'of-no-use', data: { outcome: 'settled' } as UsageData };
    await eventLog.publish(unreadable);
    Object.assign(service.app.get(ReconciliationSettings, { strict: false }), { confirmMs: 1_000 });
    const run = await reconcile(service);
    expect(run).toMatchObject({ status: 'unexplained', unexplained: 3 });
    const found = Object.fromEntries(run.details.filter(({ repaired }) => !repaired).map((one) => [one.kind, one]));
    expect(found['amount-differs']).toMatchObject({
      reservationId: wrong.reservationId,
      explanation: `The ledger says ${wrong.amountNanos} nanos, the usage log 1.`,
    });
    expect(found['missing-charge']).toMatchObject({
      reservationId: refused.reservationId,
      explanation: expect.stringContaining('dead letters'),
    });
    expect(found['unreadable-event']).toMatchObject({ explanation: expect.stringContaining('of-no-use') });
  });

  it('replaces an orphan by the settlement that only the ledger knows', async () => {
    await openAccount();
    const settled = usage(0);
    const service = await prepare([[settled, { ledger: true, log: false, stream: false }]]);
    const orphan: UsageData = { ...settled, outcome: 'orphaned', amountNanos: '3', estimated: true };
    await service.app.get(UsageRecords, { strict: false }).record([orphan]);
    expect(await reconcile(service)).toMatchObject({ status: 'repaired', missingRecords: 1, unexplained: 0 });
    expect(await records()).toEqual(new Map([[settled.reservationId, BigInt(settled.amountNanos)]]));
  });

  it('charges a settlement of the usage log where the ledger knows its orphan only', async () => {
    await openAccount();
    const settled = usage(0);
    const service = await prepare([]);
    const orphan: UsageData = { ...settled, outcome: 'orphaned', amountNanos: '3', estimated: true };
    await service.app.get(UsageEventLog).publish(eventOf(orphan));
    await waitFor(async () => (await charges()).get(settled.reservationId) === 3n, {
      what: 'the charge of the orphan',
    });
    await service.app.get(UsageRecords, { strict: false }).record([settled]);
    expect(await reconcile(service)).toMatchObject({ status: 'repaired', missingCharges: 1, unexplained: 0 });
    const [ledger] = await query<{ amount: string }>(
      'SELECT (-sum(amount_nanos))::text AS amount FROM quota.ledger_entries WHERE reference = $1',
      [settled.reservationId],
    );
    expect(ledger).toEqual({ amount: settled.amountNanos });
    expect(await reconcile(service)).toMatchObject({ status: 'clean' });
  });

  it('is done by one at a time, goes on where the schedule ended, and says why it failed', async () => {
    await openAccount();
    const service = await prepare([[usage(0), { ledger: true, log: false, stream: true }]]);
    const schedule = service.app.get(ReconcileOnSchedule, { strict: false });
    const client = service.app.get(ServiceClient);
    const list = async () => (await client.request(ReconciliationMessages.list, {})).items;

    const holder = new Client({ connectionString: infrastructure.databaseUrl });
    await holder.connect();
    await holder.query('SELECT pg_advisory_lock(726520)');
    await expect(client.request(ReconciliationMessages.start, {})).rejects.toMatchObject({ code: 'conflict' });
    await schedule.execute(new Date());
    expect(await list()).toEqual([]);
    await holder.end();

    const later = new Date(Date.now() + 3_600_000);
    await waitFor(async () => (await schedule.execute(later), (await list()).length === 1), { what: 'a run' });
    expect((await list())[0]).toMatchObject({ status: 'repaired', missingRecords: 1 });
    await schedule.execute(new Date(later.getTime() + 60_000));
    const [second, first] = await list();
    expect(second).toMatchObject({ status: 'clean', from: first?.to });

    await query('ALTER TABLE usage_log.usage_records RENAME TO away');
    const failed = await reconcile(service);
    expect(failed).toMatchObject({ status: 'failed', error: expect.stringContaining('usage_records') });
    await query('ALTER TABLE usage_log.away RENAME TO usage_records');
    await schedule.execute(new Date(later.getTime() + 120_000));
    expect((await list())[0]).toMatchObject({ status: 'clean', from: second?.to });
    const wrong = client.request(ReconciliationMessages.start, { from: 'yesterday', to: now() });
    await expect(wrong).rejects.toMatchObject({ code: 'invalid_request_error', details: { param: 'from' } });
  });

  it('can be run from the command line, beside the services: 0 when it agrees, 1 when it does not, 2 when it cannot', async () => {
    await openAccount();
    const [lost, wrong] = [usage(0), usage(1)];
    await prepare([
      [lost, { ledger: true, log: false, stream: false }],
      [wrong, { ledger: true, log: true, stream: true }],
    ]);
    const run = async (environment: object, ...args: readonly string[]) => {
      const program = await ChildProgram.start({
        name: 'reconcile',
        command: process.execPath,
        args: [resolve(import.meta.dirname, '../../dist/apps/standalone/src/reconcile.js'), ...args],
        environment: {
          PATH: process.env['PATH'],
          DATABASE_URL: infrastructure.databaseUrl,
          NATS_URL: infrastructure.natsUrl,
          ...environment,
        },
      });
      return { code: await program.ended, text: program.lines.join('\n') };
    };
    const { from, to } = await everythingSoFar();
    const period = ['--from', from, '--to', to];
    const repaired = await run({}, ...period);
    expect(repaired).toMatchObject({ code: 0, text: expect.stringContaining(lost.reservationId) });
    expect(await run({}, ...period)).toMatchObject({ code: 0, text: expect.stringContaining('clean') });
    await query('UPDATE usage_log.usage_records SET amount_nanos = 1 WHERE id = $1', [wrong.reservationId]);
    expect(await run({}, ...period)).toMatchObject({ code: 1, text: expect.stringContaining('amount-differs') });
    if (form === 'NATS') return;
    // What is wrong before anything is read is the same in either form.
    const nowhere = { DATABASE_URL: 'postgresql://127.0.0.1:1/nothing' };
    const [mistaken, failed] = await Promise.all([run({}, '--from', 'yesterday'), run(nowhere, ...period)]);
    expect(mistaken).toMatchObject({ code: 2, text: expect.stringContaining('from') });
    expect(failed).toMatchObject({ code: 2, text: expect.stringContaining('127.0.0.1:1') });
    // Programs start in turn, each of them with all of the service.
  }, 240_000);
});

function now(): string {
  return new Date().toISOString();
}

/** A period ends before its last millisecond: what was published in this one is in a period that the next one ends. */
async function everythingSoFar(): Promise<{ readonly from: string; readonly to: string }> {
  const published = Date.now();
  await waitFor(() => Date.now() > published, { what: 'the next millisecond' });
  return { from: new Date(published - 3_600_000).toISOString(), to: now() };
}
