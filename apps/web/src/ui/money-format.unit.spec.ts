import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatMultiplier, formatNanos, formatRatio, parseCredits, type MoneyStyle } from './money-format';

const currency: MoneyStyle = { locale: 'en-US', unit: 'currency', currencySymbol: '$', nanosPerQuotaUnit: 2_000n };
const quota: MoneyStyle = { ...currency, unit: 'quota' };

describe('an amount in currency', () => {
  it.each<[bigint, string]>([
    [0n, '$0.00'],
    [1_000_000_000n, '$1.00'],
    [12_345_678_900n, '$12.35'],
    [1_234_567_000_000_000n, '$1,234,567.00'],
    [-5_000_000_000n, '−$5.00'],
    [105_000n, '$0.000105'],
    [250_000_000n, '$0.25'],
    [999_999_999n, '$1.00'],
    [400n, '<$0.000001'],
    [123_456_789n, '$0.1235'],
    [9_223_372_036_854_775_807n, '$9,223,372,036.85'],
  ])('%p nanos are read as %s', (nanos, text) => {
    expect(formatNanos(nanos, currency)).toBe(text);
  });

  it.each<[bigint, string]>([
    [1n, '$0.000000001'],
    [1_000_000_001n, '$1.000000001'],
    [1_500_000_000n, '$1.50'],
  ])('%p nanos are %s to the last nano', (nanos, text) => {
    expect(formatNanos(nanos, { ...currency, precision: 'exact' })).toBe(text);
  });

  it('has all places of its size where amounts align', () => {
    const aligned = { ...currency, aligned: true };
    expect([60_000n, 66_000n, 250_000_000n, 0n].map((nanos) => formatNanos(nanos, aligned))).toEqual([
      '$0.000060',
      '$0.000066',
      '$0.25',
      '$0.00',
    ]);
  });

  it('has a plus sign where gains are shown', () => {
    expect(formatNanos(1_000_000_000n, { ...currency, signed: true })).toBe('+$1.00');
    expect(formatNanos(0n, { ...currency, signed: true })).toBe('$0.00');
  });
});

describe('an amount in quota units', () => {
  it.each<[bigint, string]>([
    [1_000_000_000n, '500,000'],
    [105_000n, '52.5'],
    [1n, '0'],
    [-2_000n, '−1'],
  ])('%p nanos are read as %s', (nanos, text) => {
    expect(formatNanos(nanos, quota)).toBe(text);
  });

  it('shows a single nano where it is exact', () => {
    expect(formatNanos(1n, { ...quota, precision: 'exact' })).toBe('0.0005');
  });
});

describe('what is typed as credits', () => {
  it.each<[string, bigint | null]>([
    ['5', 5_000_000_000n],
    [' 0.0025 ', 2_500_000n],
    ['0.000000001', 1n],
    ['0.0000000001', null],
    ['-1', null],
    ['1e3', null],
    ['1,5', null],
    ['', null],
    ['.5', null],
  ])('%p is %p nanos', (text, nanos) => {
    expect(parseCredits(text)).toBe(nanos);
  });

  it('is the same again after it was shown exactly', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 9_223_372_036_854_775_807n }), (nanos) => {
        const shown = formatNanos(nanos, { ...currency, precision: 'exact' });
        expect(parseCredits(shown.replaceAll(/[$,]/g, ''))).toBe(nanos);
      }),
    );
  });
});

describe('a ratio', () => {
  it('is rounded half up at its last place', () => {
    expect(formatRatio(5n, 1_000n, { locale: 'en-US', placesMin: 0, placesMax: 2 })).toBe('0.01');
    expect(formatRatio(4n, 1_000n, { locale: 'en-US', placesMin: 0, placesMax: 2 })).toBe('0');
  });

  it('is a multiplier without trailing zeros', () => {
    expect(formatMultiplier(850_000n, 'en-US')).toBe('0.85');
    expect(formatMultiplier(1_000_000n, 'en-US')).toBe('1');
  });
});
