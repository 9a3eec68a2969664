import { describe, expect, it } from '@jest/globals';
import { isAmount, priceValues, termsOf } from './price-form.js';

describe('the form of a price', () => {
  it('gives back exactly the price that it was filled with', () => {
    const terms = {
      rates: { input: '2500000000', cachedInput: '1', output: '10000000001' },
      perCallNanos: '5000000',
      tiers: [{ aboveInputTokens: 200_000, rates: { input: '5000000000', output: '0' } }],
      units: { webSearchCall: '10000000' },
    };
    expect(termsOf(priceValues(terms))).toEqual(terms);
  });

  it('leaves out what is not named', () => {
    expect(termsOf(priceValues(null))).toEqual({ rates: {}, perCallNanos: '0', tiers: [] });
  });

  it.each([
    ['', true],
    ['2.5', true],
    ['0.000000001', true],
    ['0.0000000001', false],
    ['-1', false],
    ['free', false],
  ])('takes "%s" for an amount: %s', (text, expected) => {
    expect(isAmount(text)).toBe(expected);
  });
});
