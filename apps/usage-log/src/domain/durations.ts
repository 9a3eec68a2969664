/**
 * How long requests took, counted in steps that grow by a fifth each. A step's count is twelve decimal digits of one
 * whole number, that of step 0 the lowest: adding two such numbers adds every count, so PostgreSQL sums up durations as
 * it sums up amounts, exactly and in any order, and what is subtracted was there before. Steps that hold nothing cost
 * no room, since PostgreSQL keeps no zeros at either end of a number.
 */
export const DIGITS_PER_STEP = 12;

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

/** The counts of all steps, as one number; '0' where nothing was counted. */
export type DurationCounts = string;

/** Reads percentiles of what was counted: null where nothing was. */
export function percentiles(counts: bigint, shares: readonly number[]): readonly (number | null)[] {
  const perStep = countsPerStep(counts);
  const total = perStep.reduce((sum, count) => sum + count, 0);
  return shares.map((share) => (total === 0 ? null : durationAt(perStep, Math.max(Math.ceil(total * share), 1))));
}

function countsPerStep(counts: bigint): readonly number[] {
  const digits = counts.toString();
  const perStep: number[] = [];
  for (let end = digits.length; end > 0; end -= DIGITS_PER_STEP) {
    perStep.push(Number(digits.slice(Math.max(end - DIGITS_PER_STEP, 0), end)));
  }
  return perStep;
}

/** The duration that the `rank`th fastest request took at most, within a tenth. */
function durationAt(perStep: readonly number[], rank: number): number {
  let counted = 0;
  for (const [step, count] of perStep.entries()) {
    counted += count;
    if (counted >= rank) return typicalOf(step);
  }
  return typicalOf(perStep.length - 1);
}

/** The geometric middle of what a step holds: wrong by the same factor at either end. */
function typicalOf(step: number): number {
  const least = STEP_STARTS_MS[step - 1] ?? 0;
  const most = (STEP_STARTS_MS[step] ?? least + 1) - 1;
  return Math.round(Math.sqrt(least * most));
}
