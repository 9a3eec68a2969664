import { setTimeout as sleep } from 'node:timers/promises';
import { checkBooks } from './books/check-books.js';
import { readDatabase } from './books/database-book.js';
import { EventBook } from './books/event-book.js';
import { spoil, SPOILAGES, type Spoilage } from './books/spoil.js';
import { countOf, type Rule, type Verdict } from './books/verdict.js';
import { Traffic } from './clients/traffic.js';
import type { Fault, Scene } from './faults/fault.js';
import { Random } from './random.js';
import { Recovery } from './recovery.js';
import { MODEL } from './system/administration.js';
import { startChaosSystem, type ChaosSystem, type Setup } from './system/chaos-system.js';
import { Operator } from './system/operator.js';
import type { OwnEnd } from './system/supervisor.js';

export interface ChaosOptions {
  readonly seed: string;
  readonly setup: Setup;
  /** How often a reconciliation is asked for; undefined when the product's own schedule is to do. */
  readonly reconcileEveryMs?: number | undefined;
  /** In the order in which they strike. */
  readonly faults: readonly Fault[];
  readonly clients: number;
  /** How long what is broken stays broken. */
  readonly outageMs: number;
  /** How long all is well between two faults. */
  readonly calmMs: number;
  /** No further fault strikes when so much time has passed. */
  readonly durationMs: number;
  /** Whether the books are spoiled when all is over, to prove that the checks find it. */
  readonly isToProve: boolean;
  readonly onProgress: (line: string) => void;
}

/** What a fault did, and how long it took to recover from it. */
export interface FaultReport {
  readonly name: string;
  /** From the moment its cause was taken away until every gateway answered again. Null: not within the time allowed. */
  readonly servedMs: number | null;
  /** Until ledger and log had every request that had succeeded before. */
  readonly bookedMs: number | null;
  /** Why it could not strike, or what it broke did not come back. */
  readonly failure?: string;
}

export interface ChaosReport {
  readonly seed: string;
  readonly faults: readonly FaultReport[];
  readonly ownEnds: readonly OwnEnd[];
  readonly verdict: Verdict;
  readonly durationMs: number;
  /** How long it took, after the last call, until nothing was wrong any more. */
  readonly settledMs: number;
  /** What the checks found of the damage that was done on purpose. */
  readonly proofs: readonly Proof[];
  /** The folder with the lines of every process; kept when something was wrong. */
  readonly logs: string;
}

/** Damage that was done to the books, and how many violations of its rule were found afterwards. */
export interface Proof {
  readonly spoilage: Spoilage;
  readonly rule: Rule;
  readonly found: number;
}

/** By when everything must have recovered: what a lease, a lock of the queue and a redelivery take, one after another. */
export const RECOVERY_MS_MAX = 150_000;
/** No call may take longer, whatever happens to it. */
const CALL_MS_MAX = 60_000;
const CLIENTS_PER_ACCOUNT = 5;
const POLL_MS = 1_000;

/** Starts a system, lets clients use it, strikes with one fault after the other, and compares the books. */
export async function runChaos(options: ChaosOptions, signal: AbortSignal): Promise<ChaosReport> {
  const startedAt = Date.now();
  const random = new Random(options.seed);
  const { onProgress } = options;
  onProgress('Starting NATS, Redis, PostgreSQL, the services and the upstream.');
  const system = await startChaosSystem(
    random.of('system'),
    Math.ceil(options.clients / CLIENTS_PER_ACCOUNT),
    options.setup,
  );
  const operator = options.reconcileEveryMs ? new Operator(system.administration, options.reconcileEveryMs) : undefined;
  let isSound = false;
  try {
    const events = await EventBook.open(system.nats.url);
    const traffic = new Traffic({
      random: random.of('traffic'),
      clients: options.clients,
      gateways: system.services.replicasOf('gateway').map((name) => ({ name, url: system.services.urlOf(name) })),
      apiKeys: system.customers.map(({ apiKey }) => apiKey),
      model: MODEL,
      callMsMax: CALL_MS_MAX,
    });
    try {
      await traffic.servedByAll(RECOVERY_MS_MAX);
      const recoveries = await strikeAll(options, { system, events, traffic, random }, startedAt, signal);
      onProgress('The faults are over; waiting for the last calls and for the books.');
      const stoppedAt = Date.now();
      await traffic.stop();
      await system.services.waitUntilReady();
      const faults = await Promise.all(recoveries.map(({ report }) => report));
      const verdict = await untilSound(system, traffic, events);
      const settledMs = Date.now() - stoppedAt;
      const hasRecovered = faults.every(({ servedMs, bookedMs }) => servedMs !== null && bookedMs !== null);
      isSound = verdict.violations.length === 0 && hasRecovered;
      return {
        seed: options.seed,
        faults,
        ownEnds: system.services.ownEnds,
        verdict,
        durationMs: Date.now() - startedAt,
        settledMs,
        proofs: options.isToProve && isSound ? await prove(system, traffic, events) : [],
        logs: system.logs,
      };
    } finally {
      await traffic.stop();
      await events.close();
    }
  } finally {
    await operator?.leave();
    await system.stop(!isSound);
  }
}

