import { describe, expect, it } from '@jest/globals';
import { lastMonths, monthPeriod } from './months';

describe('the months of statements', () => {
  it('go back over the turn of a year', () => {
    expect(lastMonths(new Date('2026-02-28T23:59:59Z'), 4)).toEqual(['2026-02', '2026-01', '2025-12', '2025-11']);
  });

  it('each begin where the one before ends', () => {
    expect(monthPeriod('2025-12')).toEqual({ from: '2025-12-01T00:00:00.000Z', to: '2026-01-01T00:00:00.000Z' });
    expect(monthPeriod('2026-01').from).toBe('2026-01-01T00:00:00.000Z');
  });
});
