import { describe, expect, it } from '@jest/globals';
import { DomainError, type CreateModel, type CreatePriceVersion } from '@code-router/contracts';
import { groupTerms, override, pair } from './group-input.js';
import { modelUpdate, newModel } from './model-input.js';
import { pageOf, pageWindow } from './page-cursor.js';
import { newPriceVersion } from './price-version-input.js';

/** The fields that an input is refused for; empty when it is accepted. */
function refusedFields(check: () => unknown): string[] {
  try {
    check();
    return [];
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== 'invalid_request_error') throw error;
    return String(error.details['fields']).split(',');
  }
}

const model: CreateModel = { name: 'gpt-4o', contextWindow: 128_000, maxOutputTokens: 16_384 };

const version: CreatePriceVersion = {
  model: 'gpt-4o',
  author: 'operator',
  terms: {
    rates: { input: '2500000000', output: '10000000000' },
    perCallNanos: '0',
    tiers: [
      { aboveInputTokens: 1_000, rates: { input: '1' } },
      { aboveInputTokens: 2_000, rates: { input: '2' } },
    ],
  },
};

const withTerms = (terms: object) => ({ ...version, terms: { ...version.terms, ...terms } }) as CreatePriceVersion;

describe('newModel', () => {
  it('completes what may be left out', () => {
    expect(newModel(model)).toEqual({
      ...model,
      displayName: 'gpt-4o',
      vendor: '',
      description: '',
      tags: [],
      inputModalities: ['text'],
      outputModalities: ['text'],
      endpoints: ['/v1/chat/completions'],
      aliases: [],
      enabled: true,
      visibleTo: null,
    });
  });

  it('keeps each word of a list once, and aliases in their order', () => {
    const { tags, aliases } = newModel({ ...model, tags: ['b', 'a', 'b'], aliases: ['z', 'a', 'z'] });
    expect([tags, aliases]).toEqual([
      ['b', 'a'],
      ['a', 'z'],
    ]);
  });

  it.each([
    ['1 character', 'a'],
    ['200 characters', 'a'.repeat(200)],
    ['a path with a version', 'meta/llama-3.1:70b@2024_07'],
  ])('accepts a name of %s', (_, name) => {
    expect(newModel({ ...model, name }).name).toBe(name);
  });

  it.each<[string, object, string]>([
    ['an empty name', { name: '' }, 'name'],
    ['a name of 201 characters', { name: 'a'.repeat(201) }, 'name'],
    ['a name with a space', { name: 'gpt 4' }, 'name'],
    ['a name with a line break', { name: 'gpt-4\n' }, 'name'],
    ['a name that is not text', { name: 4 }, 'name'],
    ['a control character in the displayed name', { displayName: 'a\u0000b' }, 'displayName'],
    ['a vendor that is too long', { vendor: 'v'.repeat(201) }, 'vendor'],
    ['a context window of 0', { contextWindow: 0 }, 'contextWindow'],
    ['a context window beyond the limit', { contextWindow: 100_000_001 }, 'contextWindow'],
    ['a fraction of a token', { maxOutputTokens: 1.5 }, 'maxOutputTokens'],
    ['tokens as text', { maxOutputTokens: '5' }, 'maxOutputTokens'],
    ['no tokens', { maxOutputTokens: undefined }, 'maxOutputTokens'],
    ['groups that are not a list', { visibleTo: 'vip' }, 'visibleTo'],
    ['a group name that cannot be one', { visibleTo: ['vip', ''] }, 'visibleTo'],
    ['a description that is too long', { description: 'd'.repeat(4_001) }, 'description'],
    ['tags that are not a list', { tags: 'fast' }, 'tags'],
    ['a tag that would end a cell of a price list', { tags: ['a;b'] }, 'tags'],
    ['a tag that is empty', { tags: [''] }, 'tags'],
    ['more tags than anybody reads', { tags: Array.from({ length: 51 }, (_, index) => `t${index}`) }, 'tags'],
    ['a modality that does not exist', { inputModalities: ['text', 'smell'] }, 'inputModalities'],
    ['a model that writes nothing', { outputModalities: [] }, 'outputModalities'],
    ['an endpoint that is not a path', { endpoints: ['v1/chat/completions'] }, 'endpoints'],
    ['an alias that cannot be a name', { aliases: ['gpt 4'] }, 'aliases'],
    ['an alias that is the name', { aliases: ['gpt-4o'] }, 'aliases'],
    ['aliases of null', { aliases: [null] }, 'aliases'],
    ['enabled as text', { enabled: 'false' }, 'enabled'],
  ])('refuses %s and names the field', (_, wrong, field) => {
    expect(refusedFields(() => newModel({ ...model, ...wrong }))).toEqual([field]);
  });

  it('names everything that is wrong at once', () => {
    const wrong = { name: '', contextWindow: -1, maxOutputTokens: Number.NaN };
    expect(refusedFields(() => newModel(wrong))).toEqual(['name', 'contextWindow', 'maxOutputTokens']);
  });
});

