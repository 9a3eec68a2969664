import { describe, expect, it } from '@jest/globals';
import type { CatalogModel } from '@code-router/contracts';
import { filterChoices, findModels, type ModelFilter, type ModelOrder } from './find-models';
import { pricedModel } from './priced-model';

function model(name: string, special: Partial<CatalogModel> = {}): CatalogModel {
  return {
    name,
    displayName: name.toUpperCase(),
    vendor: 'acme',
    description: '',
    tags: [],
    inputModalities: ['text'],
    outputModalities: ['text'],
    endpoints: ['/v1/chat/completions'],
    aliases: [],
    contextWindow: 1_000,
    maxOutputTokens: 100,
    createdAt: '2026-01-01T00:00:00.000Z',
    priceVersionId: name,
    terms: { rates: { input: '100', output: '400' }, perCallNanos: '0', tiers: [] },
    multiplierMillionths: '1000000',
    multiplierSource: 'default',
    multiplierExplanation: '',
    isPlaceholder: false,
    ...special,
  };
}

const models = [
  model('alpha', { description: 'Reads pictures', inputModalities: ['text', 'image'], contextWindow: 9_000 }),
  model('beta', { vendor: 'Zenith', tags: ['fast', 'cheap'], aliases: ['old-beta'] }),
  // Half of the rate, but three times the multiplier.
  model('gamma', {
    terms: { rates: { input: '50', output: '100', cachedInput: '5' }, perCallNanos: '0', tiers: [] },
    multiplierMillionths: '3000000',
    endpoints: ['/v1/embeddings'],
  }),
].map(pricedModel);

const find = (filter: Partial<ModelFilter>, order: Partial<ModelOrder> = {}) =>
  findModels(models, { words: '', ...filter }, { sort: 'name', descending: false, ...order }).map(
    (found) => found.model.name,
  );

describe('findModels', () => {
  it.each<[string, Partial<ModelFilter>, readonly string[]]>([
    ['nothing asked', {}, ['alpha', 'beta', 'gamma']],
    ['a word of a description, in any case', { words: 'PICTURES' }, ['alpha']],
    ['words in any order, all of them', { words: ' cheap  zenith ' }, ['beta']],
    ['words that no model has together', { words: 'pictures cheap' }, []],
    ['an alias', { words: 'old-b' }, ['beta']],
    ['words of two fields that only touch', { words: 'alphaalpha' }, []],
    ['a vendor', { vendor: 'Zenith' }, ['beta']],
    ['a tag', { tag: 'fast' }, ['beta']],
    ['a modality', { modality: 'image' }, ['alpha']],
    ['an endpoint', { endpoint: '/v1/embeddings' }, ['gamma']],
    ['several of these', { vendor: 'acme', modality: 'text', words: 'gam' }, ['gamma']],
  ])('finds by %s', (_, filter, names) => {
    expect(find(filter)).toEqual(names);
  });

  it.each<[ModelOrder, readonly string[]]>([
    [{ sort: 'name', descending: true }, ['gamma', 'beta', 'alpha']],
    [{ sort: 'input', descending: false }, ['alpha', 'beta', 'gamma']],
    [{ sort: 'output', descending: false }, ['gamma', 'alpha', 'beta']],
    [{ sort: 'cached', descending: false }, ['gamma', 'alpha', 'beta']],
    [{ sort: 'context', descending: true }, ['alpha', 'beta', 'gamma']],
    [{ sort: 'vendor', descending: true }, ['beta', 'alpha', 'gamma']],
  ])('sorts by what the viewer pays: %j', (order, names) => {
    expect(find({}, order)).toEqual(names);
  });
});

describe('filterChoices', () => {
  it('offers everything that some model has, once', () => {
    expect(filterChoices(models)).toEqual({
      vendors: ['Zenith', 'acme'],
      tags: ['cheap', 'fast'],
      modalities: ['image', 'text'],
      endpoints: ['/v1/chat/completions', '/v1/embeddings'],
    });
  });
});
