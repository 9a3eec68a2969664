import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { PriceTerms, Rates } from './price.js';
import { inputTokens, outputTokens, TOKEN_CLASSES, UNIT_CLASSES, type TokenUsage } from './token-usage.js';
import { priceTermsFromText, priceTermsToText, type PriceTermsText } from './wire.js';

const nanos = fc.bigInt({ min: 0n, max: 9_223_372_036_854_775_807n });
const rates = fc.dictionary(fc.constantFrom(...TOKEN_CLASSES), nanos, { noNullPrototype: true }) as fc.Arbitrary<Rates>;
const terms: fc.Arbitrary<PriceTerms> = fc.record(
  {
    rates,
    perCallNanos: nanos,
    tiers: fc.array(fc.record({ aboveInputTokens: fc.nat(), rates }, { noNullPrototype: true })),
    units: fc.dictionary(fc.constantFrom(...UNIT_CLASSES), nanos, { noNullPrototype: true }),
  },
  { noNullPrototype: true, requiredKeys: ['rates', 'perCallNanos', 'tiers'] },
);

describe('price terms as text', () => {
  it('are the same terms again after a way through JSON', () => {
    fc.assert(
      fc.property(terms, (price) => {
        const text = JSON.parse(JSON.stringify(priceTermsToText(price))) as PriceTermsText;
        expect(priceTermsFromText(text)).toEqual(price);
      }),
    );
  });

  it('leave out what is not a token class', () => {
    const text = { rates: { input: '1', bogus: '2' }, perCallNanos: '0', tiers: [] };
    expect(priceTermsFromText(text).rates).toEqual({ input: 1n });
  });

  it('are written alike, whichever order their parts had', () => {
    const text = { rates: { output: '2', input: '1' }, perCallNanos: '0', tiers: [{ rates: {}, aboveInputTokens: 1 }] };
    const sorted = {
      tiers: [{ aboveInputTokens: 1, rates: {} }],
      perCallNanos: '0',
      rates: { input: '1', output: '2' },
    };
    const written = [text, sorted].map((price) => JSON.stringify(priceTermsToText(priceTermsFromText(price))));
    expect(written[0]).toBe(written[1]);
  });

  it.each<[string, object, string]>([
    ['a price of a piece', { units: { image: '1.5' } }, 'price of image'],
    ['a rate', { rates: { input: '1.5' } }, 'rate of input'],
    ['the amount per call', { perCallNanos: '' }, 'perCallNanos'],
    ['a rate of a tier', { tiers: [{ aboveInputTokens: 1, rates: { output: 'x' } }] }, 'rate of output'],
  ])('are refused when %s is not a whole number of nanos', (_, wrong, named) => {
    const text: PriceTermsText = { rates: {}, perCallNanos: '0', tiers: [], ...wrong };
    expect(() => priceTermsFromText(text)).toThrow(named);
  });
});

describe('inputTokens and outputTokens', () => {
  it('together count every class once', () => {
    const usage = fc.dictionary(fc.constantFrom(...TOKEN_CLASSES), fc.nat()) as fc.Arbitrary<TokenUsage>;
    fc.assert(
      fc.property(usage, (used) => {
        const all = Object.values(used).reduce((sum, tokens) => sum + tokens, 0);
        expect(inputTokens(used) + outputTokens(used)).toBe(all);
      }),
    );
  });

  it('tell what was read from what was written', () => {
    const used = { input: 1, cachedInput: 2, cacheWrite5m: 4, cacheWrite1h: 8, inputImage: 16, inputAudio: 32 };
    expect(inputTokens({ ...used, output: 64, outputAudio: 128 })).toBe(63);
    expect(outputTokens({ ...used, output: 64, outputAudio: 128 })).toBe(192);
  });
});
