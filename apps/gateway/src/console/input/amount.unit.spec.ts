import { describe, expect, it } from '@jest/globals';
import { creditsText } from '@code-router/money';
import {
  type AmountFields,
  isNanosText,
  millionthsOfMultiplier,
  nanosOfCredits,
  optionalNanos,
  requiredNanos,
} from './amount.js';

const fields = (nanos?: string | null, credits?: string | null) => ({
  nanosField: 'amountNanos',
  nanos,
  creditsField: 'amountCredits',
  credits,
});
const invalid = (param: string) => expect.objectContaining({ code: 'invalid_request_error', details: { param } });

describe('an amount', () => {
  it.each([
    ['0', '0'],
    ['5', '5000000000'],
    ['0.1', '100000000'],
    ['0.000000001', '1'],
    ['1.000000001', '1000000001'],
    ['00.50', '500000000'],
    ['9223372036.854775807', '9223372036854775807'],
  ])('of %s credits is %s nanos, exactly', (credits, nanos) => {
    expect(nanosOfCredits(credits, 'amountCredits')).toBe(nanos);
  });

  it('that is written in credits reads as the same again', () => {
    for (const nanos of [1n, 999_999_999n, 1_000_000_000n, 123_456_789_012_345_678n]) {
      expect(nanosOfCredits(creditsText(nanos), 'amountCredits')).toBe(nanos.toString());
    }
  });

  it.each(['', ' 5', '-5', '+5', '5.', '.5', '5,0', '1e3', '0x10', '0.0000000001', '9223372036.854775808', 'NaN'])(
    'in credits is not %j',
    (credits) => {
      expect(() => nanosOfCredits(credits, 'amountCredits')).toThrow(invalid('amountCredits'));
    },
  );

  it.each([
    ['0', true],
    ['9223372036854775807', true],
    ['9223372036854775808', false],
    ['-1', false],
    ['1.5', false],
    ['', false],
    [5, false],
    [null, false],
  ])('in nanos may be %j: %s', (value, valid) => {
    expect(isNanosText(value)).toBe(valid);
  });

  it('is given in exactly one of its fields', () => {
    expect(requiredNanos(fields('7') as AmountFields<string>)).toBe('7');
    expect(requiredNanos(fields(undefined, '7') as AmountFields<string>)).toBe('7000000000');
    expect(() => requiredNanos(fields() as AmountFields<string>)).toThrow(invalid('amountNanos'));
    expect(() => requiredNanos(fields('7', '7') as AmountFields<string>)).toThrow(invalid('amountNanos'));
  });

  it('may be left out or be null where that means something', () => {
    expect(optionalNanos(fields())).toBeUndefined();
    expect(optionalNanos(fields(null))).toBeNull();
    expect(optionalNanos(fields(undefined, null))).toBeNull();
    expect(() => optionalNanos(fields(null, '7'))).toThrow(invalid('amountNanos'));
  });
});

describe('a multiplier', () => {
  it.each([
    ['1', '1000000'],
    ['0.85', '850000'],
    ['0', '0'],
    ['0.000001', '1'],
    ['1000000', '1000000000000'],
  ])('of %s is %s millionths, exactly', (multiplier, millionths) => {
    expect(millionthsOfMultiplier(multiplier, 'multiplier')).toBe(millionths);
  });

  it.each(['', '-1', '0.0000001', '1e2', '12345678'])('is not %j', (multiplier) => {
    expect(() => millionthsOfMultiplier(multiplier, 'multiplier')).toThrow(invalid('multiplier'));
  });
});