interface Stage {
  readonly system: ChaosSystem;
  readonly events: EventBook;
  readonly traffic: Traffic;
  readonly random: Random;
}

async function strikeAll(
  { faults, outageMs, calmMs, durationMs, onProgress }: ChaosOptions,
  { system, events, traffic, random }: Stage,
  startedAt: number,
  signal: AbortSignal,
): Promise<readonly Recovering[]> {
  const recovery = new Recovery(traffic.book, () => system.postgres.url);
  const recoveries: Recovering[] = [];
  for (const [index, fault] of faults.entries()) {
    if (Date.now() - startedAt > durationMs) break;
    await sleep(calmMs, undefined, { signal });
    onProgress(`${seconds(Date.now() - startedAt)} ${fault.name}`);
    const scene = { system, events, random: random.of(`fault ${index}`), outageMs };
    recoveries.push(await strike(fault, scene, traffic, recovery));
    signal.throwIfAborted();
  }
  return recoveries;
}

/** A fault that is over; its report comes when the books have caught up. */
interface Recovering {
  readonly report: Promise<FaultReport>;
}

/** Resolves when requests are answered again; the books catch up while the next fault strikes. */
async function strike(fault: Fault, scene: Scene, traffic: Traffic, recovery: Recovery): Promise<Recovering> {
  const { name } = fault;
  const isOver = recovery.faultBegins();
  try {
    const mend = await fault.strike(scene);
    const mendedAt = Date.now();
    const served = traffic.servedByAll(RECOVERY_MS_MAX).then(
      () => Date.now() - mendedAt,
      () => null,
    );
    const booked = recovery.caughtUp(RECOVERY_MS_MAX);
    await mend();
    const servedMs = await served;
    return { report: booked.then((bookedMs): FaultReport => ({ name, servedMs, bookedMs })) };
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    return { report: Promise.resolve({ name, servedMs: null, bookedMs: null, failure }) };
  } finally {
    isOver();
  }
}

/** Examines the books until nothing is wrong, or the time is over; the last verdict counts. */
async function untilSound(system: ChaosSystem, traffic: Traffic, events: EventBook): Promise<Verdict> {
  const deadline = Date.now() + RECOVERY_MS_MAX;
  for (;;) {
    const verdict = await examine(system, traffic, events).catch((error: unknown) => {
      if (Date.now() > deadline) throw error;
      return undefined;
    });
    if (verdict && (verdict.violations.length === 0 || Date.now() > deadline)) return verdict;
    await sleep(POLL_MS);
  }
}

async function prove(system: ChaosSystem, traffic: Traffic, events: EventBook): Promise<readonly Proof[]> {
  const proofs: Proof[] = [];
  // They would repair what is spoiled.
  for (const reader of system.services.replicasOf('usage-log')) await system.services.kill(reader);
  for (const spoilage of Object.keys(SPOILAGES) as Spoilage[]) {
    await spoil(spoilage, system.postgres.url);
    const rule = SPOILAGES[spoilage];
    proofs.push({ spoilage, rule, found: countOf(await examine(system, traffic, events), rule) });
  }
  return proofs;
}

async function examine(system: ChaosSystem, traffic: Traffic, events: EventBook): Promise<Verdict> {
  const database = await readDatabase(system.postgres.url);
  return checkBooks({
    clients: traffic.book.entries,
    upstream: system.upstream.book.entries,
    database,
    events: events.seen,
    audit: { ...(await system.administration.audit()) },
    checkpointMsMax: system.checkpointMsMax,
  });
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1_000).toFixed(0).padStart(5)} s`;
}
