import type { UsageData } from '@code-router/contracts';
import { inputTokens, outputTokens } from '@code-router/money';
import { stepOf } from '../domain/durations.js';
import type { DatedUsage } from './dated-usages.js';
import { durationNumber } from './duration-numbers.js';
import type { RollupKey } from './rollup-levels.js';

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

/** What is added to a roll-up, or taken away from it. */
export class Sums {
  requests = 0;
  failures = 0;
  released = 0;
  orphaned = 0;
  inputTokens = 0n;
  outputTokens = 0n;
  amountNanos = 0n;
  costNanos = 0n;
  /** The step of each request, see domain/durations.ts. */
  private readonly latencySteps: number[] = [];
  private readonly firstByteSteps: number[] = [];
  private latencyNumber: string | undefined;
  private firstByteNumber: string | undefined;

  count(record: RolledUp): void {
    this.requests += 1;
    if (record.failed) this.failures += 1;
    if (record.outcome === 'released') this.released += 1;
    if (record.outcome === 'orphaned') this.orphaned += 1;
    this.inputTokens += record.inputTokens;
    this.outputTokens += record.outputTokens;
    this.amountNanos += record.amountNanos;
    this.costNanos += record.costNanos;
    this.latencySteps.push(stepOf(record.latencyMs));
    if (record.firstByteMs !== null) this.firstByteSteps.push(stepOf(record.firstByteMs));
  }

  add(more: Sums): void {
    this.requests += more.requests;
    this.failures += more.failures;
    this.released += more.released;
    this.orphaned += more.orphaned;
    this.inputTokens += more.inputTokens;
    this.outputTokens += more.outputTokens;
    this.amountNanos += more.amountNanos;
    this.costNanos += more.costNanos;
    for (const step of more.latencySteps) this.latencySteps.push(step);
    for (const step of more.firstByteSteps) this.firstByteSteps.push(step);
  }

  /** To be read when all is counted: the same sums may be those of an hour and of its day. */
  get latency(): string {
    return (this.latencyNumber ??= durationNumber(this.latencySteps));
  }

  /** As {@link latency}. */
  get firstByte(): string {
    return (this.firstByteNumber ??= durationNumber(this.firstByteSteps));
  }
}
