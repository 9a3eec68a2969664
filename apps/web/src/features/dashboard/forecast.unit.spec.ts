import { describe, expect, it } from '@jest/globals';
import { forecast } from './forecast';

const now = new Date('2026-03-01T00:00:00Z');

describe('the forecast of a balance', () => {
  it('goes on as the days before did', () => {
    // 7 credits in 7 days are 1 a day: 2.5 credits last two days and a half.
    expect(forecast(2_500_000_000n, 7_000_000_000n, 7, now)).toEqual({
      kind: 'ends',
      days: 2.5,
      at: new Date('2026-03-03T12:00:00Z'),
    });
  });

  it.each([
    ['nothing is left', 0n, 5n, 'empty'],
    ['more is owed than there is', -1n, 5n, 'empty'],
    ['nothing was spent', 5n, 0n, 'idle'],
    ['it lasts for more than ten years', 9_223_372_036_854_775_807n, 1n, 'far'],
  ])('says so when %s', (_, available, spent, kind) => {
    expect(forecast(available, spent, 7, now).kind).toBe(kind);
  });
});
