import { describe, expect, it } from '@jest/globals';
import type { PriceTermsText } from '@code-router/money';
import { expectPlausible, priceChanges } from './price-change.js';

const terms = (parts: Partial<PriceTermsText> = {}): PriceTermsText => ({
  rates: { input: '1000', output: '4000' },
  perCallNanos: '0',
  tiers: [],
  ...parts,
});
const rates = (input: string, output = '4000') => terms({ rates: { input, output } });
const tier = (aboveInputTokens: number, input: string) => ({ aboveInputTokens, rates: { input, output: '4000' } });

const suspicious = (before: PriceTermsText, after: PriceTermsText) =>
  priceChanges(before, after)
    .filter(({ isSuspicious }) => isSuspicious)
    .map(({ field }) => field);

describe('a change of a price', () => {
  it.each<[string, PriceTermsText, PriceTermsText]>([
    ['is none', terms(), terms()],
    ['is up by 20 times', rates('1000'), rates('20000')],
    ['is down by 20 times', rates('20000'), rates('1000')],
    [
      'names what was charged so already',
      rates('1000'),
      terms({ rates: { input: '1000', cachedInput: '1000', output: '4000' } }),
    ],
    ['names a piece for the first time', terms(), terms({ units: { webSearchCall: '10000000' } })],
    ['adds a tier of twice the rates', terms(), terms({ tiers: [tier(200_000, '2000')] })],
    ['removes a tier of twice the rates', terms({ tiers: [tier(200_000, '2000')] }), terms()],
    ['moves a tier', terms({ tiers: [tier(100, '2000')] }), terms({ tiers: [tier(200, '2000')] })],
  ])('is plausible when it %s', (_, before, after) => {
    expect(suspicious(before, after)).toEqual([]);
    expect(() => expectPlausible('m', before, after)).not.toThrow();
  });

  it.each<[string, PriceTermsText, PriceTermsText, string[]]>([
    ['up by more than 20 times', rates('1000'), rates('20001'), ['rates.input']],
    ['down by more than 20 times', rates('20001'), rates('1000'), ['rates.input']],
    [
      'of every rate, as when given per thousand',
      rates('1000', '4000'),
      rates('1', '4'),
      ['rates.input', 'rates.output'],
    ],
    ['to free of charge', rates('1'), rates('0'), ['rates.input']],
    ['from free of charge', rates('0'), rates('1'), ['rates.input']],
    [
      'of a class that was charged as input until now',
      terms(),
      terms({ rates: { input: '1000', output: '4000', cachedInput: '49' } }),
      ['rates.cachedInput'],
    ],
    [
      'of a class that is charged as input again',
      terms({ rates: { input: '1000', output: '4000', cachedInput: '49' } }),
      terms(),
      ['rates.cachedInput'],
    ],
    ['of the output, when it is no longer named', rates('100'), terms({ rates: { input: '100' } }), ['rates.output']],
    ['of the price of a call', terms({ perCallNanos: '10' }), terms({ perCallNanos: '201' }), ['perCallNanos']],
    ['of a call that was free', terms(), terms({ perCallNanos: '1' }), ['perCallNanos']],
    ['of the price of a piece', terms({ units: { image: '10' } }), terms({ units: { image: '201' } }), ['units.image']],
    ['of a piece that is no longer named, and so free', terms({ units: { image: '10' } }), terms(), ['units.image']],
    [
      'of a piece that was free on purpose',
      terms({ units: { image: '0' } }),
      terms({ units: { image: '1' } }),
      ['units.image'],
    ],
    ['in a tier alone', terms(), terms({ tiers: [tier(200_000, '20001')] }), ['tiers.200000.rates.input']],
    [
      'in the longest requests alone, whose tier ends',
      terms({ tiers: [tier(100, '1000'), tier(200, '50000')] }),
      terms({ tiers: [tier(100, '1000')] }),
      ['tiers.200.rates.input'],
    ],
  ])('is suspicious when it is %s', (_, before, after, fields) => {
    expect(suspicious(before, after)).toEqual(fields);
    expect(() => expectPlausible('m', before, after)).toThrow(
      expect.objectContaining({ details: expect.objectContaining({ param: 'confirmed', model: 'm' }) }),
    );
  });

  it('is told in credits and with its factor', () => {
    const [change] = priceChanges(rates('2500000000'), rates('2500000000000'));
    expect(change?.sentence).toBe('a million input tokens from 2.5 to 2500 credits, 1000 times more');
    const [free] = priceChanges(rates('2500000000'), rates('0'));
    expect(free?.sentence).toBe('a million input tokens from 2.5 to 0 credits, which makes it free');
  });
});
