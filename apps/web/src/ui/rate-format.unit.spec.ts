import { describe, expect, it } from '@jest/globals';
import { formatPieceRate, formatRate, type RateStyle } from './rate-format';

const style: RateStyle = {
  locale: 'en-US',
  unit: 'currency',
  currencySymbol: '$',
  nanosPerQuotaUnit: 2_000n,
  per: 'million',
};

describe('formatRate', () => {
  it.each<[string, bigint, bigint, Partial<RateStyle>, string]>([
    ['whole cents', 150_000_000n, 1_000_000n, {}, '$0.15'],
    ['a whole amount', 10_000_000_000n, 1_000_000n, {}, '$10.00'],
    ['nothing', 0n, 1_000_000n, {}, '$0.00'],
    ['a discount', 150_000_000n, 850_000n, {}, '$0.1275'],
    ['a rate for a thousand tokens', 150_000_000n, 1_000_000n, { per: 'thousand' }, '$0.00015'],
    ['quota units', 150_000_000n, 1_000_000n, { unit: 'quota' }, '75,000'],
    ['quota units for a thousand', 150_000_000n, 1_000_000n, { unit: 'quota', per: 'thousand' }, '75'],
    ['another currency', 1_000_000_000n, 2_000_000n, { currencySymbol: '¥' }, '¥2.00'],
  ])('writes %s', (_, rate, multiplier, special, text) => {
    expect(formatRate(rate, multiplier, { ...style, ...special })).toBe(text);
  });

  it('writes the price of a piece as it is paid', () => {
    expect(formatPieceRate(10_000_000n, 500_000n, style)).toBe('$0.005');
  });
});
