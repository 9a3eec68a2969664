/**
 * How long requests took, counted in steps that grow by a fifth each: how many requests were in each step, by its
 * number. What is added can be taken away again, and nothing is lost by it.
 */
export type DurationCounts = readonly number[];

/** Four steps to each doubling, up to 2^25 ms: more than nine hours. Low ones are whole milliseconds. */
const DOUBLINGS = 25;
const STEPS_PER_DOUBLING = 4;

/** The least duration of each step but the first, in whole milliseconds: step 0 is below the first of them. */
export const STEP_STARTS_MS: readonly number[] = [
  ...new Set(
    Array.from({ length: DOUBLINGS * STEPS_PER_DOUBLING + 1 }, (_, index) =>
      Math.ceil(2 ** (index / STEPS_PER_DOUBLING)),
    ),
  ),
];

/** The number of the step that a duration in whole milliseconds is in. */
export function stepOf(milliseconds: number): number {
  let [low, high] = [0, STEP_STARTS_MS.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((STEP_STARTS_MS[middle] ?? Infinity) <= milliseconds) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Adds counts to a sum, or takes them away from it where `sign` is -1. */
export function addCounts(sum: number[], counts: DurationCounts, sign: 1 | -1 = 1): void {
  while (sum.length < counts.length) sum.push(0);
  for (let step = 0; step < counts.length; step += 1) sum[step] = (sum[step] ?? 0) + sign * (counts[step] ?? 0);
}

/** Reads percentiles of what was counted: null where nothing was. A chart has thousands of them. */
export function percentiles(counts: DurationCounts, shares: readonly number[]): readonly (number | null)[] {
  let total = 0;
  for (const count of counts) total += count;
  return shares.map((share) => (total === 0 ? null : durationAt(counts, Math.max(Math.ceil(total * share), 1))));
}

/** The duration that the `rank`th fastest request took at most, within a tenth. */
function durationAt(counts: DurationCounts, rank: number): number {
  let counted = 0;
  for (let step = 0; step < counts.length; step += 1) {
    counted += counts[step] ?? 0;
    if (counted >= rank) return typicalOf(step);
  }
  return typicalOf(counts.length - 1);
}

/** The geometric middle of what a step holds: wrong by the same factor at either end. */
function typicalOf(step: number): number {
  const least = STEP_STARTS_MS[step - 1] ?? 0;
  const most = (STEP_STARTS_MS[step] ?? least + 1) - 1;
  return Math.round(Math.sqrt(least * most));
}
