import type { DurationCounts } from '../domain/durations.js';

/**
 * How PostgreSQL keeps counts of durations: as one `numeric`, in which each step has twelve decimal digits, step 0 the
 * lowest. Adding two such numbers adds every count, so they are summed up and subtracted like amounts, by what
 * PostgreSQL has for numbers, exactly and in any order. Steps at either end that hold nothing take no room.
 */
const DIGITS_PER_STEP = 12;

/** The number that counts one request in each of `steps`, which may come in any order and more than once. */
export function durationNumber(steps: readonly number[]): string {
  if (steps.length === 1) return `1e${DIGITS_PER_STEP * (steps[0] ?? 0)}`;
  const sorted = steps.toSorted((one, other) => other - one);
  const lowest = sorted.at(-1);
  if (lowest === undefined) return '0';
  let digits = '';
  for (let step = sorted[0] ?? 0, next = 0; step >= lowest; step -= 1) {
    const first = next;
    while (sorted[next] === step) next += 1;
    digits += String(next - first).padStart(DIGITS_PER_STEP, '0');
  }
  return `${digits}e${DIGITS_PER_STEP * lowest}`;
}

/** What `numeric_send` writes: four numbers of 16 bits, then the digits to the base of ten thousand, highest first. */
const HEADER_BYTES = 8;
const BASE_DIGITS_PER_STEP = DIGITS_PER_STEP / 4;
const POWERS = Array.from({ length: BASE_DIGITS_PER_STEP }, (_, power) => 10_000 ** power);

/**
 * Reads a number in the form in which PostgreSQL sends it to clients that ask for binary: its text would be a thousand
 * digits that have to be computed on one side and taken apart on the other.
 *
 * @see https://github.com/postgres/postgres/blob/REL_15_STABLE/src/backend/utils/adt/numeric.c `numeric_send`
 */
export function countsOf(number: Buffer): DurationCounts {
  const digits = number.readInt16BE(0);
  if (digits === 0) return [];
  const highest = number.readInt16BE(2);
  const counts: number[] = [];
  for (let left = Math.floor(highest / BASE_DIGITS_PER_STEP); left >= 0; left -= 1) counts.push(0);
  for (let place = 0; place < digits; place += 1) {
    const digit = number.readInt16BE(HEADER_BYTES + 2 * place);
    if (digit === 0) continue;
    const power = highest - place;
    const step = Math.floor(power / BASE_DIGITS_PER_STEP);
    counts[step] = (counts[step] ?? 0) + digit * (POWERS[power % BASE_DIGITS_PER_STEP] ?? 1);
  }
  return counts;
}
