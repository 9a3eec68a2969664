import { randomUUID, randomUUIDv7 } from 'node:crypto';
import { Client } from 'pg';
import {
  QuotaMessages,
  usageEvent,
  type LedgerAudit,
  type ReserveRequest,
  type UsageEvent,
} from '@code-router/contracts';
import { cpuUs } from '../measure/proc.js';
import { machineNotes } from '../report/machine.js';
import { writeResults } from '../report/results.js';
import { table } from '../report/table.js';
import { openOwners, startQuotaTarget, type Owner, type QuotaTarget } from '../targets/quota-service.js';

const GOAL_PER_SECOND = 12_000;
/** Reservations in one message. A gateway puts together what arrives while it waits, up to 256. */
const BATCHES = [1, 16, 64, 256];
/** Reservations under way, over all messages: as many as a few busy gateways have. */
const UNDER_WAY = 1_024;
const WARM_UP_MS = 2_000;
const POSTED_COUNT = 60_000;
/** Published and not acknowledged yet. */
const PUBLISHING_MAX = 4_096;

interface QuotaRow {
  readonly what: string;
  readonly accounts: number;
  readonly perMessage: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly cpuUs: Readonly<Record<string, number>>;
}

/** What one quota service decides and posts in a second over NATS, on however many cores this machine has. */
export async function measureQuota({ durationMs }: { readonly durationMs: number }): Promise<void> {
  await using resources = new AsyncDisposableStack();
  const machine = machineNotes();
  const target = await startQuotaTarget();
  resources.defer(() => target.stop());
  const thousand = await openOwners(target.transport.client, 1_000);
  const rows: QuotaRow[] = [];
  for (const owners of [thousand, thousand.slice(0, 1)]) {
    for (const perMessage of BATCHES) {
      await reserveFor(target, owners, perMessage, WARM_UP_MS);
      const row = await reserveFor(target, owners, perMessage, durationMs);
      rows.push(row);
      say(`${row.what}, ${row.accounts} accounts, ${perMessage} a message: ${Math.round(row.perSecond)}/s`);
    }
    const row = await postAll(target, owners);
    rows.push(row);
    say(`${row.what}, ${row.accounts} accounts: ${Math.round(row.perSecond)}/s`);
  }
  await expectCleanBooks(target);
  say(`\n${machine.join('\n')}\n\n${quotaTable(rows)}\n\n${goals(rows).join('\n')}`);
  say(`\n${writeResults('quota', { machine, rows })}`);
}

/** Keeps as many reservations under way as there are places, for so long. */
async function reserveFor(
  { transport, processes }: QuotaTarget,
  owners: readonly Owner[],
  perMessage: number,
  durationMs: number,
): Promise<QuotaRow> {
  const cpuBefore = processes.map((measured) => cpuUs(measured));
  const latencies: number[] = [];
  const startedAt = performance.now();
  const endsAt = startedAt + durationMs;
  let decided = 0;
  const ask = async (worker: number): Promise<void> => {
    for (let place = worker * perMessage; performance.now() < endsAt; place += UNDER_WAY) {
      const reservations = Array.from({ length: perMessage }, (_, index) => holdFor(ownerAt(owners, place + index)));
      const askedAt = performance.now();
      const { decisions } = await transport.client.request(QuotaMessages.reserve, { reservations });
      latencies.push(performance.now() - askedAt);
      if (decisions.some(({ held }) => !held)) throw new Error('a reservation was refused that can be paid');
      decided += decisions.length;
    }
  };
  await Promise.all(Array.from({ length: UNDER_WAY / perMessage }, (_, worker) => ask(worker)));
  const seconds = (performance.now() - startedAt) / 1_000;
  latencies.sort((a, b) => a - b);
  return {
    what: 'reservations',
    accounts: owners.length,
    perMessage,
    perSecond: decided / seconds,
    p50Ms: latencies[Math.floor(latencies.length * 0.5)] ?? 0,
    p99Ms: latencies[Math.floor(latencies.length * 0.99)] ?? 0,
    cpuUs: cpuPerItem(processes, cpuBefore, decided),
  };
}

