import {
  USAGE_OTHERS,
  type UsagePoint,
  type UsageSeries,
  type UsageStatistics,
  type UsageSums,
} from '@code-router/contracts';
import { addCounts, percentiles, type DurationCounts } from './durations.js';
import type { Granularity } from './time-span.js';

/** The sums of one bucket and one group, as roll-ups have them. */
export interface StatisticsRow {
  readonly bucket: Date;
  /** Null when nothing is grouped. */
  readonly group: { readonly id: string; readonly name: string } | null;
  readonly requests: number;
  readonly failures: number;
  readonly inputTokens: bigint;
  readonly outputTokens: bigint;
  readonly amountNanos: bigint;
  readonly costNanos: bigint;
  readonly latency: DurationCounts;
  readonly firstByte: DurationCounts;
}

interface Sum {
  requests: number;
  failures: number;
  inputTokens: bigint;
  outputTokens: bigint;
  amountNanos: bigint;
  costNanos: bigint;
  readonly latency: number[];
  readonly firstByte: number[];
}

/** Makes series of rows that are in the order of their buckets: the group that amounts to most first, the rest last. */
export function statisticsOf(granularity: Granularity, rows: readonly StatisticsRow[]): UsageStatistics {
  const totals = zero();
  const groups = new Map<string, { series: UsageSeries & { points: UsagePoint[] }; amountNanos: bigint }>();
  for (const row of rows) {
    add(totals, row);
    const place = row.group?.id ?? '';
    let group = groups.get(place);
    if (!group) groups.set(place, (group = { series: { group: row.group, points: [] }, amountNanos: 0n }));
    group.series.points.push({ bucket: row.bucket.toISOString(), ...sumsOf(row) });
    group.amountNanos += row.amountNanos;
  }
  const series = [...groups.values()].toSorted(byAmount).map(({ series: points }) => points);
  return { granularity, series, totals: sumsOf(totals) };
}

interface Ranked {
  readonly series: UsageSeries;
  readonly amountNanos: bigint;
}

function byAmount(one: Ranked, other: Ranked): number {
  const isRest = (ranked: Ranked) => Number(ranked.series.group?.id === USAGE_OTHERS);
  if (isRest(one) !== isRest(other)) return isRest(one) - isRest(other);
  if (one.amountNanos !== other.amountNanos) return one.amountNanos > other.amountNanos ? -1 : 1;
  return (one.series.group?.id ?? '') < (other.series.group?.id ?? '') ? -1 : 1;
}

function zero(): Sum {
  return {
    requests: 0,
    failures: 0,
    inputTokens: 0n,
    outputTokens: 0n,
    amountNanos: 0n,
    costNanos: 0n,
    latency: [],
    firstByte: [],
  };
}

function sumOf(row: StatisticsRow): Sum {
  const sum = zero();
  add(sum, row);
  return sum;
}

/** Adds a row to a sum, or takes it away where `sign` is -1. */
function add(sum: Sum, row: StatisticsRow, sign: 1 | -1 = 1): void {
  const times = BigInt(sign);
  sum.requests += sign * row.requests;
  sum.failures += sign * row.failures;
  sum.inputTokens += times * row.inputTokens;
  sum.outputTokens += times * row.outputTokens;
  sum.amountNanos += times * row.amountNanos;
  sum.costNanos += times * row.costNanos;
  addCounts(sum.latency, row.latency, sign);
  addCounts(sum.firstByte, row.firstByte, sign);
}

/**
 * What is left of the sums of everything when the groups that are shown by themselves are taken away, as one group more.
 *
 * @param everything one row for each bucket, as `shown` has them for each group and bucket.
 */
export function withOthers(
  everything: readonly StatisticsRow[],
  shown: readonly StatisticsRow[],
): readonly StatisticsRow[] {
  const rest = new Map(everything.map((row) => [row.bucket.getTime(), { bucket: row.bucket, sum: sumOf(row) }]));
  for (const row of shown) {
    const left = rest.get(row.bucket.getTime());
    if (left) add(left.sum, row, -1);
  }
  const others = [...rest.values()]
    .filter(({ sum }) => sum.requests > 0)
    .map(({ bucket, sum }) => ({ bucket, group: { id: USAGE_OTHERS, name: USAGE_OTHERS }, ...sum }));
  return [...shown, ...others].toSorted((one, other) => one.bucket.getTime() - other.bucket.getTime());
}

function sumsOf(sum: Omit<StatisticsRow, 'bucket' | 'group'>): UsageSums {
  const [latencyMsP50 = null, latencyMsP95 = null, latencyMsP99 = null] = percentiles(sum.latency, [0.5, 0.95, 0.99]);
  const [firstByteMsP50 = null] = percentiles(sum.firstByte, [0.5]);
  return {
    requests: sum.requests,
    failures: sum.failures,
    inputTokens: sum.inputTokens.toString(),
    outputTokens: sum.outputTokens.toString(),
    amountNanos: sum.amountNanos.toString(),
    costNanos: sum.costNanos.toString(),
    latencyMsP50,
    latencyMsP95,
    latencyMsP99,
    firstByteMsP50,
  };
}
