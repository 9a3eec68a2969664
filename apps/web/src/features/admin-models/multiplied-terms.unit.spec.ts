import { describe, expect, it } from '@jest/globals';
import { multipliedTerms } from './multiplied-terms';

describe('a price times a factor', () => {
  const terms = {
    rates: { input: '2500000000', output: '10000000001' },
    perCallNanos: '3',
    tiers: [{ aboveInputTokens: 200_000, rates: { input: '5000000000' } }],
    units: { webSearchCall: '10000000' },
  };

  it('multiplies everything that it has, and rounds half up', () => {
    expect(multipliedTerms(terms, 1_500_000n)).toEqual({
      rates: { input: '3750000000', output: '15000000002' },
      perCallNanos: '5',
      tiers: [{ aboveInputTokens: 200_000, rates: { input: '7500000000' } }],
      units: { webSearchCall: '15000000' },
    });
  });

  it('is the same price, times one', () => {
    expect(multipliedTerms(terms, 1_000_000n)).toEqual(terms);
    const { units: _, ...plain } = terms;
    expect(multipliedTerms(plain, 1_000_000n)).toEqual(plain);
  });
});
