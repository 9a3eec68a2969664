import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { creditsText } from './amounts.js';
import { scaledDecimal } from './decimal.js';

describe('scaledDecimal', () => {
  it.each<[string, number, bigint, boolean]>([
    ['2.5e-06', 15, 2_500_000_000n, true],
    ['2.5E-6', 15, 2_500_000_000n, true],
    ['0.0000025', 15, 2_500_000_000n, true],
    ['1.25e-07', 15, 125_000_000n, true],
    ['3.0000000000000001e-06', 15, 3_000_000_000n, false],
    ['1e-16', 15, 0n, false],
    ['5e-16', 15, 1n, false],
    ['4.9e-16', 15, 0n, false],
    ['1.5e-15', 15, 2n, false],
    ['1e-15', 15, 1n, true],
    ['0', 9, 0n, true],
    ['.5', 9, 500_000_000n, true],
    ['5.', 9, 5_000_000_000n, true],
    ['+1', 9, 1_000_000_000n, true],
    ['-1', 9, -1_000_000_000n, true],
    ['1e3', 0, 1_000n, true],
    ['0.1', 1, 1n, true],
  ])('reads %s with %s places as %s', (text, places, value, isExact) => {
    expect(scaledDecimal(text, places)).toEqual({ value, isExact });
  });

  it.each([
    '',
    '.',
    '-',
    'e5',
    '1e',
    '1e1000',
    '0x1',
    'NaN',
    'Infinity',
    '1_0',
    '1,5',
    ' 1',
    '1 ',
    '1\n',
    '9'.repeat(41),
  ])('refuses %j', (text) => {
    expect(() => scaledDecimal(text, 9)).toThrow(RangeError);
  });

  it('reads back every amount that was written in credits', () => {
    const amounts = fc.bigInt({ min: -(2n ** 63n - 1n), max: 2n ** 63n - 1n });
    fc.assert(fc.property(amounts, (nanos) => expect(scaledDecimal(creditsText(nanos), 9).value).toBe(nanos)));
  });

  it('does not go through floating point, which would read another number', () => {
    const text = '0.1234567890123456789';
    expect(scaledDecimal(text, 19)).toEqual({ value: 1_234_567_890_123_456_789n, isExact: true });
    expect(BigInt(Math.round(Number(text) * 1e19))).not.toBe(1_234_567_890_123_456_789n);
  });
});