describe('modelUpdate', () => {
  it('has only the fields that were given', () => {
    const input = { name: 'gpt-4o', enabled: false, visibleTo: null };
    expect(modelUpdate(input)).toEqual({ name: 'gpt-4o', fields: { enabled: false, visibleTo: null } });
  });

  it.each<[string, object, string[]]>([
    ['no change', {}, ['name']],
    ['a name that cannot be one', { name: '', enabled: true }, ['name']],
    ['a fraction of a token', { contextWindow: 0.5 }, ['contextWindow']],
    ['tokens of null', { maxOutputTokens: null }, ['maxOutputTokens']],
    ['several faults', { vendor: 1, enabled: null }, ['vendor', 'enabled']],
  ])('refuses %s', (_, wrong, fields) => {
    expect(refusedFields(() => modelUpdate({ name: 'gpt-4o', ...wrong }))).toEqual(fields);
  });
});

describe('newPriceVersion', () => {
  it('accepts a price and keeps only what a price consists of', () => {
    expect(newPriceVersion(version)).toEqual({
      ...version,
      note: '',
      effectiveFrom: undefined,
      isPlaceholder: false,
      confirmed: false,
    });
  });

  it.each([
    ['rates of 0, which are free on purpose', { rates: { input: '0', output: '0' }, tiers: [] }],
    ['a fixed price per call without rates', { rates: {}, perCallNanos: '40000000', tiers: [] }],
    ['prices of pieces alone', { rates: {}, tiers: [], units: { image: '40000000' } }],
    ['the greatest rate', { rates: { input: '1000000000000000' }, tiers: [] }],
  ])('accepts %s', (_, terms) => {
    expect(refusedFields(() => newPriceVersion(withTerms(terms)))).toEqual([]);
  });

  it.each<[string, object, string]>([
    ['a class that does not exist', { rates: { inputs: '1' } }, 'terms.rates.inputs'],
    ['a negative rate', { rates: { input: '-1' } }, 'terms.rates.input'],
    ['a rate with a fraction', { rates: { input: '1.5' } }, 'terms.rates.input'],
    ['a rate as a number', { rates: { input: 1 } }, 'terms.rates.input'],
    ['a rate beyond the limit', { rates: { input: '1000000000000001' } }, 'terms.rates.input'],
    ['rates that are a list', { rates: [] }, 'terms.rates'],
    ['a price per call that is not whole', { perCallNanos: '1e6' }, 'terms.perCallNanos'],
    ['no price per call', { perCallNanos: undefined }, 'terms.perCallNanos'],
    ['a part that a price has not', { discount: '1' }, 'terms.discount'],
    ['terms that name nothing', { rates: {}, perCallNanos: '0', tiers: [] }, 'terms.rates'],
    ['a piece that does not exist', { units: { video: '1' } }, 'terms.units.video'],
    ['a piece of a negative price', { units: { image: '-1' } }, 'terms.units.image'],
    ['pieces that are a list', { units: [] }, 'terms.units'],
    ['no tiers', { tiers: undefined }, 'terms.tiers'],
    [
      'a threshold of 0',
      { tiers: [{ aboveInputTokens: 0, rates: { input: '1' } }] },
      'terms.tiers[0].aboveInputTokens',
    ],
    [
      'thresholds that fall',
      {
        tiers: [
          { aboveInputTokens: 2, rates: { input: '1' } },
          { aboveInputTokens: 1, rates: { input: '1' } },
        ],
      },
      'terms.tiers[1].aboveInputTokens',
    ],
    [
      'equal thresholds',
      {
        tiers: [
          { aboveInputTokens: 2, rates: { input: '1' } },
          { aboveInputTokens: 2, rates: { input: '1' } },
        ],
      },
      'terms.tiers[1].aboveInputTokens',
    ],
    ['a tier without rates', { tiers: [{ aboveInputTokens: 2, rates: {} }] }, 'terms.tiers[0].rates'],
    ['a tier that is null', { tiers: [null] }, 'terms.tiers[0]'],
  ])('refuses %s and names the field', (_, terms, field) => {
    expect(refusedFields(() => newPriceVersion(withTerms(terms)))).toEqual([field]);
  });

  it.each(['2026-01-31T12:00:00Z', '2026-01-31T12:00:00.123+02:00', '2026-01-31T12:00Z'])('accepts %s', (instant) => {
    expect(newPriceVersion({ ...version, effectiveFrom: instant }).effectiveFrom).toEqual(new Date(instant));
  });

  it.each([
    ['a date alone', '2026-01-31'],
    ['a time without a zone', '2026-01-31T12:00:00'],
    ['a day that does not exist', '2026-02-31T12:00:00Z'],
    ['an hour that does not exist', '2026-01-31T25:00:00Z'],
    ['seconds since 1970', '1767225600'],
    ['nothing', ''],
  ])('refuses %s as the moment that a price takes effect', (_, effectiveFrom) => {
    expect(refusedFields(() => newPriceVersion({ ...version, effectiveFrom }))).toEqual(['effectiveFrom']);
  });

  it.each<[string, object, string]>([
    ['an author of nothing', { author: '' }, 'author'],
    ['a note that is too long', { note: 'n'.repeat(2_001) }, 'note'],
    ['a model name that cannot be one', { model: 'gpt 4' }, 'model'],
    ['no terms', { terms: undefined }, 'terms'],
    ['a confirmation that is not yes or no', { confirmed: 'yes' }, 'confirmed'],
    ['a placeholder that is not yes or no', { isPlaceholder: 1 }, 'isPlaceholder'],
  ])('refuses %s', (_, wrong, field) => {
    expect(refusedFields(() => newPriceVersion({ ...version, ...wrong }))).toEqual([field]);
  });
});

