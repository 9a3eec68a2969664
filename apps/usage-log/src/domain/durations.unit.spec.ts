import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addCounts, percentiles, STEP_STARTS_MS, stepOf, type DurationCounts } from './durations.js';

function counted(durations: readonly number[]): DurationCounts {
  const counts: number[] = [];
  for (const duration of durations) {
    addCounts(
      counts,
      Array.from({ length: stepOf(duration) + 1 }, (_, step) => Number(step === stepOf(duration))),
    );
  }
  return counts;
}

function sumOf(counts: DurationCounts, others: DurationCounts, sign: 1 | -1 = 1): DurationCounts {
  const sum = [...counts];
  addCounts(sum, others, sign);
  return sum;
}

describe('counted durations', () => {
  it('are in the last step that begins at or below them', () => {
    for (const milliseconds of STEP_STARTS_MS.flatMap((start) => [start - 1, start, start + 1])) {
      expect(stepOf(milliseconds)).toBe(STEP_STARTS_MS.filter((start) => start <= milliseconds).length);
    }
  });

  it('know every percentile within a tenth, before it is rounded to a millisecond', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.nat({ max: 50 }), fc.nat({ max: 10_000 }), fc.nat({ max: 3_600_000 })), { minLength: 1 }),
        fc.subarray([0, 0.5, 0.95, 0.99, 1]),
        (durations, shares) => {
          const sorted = durations.toSorted((a, b) => a - b);
          const estimates = percentiles(counted(durations), shares);
          for (const [index, share] of shares.entries()) {
            const exact = sorted[Math.max(Math.ceil(durations.length * share), 1) - 1]!;
            expect(Math.abs(estimates[index]! - exact)).toBeLessThanOrEqual(Math.max(exact * 0.1 + 0.5, 1));
          }
        },
      ),
    );
  });

  it('are added and taken away like numbers, whichever is longer', () => {
    const some = [0, 1, 5, 300, 300, 70_000];
    const more = [5, 12, 300];
    const shares = [0.5, 0.99];
    expect(sumOf(counted(some), counted(more))).toEqual(counted([...some, ...more]));
    expect(sumOf(counted(more), counted(some))).toEqual(counted([...some, ...more]));
    expect(percentiles(sumOf(counted([...some, ...more]), counted(more), -1), shares)).toEqual(
      percentiles(counted(some), shares),
    );
    expect(percentiles(sumOf(counted([...some, ...more]), counted(some), -1), shares)).toEqual(
      percentiles(counted(more), shares),
    );
  });

  it('are none where nothing was counted', () => {
    expect(percentiles([], [0.5, 0.95])).toEqual([null, null]);
  });

  it('have a last step for everything longer than anybody waits', () => {
    const [estimate] = percentiles(counted([2 ** 31 - 1]), [0.5]);
    expect(estimate).toBeGreaterThanOrEqual(2 ** 25);
  });
});
