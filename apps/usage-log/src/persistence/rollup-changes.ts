import type { UsageData } from '@code-router/contracts';
import { inputTokens, outputTokens } from '@code-router/money';
import { stepOf } from '../domain/durations.js';
import { BUCKET_MS, type Granularity } from '../domain/time-span.js';
import { durationNumber } from './duration-numbers.js';
import { arrayLiteral } from './array-literal.js';
import type { DatedUsage } from './dated-usages.js';
import { ADD_TO_ROLLUPS } from './rollup.sql.js';
import {
  FINEST_KEY,
  isKeptBy,
  LEVEL_KEY,
  ROLLUP_LEVELS,
  ROLLUP_SUMS,
  type RollupKey,
  type RollupLevel,
} from './rollup-levels.js';

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

/** Between parts of a text that tells rows apart: no text that is stored has it. */
const NUL = '\0';

/** Sums up records for the roll-ups of each hour or day, and does it here, where it costs the database nothing. */
function rollupChanges(records: readonly RolledUp[], granularity: Granularity) {
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
    for (const { level, scope: scopeOf, part: partOf } of LEVELS[granularity]) {
      const [scope, part] = [scopeOf(change.key), partOf(change.key)];
      const place = level + NUL + scope + NUL + change.bucketMs + NUL + part;
      let sum = levels.get(place);
      if (!sum) levels.set(place, (sum = { level, scope, bucketMs: change.bucketMs, part, ...nothing() }));
      add(sum, change);
    }
  }
  return { finest: [...finest.values()], levels: [...levels.values()] };
}

const LEVELS = { hour: levelsOf('hour'), day: levelsOf('day') } as const;

function levelsOf(granularity: Granularity) {
  const names = (Object.keys(ROLLUP_LEVELS) as RollupLevel[]).filter((level) => isKeptBy(granularity, level));
  return names.map((name) => ROLLUP_LEVELS[name]);
}

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

/** What adds records to the roll-ups, or takes them away: statements of ADD_TO_ROLLUPS with their parameters. */
export function rollupStatements(records: readonly RolledUp[], sign: 1 | -1): readonly RollupStatement[] {
  if (records.length === 0) return [];
  return (['hour', 'day'] as const).flatMap((granularity) => {
    const { finest, levels } = rollupChanges(records, granularity);
    const statements = ADD_TO_ROLLUPS[granularity];
    return [
      { sql: statements.finest, parameters: finestParameters(finest, sign) },
      { sql: statements.levels, parameters: levelParameters(levels, sign) },
    ];
  });
}

export interface RollupStatement {
  readonly sql: string;
  readonly parameters: readonly string[];
}

function finestParameters(changes: readonly FinestChange[], sign: 1 | -1): readonly string[] {
  const keys = [
    changes.map(({ key }) => key.accountId),
    changes.map(({ bucketMs }) => instant(bucketMs)),
    changes.map(({ key }) => key.keyId),
    changes.map(({ key }) => key.model),
    changes.map(({ key }) => key.channelId),
  ];
  return [...literals(keys, FINEST_KEY), ...sumParameters(changes, sign)];
}

function levelParameters(changes: readonly LevelChange[], sign: 1 | -1): readonly string[] {
  const keys = [
    changes.map(({ level }) => level),
    changes.map(({ scope }) => scope),
    changes.map(({ bucketMs }) => instant(bucketMs)),
    changes.map(({ part }) => part),
  ];
  return [...literals(keys, LEVEL_KEY), ...sumParameters(changes, sign)];
}

function sumParameters(changes: readonly Sums[], sign: 1 | -1): readonly string[] {
  const times = BigInt(sign);
  const minus = sign === 1 ? '' : '-';
  const sums = [
    changes.map(({ requests }) => sign * requests),
    changes.map(({ failures }) => sign * failures),
    changes.map(({ released }) => sign * released),
    changes.map(({ orphaned }) => sign * orphaned),
    changes.map((change) => times * change.inputTokens),
    changes.map((change) => times * change.outputTokens),
    changes.map(({ amountNanos }) => times * amountNanos),
    changes.map(({ costNanos }) => times * costNanos),
    changes.map(({ latencySteps }) => minus + durationNumber(latencySteps)),
    changes.map(({ firstByteSteps }) => minus + durationNumber(firstByteSteps)),
  ];
  return literals(sums, ROLLUP_SUMS);
}

/** One array for each column, in the order of their types. */
function literals(
  columns: readonly (readonly unknown[])[],
  types: Readonly<Record<string, string>>,
): readonly string[] {
  return Object.values(types).map((type, index) => arrayLiteral(columns[index] ?? [], type));
}

function instant(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

/** What roll-ups sum up of a usage, as its record will have it. */
export function rolledUpOf({ usage, completedAtMs }: DatedUsage): RolledUp {
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
