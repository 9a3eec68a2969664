import { describe, expect, it } from '@jest/globals';
import { exactProduct, multiplierText, parseMultiplier } from './exact-product.js';

describe('exactProduct', () => {
  it.each([
    ['2.5', 1_000_000_000n, 2_500_000_000n],
    ['0.000000001', 1_000_000_000n, 1n],
    [' 12 ', 2_000n, 24_000n],
    ['0.0005', 2_000n, 1n],
    ['9999999999.123456789', 1_000_000_000n, 9_999_999_999_123_456_789n],
  ])('reads %s times %s exactly', (text, factor, product) => {
    expect(exactProduct(text, factor)).toBe(product);
  });

  it.each([
    ['0.0000000001', 1_000_000_000n],
    ['0.0001', 2_000n],
    ['1e3', 1n],
    ['-1', 1n],
    ['1,5', 1n],
    ['', 1n],
    ['.5', 2n],
  ])('refuses %s times %s', (text, factor) => {
    expect(exactProduct(text, factor)).toBeNull();
  });
});

describe('multipliers', () => {
  it.each(['0', '1', '0.85', '12.000001', '3.5'])('are the same after they were read and written: %s', (text) => {
    expect(multiplierText(parseMultiplier(text) ?? -1n)).toBe(text);
  });
});
