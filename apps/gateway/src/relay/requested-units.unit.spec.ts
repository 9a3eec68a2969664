import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { UNIT_CLASSES, type PriceTerms } from '@code-router/money';
import { requestedUnits, unitsHeldFor, unitsUsed } from './requested-units.js';

const PRICED: PriceTerms = {
  rates: {},
  perCallNanos: 0n,
  tiers: [],
  units: { webSearchCall: 10n, fileSearchCall: 2n, codeInterpreterCall: 3n },
};
const UNPRICED: PriceTerms = { rates: {}, perCallNanos: 0n, tiers: [] };

describe('what a request may use of the provider’s tools', () => {
  it.each([
    ['nothing', {}, undefined],
    ['functions of its own', { tools: [{ type: 'function', function: { name: 'web_search' } }] }, undefined],
    ['web_search_options that are null', { web_search_options: null }, undefined],
    ['web_search_options', { web_search_options: {} }, { least: { webSearchCall: 1 }, most: { webSearchCall: 5 } }],
    ['a model that searches by itself', { model: 'gpt-4o-search-preview' }, { least: {}, most: { webSearchCall: 5 } }],
    ['a model that is only called alike', { model: 'research-1' }, undefined],
    ['live search', { search_parameters: { mode: 'auto' } }, { least: {}, most: { webSearchCall: 20 } }],
    [
      'live search of few sources',
      { search_parameters: { max_search_results: 3 } },
      { least: {}, most: { webSearchCall: 3 } },
    ],
    ['live search that is off', { search_parameters: { mode: 'off' } }, undefined],
    [
      'OpenRouter’s plugin',
      { plugins: [{ id: 'web', max_results: 2 }] },
      { least: { webSearchCall: 1 }, most: { webSearchCall: 2 } },
    ],
    ['a plugin that is off', { plugins: [{ id: 'web', enabled: false }] }, undefined],
    [
      'server tools, with and without a limit',
      { tools: [{ type: 'web_search_20250305', max_uses: 2 }, { type: 'code_interpreter' }, { type: 'file_search' }] },
      { least: {}, most: { webSearchCall: 2, codeInterpreterCall: 5, fileSearchCall: 5 } },
    ],
  ])('is told from %s', (_what, fields, expected) => {
    expect(requestedUnits(fields)).toEqual(expected);
  });

  it('is never negative, endless or broken, whatever a client sends', () => {
    const anything = fc.anything();
    fc.assert(
      fc.property(anything, anything, anything, anything, anything, (options, search, plugin, tool, count) => {
        const fields = {
          web_search_options: options,
          search_parameters: fc.stringify(search).length % 2 === 0 ? search : { max_search_results: count },
          plugins: [plugin, { id: 'web', max_results: count }],
          tools: [tool, { type: 'web_search', max_uses: count }],
        };
        const held = unitsHeldFor(requestedUnits(fields), 128, PRICED) ?? {};
        for (const name of UNIT_CLASSES) {
          const pieces = held[name] ?? 0;
          expect(Number.isSafeInteger(pieces) && pieces >= 0 && pieces <= 128_000).toBe(true);
        }
      }),
    );
  });

  it('is held for every choice, and only where it has a price', () => {
    const requested = requestedUnits({ web_search_options: {} });
    expect(unitsHeldFor(requested, 3, PRICED)).toEqual({ webSearchCall: 15 });
    expect(unitsHeldFor(requested, 3, UNPRICED)).toBeUndefined();
    expect(unitsHeldFor(undefined, 3, PRICED)).toBeUndefined();
  });
});

describe('what a request used of the provider’s tools', () => {
  const asked = requestedUnits({ web_search_options: {} });

  it.each([
    ['what the provider says, more than was asked for', asked, { webSearchCall: 3 }, true, { webSearchCall: 3 }],
    ['that the provider says it was nothing', asked, { webSearchCall: 0 }, false, undefined],
    ['what was asked for, where the provider says nothing', asked, undefined, false, { webSearchCall: 1 }],
    ['a search where the answer cites the web', undefined, undefined, true, { webSearchCall: 1 }],
    ['one search where it was asked for and is cited', asked, undefined, true, { webSearchCall: 1 }],
    ['one search where it is reported and cited', undefined, { webSearchCall: 1 }, true, { webSearchCall: 1 }],
    ['nothing otherwise', undefined, undefined, false, undefined],
  ])('is %s', (_what, requested, reported, citesTheWeb, expected) => {
    expect(unitsUsed(requested, { reported, citesTheWeb }, PRICED)).toEqual(expected);
  });

  it('without a price is only what the provider says', () => {
    expect(unitsUsed(asked, { citesTheWeb: true }, UNPRICED)).toBeUndefined();
    expect(unitsUsed(asked, { reported: { webSearchCall: 2 }, citesTheWeb: true }, UNPRICED)).toEqual({
      webSearchCall: 2,
    });
  });
});