describe('groupTerms', () => {
  it.each(['0', '1', '1000000', '1000000000000'])('accepts a multiplier of %s millionths', (multiplierMillionths) => {
    const { multiplierMillionths: read } = groupTerms({ name: 'vip', multiplierMillionths, description: '' });
    expect(read).toBe(BigInt(multiplierMillionths));
  });

  it.each(['-1', '0.8', '1000000000001', '', ' 1', '1e6', '0x10'])('refuses a multiplier of "%s"', (text) => {
    const group = { name: 'vip', multiplierMillionths: text, description: '' };
    expect(refusedFields(() => groupTerms(group))).toEqual(['multiplierMillionths']);
  });
});

describe('who may choose a group', () => {
  const group = { name: 'vip', multiplierMillionths: '1', description: '' };

  it.each<[string, string[] | null | undefined, string[] | null]>([
    ['nobody when nothing is said', undefined, []],
    ['everybody when it is null', null, null],
    ['each group once', ['a', 'b', 'a'], ['a', 'b']],
  ])('is %s', (_, choosableBy, kept) => {
    expect(groupTerms({ ...group, choosableBy } as typeof group).choosableBy).toEqual(kept);
  });

  it.each([['all'], [true], [['a', '']], [[1]]])('is not %j', (choosableBy) => {
    expect(refusedFields(() => groupTerms({ ...group, choosableBy } as never))).toEqual(['choosableBy']);
  });
});

describe('override', () => {
  const multiplierMillionths = '1';

  it.each<[string, object, string[]]>([
    ['a pair without its key group', { kind: 'group-pair', accountGroup: 'a' }, ['keyGroup']],
    ['a model without its group', { kind: 'model-in-group', model: 'm' }, ['group']],
    ['a pair that names a model', { kind: 'group-pair', accountGroup: 'a', keyGroup: 'k', model: 'm' }, ['model']],
    ['a kind that does not exist', { kind: 'model' }, ['kind']],
  ])('refuses %s', (_, input, fields) => {
    expect(refusedFields(() => override({ multiplierMillionths, ...input } as never))).toEqual(fields);
    expect(refusedFields(() => pair(input as never))).toEqual(fields);
  });
});

describe('page cursors', () => {
  const placed = [3n, 2n, 1n].map((position) => ({ position, item: `item ${position}` }));

  it('continue where the page before ended, and end with the list', () => {
    const first = pageOf('models', placed, 2);
    expect(first.items).toEqual(['item 3', 'item 2']);
    expect(pageWindow('models', { cursor: first.nextCursor ?? '' })).toMatchObject({ below: 2n });
    expect(pageOf('models', placed.slice(2), 2)).toEqual({ items: ['item 1'] });
  });

  it.each([
    ['of another list', pageOf('groups', placed, 2).nextCursor],
    ['that is not ours', 'bW9kZWxzIDE7IERST1AgVEFCTEU'],
    ['that is empty', ''],
  ])('are refused when they are one %s', (_, cursor) => {
    expect(refusedFields(() => pageWindow('models', { cursor: cursor ?? '' }))).toEqual(['cursor']);
  });

  it.each([0, 201, 1.5, -1])('refuse a limit of %s', (limit) => {
    expect(refusedFields(() => pageWindow('models', { limit }))).toEqual(['limit']);
  });
});
