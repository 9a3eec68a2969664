import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { creditsText, parseNanos, quotaUnitsText } from './amounts.js';

const INT8_MAX = 9_223_372_036_854_775_807n;
const int8 = fc.bigInt({ min: -INT8_MAX, max: INT8_MAX });

describe('parseNanos', () => {
  it.each([
    ['0', 0n],
    ['7500000', 7_500_000n],
    ['-1', -1n],
    ['007', 7n],
    ['9007199254740993', 9_007_199_254_740_993n],
    ['9223372036854775807', INT8_MAX],
    ['-9223372036854775807', -INT8_MAX],
  ])('reads %s', (text, nanos) => {
    expect(parseNanos(text)).toBe(nanos);
  });

  it.each([
    ['nothing', ''],
    ['a fraction', '1.5'],
    ['an exponent', '1e9'],
    ['a plus sign', '+1'],
    ['a space', ' 1'],
    ['a line break', '1\n'],
    ['a hexadecimal number', '0x10'],
    ['a separator', '1_000'],
    ['a sign alone', '-'],
    ['other digits than 0 to 9', '\u0661'],
    ['one more than 64 bits hold', '9223372036854775808'],
    ['one less than 64 bits hold', '-9223372036854775808'],
    ['twenty digits', '10000000000000000000'],
    ['words', 'NaN'],
  ])('refuses %s', (_, text) => {
    expect(() => parseNanos(text)).toThrow(RangeError);
  });

  it('says what it was reading', () => {
    expect(() => parseNanos('x', 'balance')).toThrow('balance must be a whole number of nanos, got "x"');
  });

  it('reads back every amount that was written', () => {
    fc.assert(fc.property(int8, (nanos) => expect(parseNanos(nanos.toString())).toBe(nanos)));
  });
});

describe('quotaUnitsText', () => {
  it.each([
    [0n, '0'],
    [1n, '0.0005'],
    [2_000n, '1'],
    [2_001n, '1.0005'],
    [7_500_000n, '3750'],
    [1_000_000_000n, '500000'],
    [-1n, '-0.0005'],
    [-3_000n, '-1.5'],
    [INT8_MAX, '4611686018427387.9035'],
  ])('writes %s nanos as %s', (nanos, text) => {
    expect(quotaUnitsText(nanos)).toBe(text);
  });

  it('loses nothing', () => {
    fc.assert(fc.property(int8, (nanos) => expect(exactTimes(quotaUnitsText(nanos), 2_000n)).toBe(nanos)));
  });

  it.each([
    [7_500_000n, 1n, '0.0075'],
    [7_500_000n, 1_000n, '7.5'],
    [1n, 1_000_000_000n, '1'],
    [1n, 1_000n, '0.000001'],
  ])('writes %s nanos, with %s units in a credit, as %s', (nanos, unitsPerCredit, text) => {
    expect(quotaUnitsText(nanos, unitsPerCredit)).toBe(text);
  });
});

describe('creditsText', () => {
  it.each([
    [0n, '0'],
    [1n, '0.000000001'],
    [7_500_000n, '0.0075'],
    [1_000_000_000n, '1'],
    [1_500_000_000n, '1.5'],
    [10_000_000_000n, '10'],
    [-1n, '-0.000000001'],
    [INT8_MAX, '9223372036.854775807'],
  ])('writes %s nanos as %s', (nanos, text) => {
    expect(creditsText(nanos)).toBe(text);
  });

  it('loses nothing, and is a JSON number', () => {
    fc.assert(
      fc.property(int8, (nanos) => {
        const text = creditsText(nanos);
        expect(exactTimes(text, 1_000_000_000n)).toBe(nanos);
        expect(() => JSON.parse(text) as unknown).not.toThrow();
      }),
    );
  });
});

/** A decimal times a whole number, exactly. */
function exactTimes(decimal: string, factor: bigint): bigint {
  const [whole = '', places = ''] = decimal.split('.');
  return (BigInt(whole + places) * factor) / 10n ** BigInt(places.length);
}
