import { describe, expect, it } from '@jest/globals';
import type { PriceTerms } from '@code-router/money';
import { expectedCost, pricedClasses } from './cost-lines';
import type { PricedModel } from './priced-model';

const terms: PriceTerms = {
  rates: { input: 1_000_000_000n, output: 4_000_000_000n, inputAudio: 9_000_000_000n },
  perCallNanos: 500n,
  tiers: [{ aboveInputTokens: 100, rates: { input: 2_000_000_000n, output: 4_000_000_000n, cacheWrite5m: 1n } }],
  units: { webSearchCall: 10_000_000n },
};
const priced = { terms, multiplierMillionths: 500_000n } as PricedModel;

describe('expectedCost', () => {
  it('is what would be charged, and explains it line by line', () => {
    expect(expectedCost(priced, { tokens: { input: 100, output: 10 }, units: { webSearchCall: 2, image: 1 } })).toEqual(
      {
        // (100 x 1000 + 10 x 4000 + 500 + 2 x 10,000,000) / 2; an image is not priced.
        nanos: 10_070_250n,
        lines: [
          { kind: 'call', nanos: 500n },
          { kind: 'tokens', of: 'input', count: 100, nanos: 1_000_000_000n },
          { kind: 'tokens', of: 'output', count: 10, nanos: 4_000_000_000n },
          { kind: 'unit', of: 'webSearchCall', count: 2, nanos: 10_000_000n },
        ],
      },
    );
  });

  it('names the tier that a long input falls into', () => {
    const { tierAboveInputTokens, nanos } = expectedCost(priced, { tokens: { input: 101 }, units: {} });
    expect([tierAboveInputTokens, nanos]).toEqual([100, 101_250n]);
  });
});

describe('pricedClasses', () => {
  it('are those that a price or one of its tiers names, beside the usual ones', () => {
    expect(pricedClasses([priced])).toEqual({ tokens: ['cacheWrite5m', 'inputAudio'], units: ['webSearchCall'] });
    expect(pricedClasses([])).toEqual({ tokens: [], units: [] });
  });
});