/** Publishes settlements of pending reservations while quota is away, and measures how fast it posts them when it is back. */
async function postAll(target: QuotaTarget, owners: readonly Owner[]): Promise<QuotaRow> {
  const holds = Array.from({ length: POSTED_COUNT }, (_, index) => holdFor(ownerAt(owners, index)));
  for (let from = 0; from < holds.length; from += 256) {
    await target.transport.client.request(QuotaMessages.reserve, { reservations: holds.slice(from, from + 256) });
  }
  await target.stopQuota();
  for (let from = 0; from < holds.length; from += PUBLISHING_MAX) {
    const events = holds.slice(from, from + PUBLISHING_MAX).map(settlementOf);
    await Promise.all(events.map((event) => target.transport.eventLog.publish(event)));
  }
  const database = new Client({ connectionString: target.databaseUrl });
  await database.connect();
  try {
    const charges = async (): Promise<number> => {
      // Costs nothing, whatever is in the ledger; that all of it is there is audited in the end.
      const { rows } = await database.query<{ last: string }>(
        'SELECT last_value::text AS last FROM quota.ledger_entries_id_seq',
      );
      return Number(rows[0]?.last);
    };
    const before = await charges();
    await target.startQuota();
    let [startedAt, posted, atStart] = [0, 0, 0];
    let cpuBefore: readonly number[] = [];
    // Until the last is posted; from the first look on at which some were.
    for (;;) {
      posted = (await charges()) - before;
      if (startedAt === 0 && posted > 0) {
        [startedAt, atStart] = [performance.now(), posted];
        cpuBefore = target.processes.map((measured) => cpuUs(measured));
      }
      if (posted >= POSTED_COUNT) break;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    const seconds = (performance.now() - startedAt) / 1_000;
    return {
      what: 'postings',
      accounts: owners.length,
      perMessage: 1,
      perSecond: (posted - atStart) / seconds,
      p50Ms: 0,
      p99Ms: 0,
      cpuUs: cpuPerItem(target.processes, cpuBefore, posted - atStart),
    };
  } finally {
    await database.end();
  }
}

async function expectCleanBooks({ transport }: QuotaTarget): Promise<void> {
  const audit: LedgerAudit = await transport.client.request(QuotaMessages.audit, {}, { timeoutMs: 120_000 });
  const broken = Object.entries(audit).filter(([, count]) => count !== 0);
  if (broken.length > 0) throw new Error(`The books are wrong: ${JSON.stringify(broken)}`);
}

function cpuPerItem(
  processes: QuotaTarget['processes'],
  before: readonly number[],
  count: number,
): Readonly<Record<string, number>> {
  return Object.fromEntries(
    processes.map((measured, index) => [measured.name, (cpuUs(measured) - (before[index] ?? 0)) / Math.max(count, 1)]),
  );
}

function ownerAt(owners: readonly Owner[], place: number): Owner {
  return owners[place % owners.length] as Owner;
}

function holdFor({ accountId, keyId }: Owner): ReserveRequest {
  return {
    // As gateways make them: in the order of time, which indexes are filled in at their end.
    reservationId: randomUUIDv7(),
    requestId: `req_${randomUUID()}`,
    accountId,
    keyId,
    amountNanos: '1000',
    leaseMs: 3_600_000,
    model: 'bench-model',
    clientIp: '127.0.0.1',
    inputTokens: 100,
    outputTokens: 100,
  };
}

function settlementOf({ reservationId, requestId, accountId, keyId }: ReserveRequest): UsageEvent {
  const at = new Date().toISOString();
  return usageEvent(
    {
      outcome: 'settled',
      reservationId,
      requestId,
      accountId,
      keyId,
      keyName: 'bench',
      endpoint: '/v1/chat/completions',
      stream: false,
      modelAsked: 'bench-model',
      attempts: 1,
      tokens: { input: 60, output: 40 },
      reasoningTokens: 0,
      estimated: false,
      priceVersionId: '00000000-0000-4000-8000-000000000000',
      terms: { rates: { input: '1000000', output: '1000000' }, perCallNanos: '0', tiers: [] },
      multiplierMillionths: '1000000',
      multiplierSource: 'default',
      amountNanos: '100',
      httpStatus: 200,
      clientDisconnected: false,
      startedAt: at,
      completedAt: at,
      latencyMs: 1,
    },
    'bench',
  );
}

function quotaTable(rows: readonly QuotaRow[]): string {
  const names = Object.keys(rows[0]?.cpuUs ?? {});
  const heads = [
    'what',
    'accounts',
    'a message',
    'each second',
    'p50 ms',
    'p99 ms',
    ...names.map((name) => `${name} µs`),
  ];
  return table(
    heads,
    rows.map((row) => [
      row.what,
      String(row.accounts),
      String(row.perMessage),
      Math.round(row.perSecond).toLocaleString('en'),
      row.p50Ms.toFixed(1),
      row.p99Ms.toFixed(1),
      ...names.map((name) => (row.cpuUs[name] ?? 0).toFixed(1)),
    ]),
  );
}

function goals(rows: readonly QuotaRow[]): readonly string[] {
  return ['reservations', 'postings'].flatMap((what) =>
    [...new Set(rows.map(({ accounts }) => accounts))].map((accounts) => {
      const best = Math.max(
        ...rows.filter((row) => row.what === what && row.accounts === accounts).map(({ perSecond }) => perSecond),
      );
      const reached = best >= GOAL_PER_SECOND ? 'reached' : 'MISSED';
      return `${reached}: at least ${GOAL_PER_SECOND} ${what}/s over ${accounts} accounts: ${Math.round(best)}`;
    }),
  );
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
