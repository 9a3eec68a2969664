import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DIGITS_PER_STEP, percentiles, STEP_STARTS_MS } from './durations.js';

const stepOf = (milliseconds: number) => STEP_STARTS_MS.filter((start) => start <= milliseconds).length;
const counted = (durations: readonly number[]) =>
  durations.reduce((sum, duration) => sum + 10n ** BigInt(DIGITS_PER_STEP * stepOf(duration)), 0n);

describe('counted durations', () => {
  it('know every percentile within a tenth, before it is rounded to a millisecond', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.nat({ max: 50 }), fc.nat({ max: 10_000 }), fc.nat({ max: 3_600_000 })), { minLength: 1 }),
        fc.constantFrom(0.5, 0.95, 0.99, 1),
        (durations, share) => {
          const exact = durations.toSorted((a, b) => a - b)[Math.max(Math.ceil(durations.length * share), 1) - 1]!;
          const [estimate] = percentiles(counted(durations), [share]);
          expect(Math.abs(estimate! - exact)).toBeLessThanOrEqual(Math.max(exact * 0.1 + 0.5, 1));
        },
      ),
    );
  });

  it('are added and taken away like numbers', () => {
    const some = [0, 1, 5, 300, 300, 70_000];
    const more = [5, 12, 300];
    expect(counted(some) + counted(more)).toBe(counted([...some, ...more]));
    expect(percentiles(counted([...some, ...more]) - counted(more), [0.5, 0.99])).toEqual(
      percentiles(counted(some), [0.5, 0.99]),
    );
  });

  it('are none where nothing was counted', () => {
    expect(percentiles(0n, [0.5, 0.95])).toEqual([null, null]);
  });

  it('have a last step for everything longer than anybody waits', () => {
    const [estimate] = percentiles(counted([2 ** 31 - 1]), [0.5]);
    expect(estimate).toBeGreaterThanOrEqual(2 ** 25);
  });
});
