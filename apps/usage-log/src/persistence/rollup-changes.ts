import type { UsageData } from '@code-router/contracts';
import { inputTokens, outputTokens } from '@code-router/money';
import { stepOf } from '../domain/durations.js';
import type { Granularity } from '../domain/time-span.js';
import { durationNumber } from './duration-numbers.js';
import { ROLLUP_LEVELS, type RollupKey } from './rollup-levels.js';

/** What roll-ups sum up of a record. */
export interface RolledUp extends RollupKey {
  readonly completedAtMs: number;
  readonly outcome: UsageData['outcome'];
  readonly failed: boolean;
  readonly inputTokens: bigint;
  readonly outputTokens: bigint;
  readonly amountNanos: bigint;
  readonly costNanos: bigint;
  readonly latencyMs: number;
  readonly firstByteMs: number | null;
}

interface Sums {
  requests: number;
  failures: number;
  released: number;
  orphaned: number;
  inputTokens: bigint;
  outputTokens: bigint;
  amountNanos: bigint;
  costNanos: bigint;
  /** The step of each request, see domain/durations.ts. */
  readonly latencySteps: number[];
  readonly firstByteSteps: number[];
}

interface FinestChange extends Sums {
  readonly key: RollupKey;
  readonly bucketMs: number;
}

interface LevelChange extends Sums {
  readonly level: number;
  readonly scope: string;
  readonly bucketMs: number;
  readonly part: string;
}

const BUCKET_MS = { hour: 3_600_000, day: 86_400_000 } as const;
/** Between parts of a text that tells rows apart: no text that is stored has it. */
const NUL = '\0';

/** Sums up records for the roll-ups of each hour or day, and does it here, where it costs the database nothing. */
export function rollupChanges(records: readonly RolledUp[], granularity: Granularity) {
  const finest = new Map<string, FinestChange>();
  for (const record of records) {
    const bucketMs = Math.floor(record.completedAtMs / BUCKET_MS[granularity]) * BUCKET_MS[granularity];
    const { accountId, keyId, model, channelId } = record;
    const place = [accountId, bucketMs, keyId, model, channelId ?? NUL].join(NUL);
    let change = finest.get(place);
    if (!change) finest.set(place, (change = { key: record, bucketMs, ...nothing() }));
    count(change, record);
  }
  const levels = new Map<string, LevelChange>();
  for (const change of finest.values()) {
    for (const { level, scope: scopeOf, part: partOf } of LEVELS) {
      const [scope, part] = [scopeOf(change.key), partOf(change.key)];
      const place = level + NUL + scope + NUL + change.bucketMs + NUL + part;
      let sum = levels.get(place);
      if (!sum) levels.set(place, (sum = { level, scope, bucketMs: change.bucketMs, part, ...nothing() }));
      add(sum, change);
    }
  }
  return { finest: [...finest.values()], levels: [...levels.values()] };
}

const LEVELS = Object.values(ROLLUP_LEVELS);

function nothing(): Sums {
  return {
    requests: 0,
    failures: 0,
    released: 0,
    orphaned: 0,
    inputTokens: 0n,
    outputTokens: 0n,
    amountNanos: 0n,
    costNanos: 0n,
    latencySteps: [],
    firstByteSteps: [],
  };
}

function count(sums: Sums, record: RolledUp): void {
  sums.requests += 1;
  if (record.failed) sums.failures += 1;
  if (record.outcome === 'released') sums.released += 1;
  if (record.outcome === 'orphaned') sums.orphaned += 1;
  sums.inputTokens += record.inputTokens;
  sums.outputTokens += record.outputTokens;
  sums.amountNanos += record.amountNanos;
  sums.costNanos += record.costNanos;
  sums.latencySteps.push(stepOf(record.latencyMs));
  if (record.firstByteMs !== null) sums.firstByteSteps.push(stepOf(record.firstByteMs));
}

function add(sums: Sums, more: Sums): void {
  sums.requests += more.requests;
  sums.failures += more.failures;
  sums.released += more.released;
  sums.orphaned += more.orphaned;
  sums.inputTokens += more.inputTokens;
  sums.outputTokens += more.outputTokens;
  sums.amountNanos += more.amountNanos;
  sums.costNanos += more.costNanos;
  for (const step of more.latencySteps) sums.latencySteps.push(step);
  for (const step of more.firstByteSteps) sums.firstByteSteps.push(step);
}

/** What is added to the rows, or taken away from them, column by column in the order of ROLLUP_SUMS. */
export function sumColumns(changes: readonly Sums[], sign: 1 | -1): unknown[][] {
  const times = BigInt(sign);
  const minus = sign === 1 ? '' : '-';
  return [
    changes.map(({ requests }) => sign * requests),
    changes.map(({ failures }) => sign * failures),
    changes.map(({ released }) => sign * released),
    changes.map(({ orphaned }) => sign * orphaned),
    changes.map((sums) => times * sums.inputTokens),
    changes.map((sums) => times * sums.outputTokens),
    changes.map(({ amountNanos }) => times * amountNanos),
    changes.map(({ costNanos }) => times * costNanos),
    changes.map(({ latencySteps }) => minus + durationNumber(latencySteps)),
    changes.map(({ firstByteSteps }) => minus + durationNumber(firstByteSteps)),
  ];
}

/** The keys of rows, column by column, in the order of ROLLUP_KEYS. */
export function finestKeyColumns(changes: readonly FinestChange[]): unknown[][] {
  return [
    changes.map(({ key }) => key.accountId),
    changes.map(({ bucketMs }) => new Date(bucketMs).toISOString()),
    changes.map(({ key }) => key.keyId),
    changes.map(({ key }) => key.model),
    changes.map(({ key }) => key.channelId),
  ];
}

export function levelKeyColumns(changes: readonly LevelChange[]): unknown[][] {
  return [
    changes.map(({ level }) => level),
    changes.map(({ scope }) => scope),
    changes.map(({ bucketMs }) => new Date(bucketMs).toISOString()),
    changes.map(({ part }) => part),
  ];
}

/** What roll-ups sum up of a usage, as its record will have it. */
export function rolledUpOf(usage: UsageData, completedAtMs: number): RolledUp {
  return {
    accountId: usage.accountId,
    keyId: usage.keyId,
    model: usage.modelAsked,
    channelId: usage.channelId ?? null,
    completedAtMs,
    outcome: usage.outcome,
    failed: usage.httpStatus >= 400 || usage.errorCode !== undefined,
    inputTokens: BigInt(inputTokens(usage.tokens)),
    outputTokens: BigInt(outputTokens(usage.tokens)),
    amountNanos: BigInt(usage.amountNanos),
    costNanos: BigInt(usage.costNanos ?? 0),
    latencyMs: Math.round(usage.latencyMs),
    firstByteMs: usage.firstByteMs === undefined ? null : Math.round(usage.firstByteMs),
  };
}
