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

/**
 * Reads percentiles of what was counted, within a tenth: null where nothing was. A chart has thousands of them, so all
 * are read on one way through the steps.
 *
 * @param shares of all requests, the smaller first.
 */
export function percentiles(counts: DurationCounts, shares: readonly number[]): readonly (number | null)[] {
  let total = 0;
  for (const count of counts) total += count;
  if (total === 0) return shares.map(() => null);
  let [step, counted] = [0, counts[0] ?? 0];
  return shares.map((share) => {
    const rank = Math.max(Math.ceil(total * share), 1);
    while (counted < rank && step < counts.length - 1) counted += counts[(step += 1)] ?? 0;
    return TYPICAL_MS[step] ?? 0;
  });
}

/** The geometric middle of what each step holds: wrong by the same factor at either end. */
const TYPICAL_MS: readonly number[] = Array.from({ length: STEP_STARTS_MS.length + 1 }, (_, step) => {
  const least = STEP_STARTS_MS[step - 1] ?? 0;
  const most = (STEP_STARTS_MS[step] ?? least + 1) - 1;
  return Math.round(Math.sqrt(least * most));
});
