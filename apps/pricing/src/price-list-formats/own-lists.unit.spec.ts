import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DomainError, MODALITIES, type PriceListModel } from '@code-router/contracts';
import { TOKEN_CLASSES, UNIT_CLASSES } from '@code-router/money';
import { plainTerms } from '../domain/price-version-input.js';
import { readCsvList, writeCsvList } from './csv-list.js';
import { readJsonList, writeJsonList } from './json-list.js';
import { packed, unpacked } from './packed-text.js';

const nanos = fc.bigInt({ min: 0n, max: 1_000_000_000_000_000n }).map(String);
const rates = fc.dictionary(fc.constantFrom(...TOKEN_CLASSES), nanos, { minKeys: 1, noNullPrototype: true });
const terms = fc
  .record(
    {
      rates,
      perCallNanos: nanos,
      tiers: fc
        .uniqueArray(
          fc.record({ aboveInputTokens: fc.integer({ min: 1, max: 999_999_999 }), rates }, { noNullPrototype: true }),
          {
            selector: ({ aboveInputTokens }) => aboveInputTokens,
            maxLength: 3,
          },
        )
        .map((tiers) => tiers.toSorted((left, right) => left.aboveInputTokens - right.aboveInputTokens)),
      units: fc.dictionary(fc.constantFrom(...UNIT_CLASSES), nanos, { noNullPrototype: true }),
    },
    { noNullPrototype: true },
  )
  .map(plainTerms);
/** Text as people write it, with everything that CSV and spreadsheets treat in a way of their own. */
const text = fc
  .string({
    unit: fc.constantFrom('a', 'Z', '0', ' ', '"', ',', ';', "'", '=', '+', '-', '@', '|', ':', 'é', '漢'),
    maxLength: 12,
  })
  .map((value) => value.trim());
const name = fc.string({
  unit: fc.constantFrom('a', 'B', '7', '.', '_', ':', '/', '@', '-'),
  minLength: 1,
  maxLength: 12,
});
const model: fc.Arbitrary<PriceListModel> = fc
  .record(
    {
      name,
      displayName: text.map((value) => value || 'x'),
      vendor: text,
      description: text,
      tags: fc.uniqueArray(fc.constantFrom('fast', 'long context', 'a+b', 'x/y'), { maxLength: 4 }),
      inputModalities: fc.uniqueArray(fc.constantFrom(...MODALITIES), { minLength: 1 }),
      outputModalities: fc.uniqueArray(fc.constantFrom(...MODALITIES), { minLength: 1 }),
      endpoints: fc.uniqueArray(fc.constantFrom('/v1/chat/completions', '/v1/images'), { maxLength: 2 }),
      aliases: fc.uniqueArray(
        name.map((value) => `alias-${value}`),
        { maxLength: 3 },
      ),
      contextWindow: fc.integer({ min: 1, max: 100_000_000 }),
      maxOutputTokens: fc.integer({ min: 1, max: 100_000_000 }),
      enabled: fc.boolean(),
      visibleTo: fc.option(fc.uniqueArray(name, { maxLength: 3 })),
    },
    { noNullPrototype: true },
  )
  .chain((profile) =>
    fc
      .option(fc.record({ terms, isPlaceholder: fc.boolean() }, { noNullPrototype: true }), { nil: {} })
      .map((price) => ({ ...profile, ...price })),
  );
const models = fc.uniqueArray(model, { selector: (one) => one.name, maxLength: 4 });

function refusal(read: () => unknown): DomainError {
  try {
    read();
  } catch (error) {
    if (error instanceof DomainError && error.code === 'invalid_request_error') return error;
    throw error;
  }
  throw new Error('it was not refused');
}

describe('a price list of our own', () => {
  it('is the same again after a way through JSON', () => {
    fc.assert(
      fc.property(models, (list) => {
        expect(readJsonList(writeJsonList(list))).toEqual(list.map((one) => ({ model: one, notes: [] })));
      }),
    );
  });

  it('is the same again after a way through CSV, to the last nano', () => {
    fc.assert(
      fc.property(models, (list) => {
        const read = readCsvList(writeCsvList(list)).map((entry) => ('model' in entry ? entry.model : entry));
        expect(read).toEqual(list.map((one) => ({ ...one, isPlaceholder: one.isPlaceholder ?? false })));
      }),
      { numRuns: 300 },
    );
  });

  it('is the same again after it was packed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (value) =>
        expect(unpacked(packed(value, 'gzip-base64'))).toBe(value),
      ),
    );
  });
});

describe('a price list in CSV', () => {
  const header = 'name,contextWindow,maxOutputTokens';

  it('may leave columns out, and be saved by a spreadsheet', () => {
    const saved = `\uFEFF${header},input,output,enabled,tiers\r\nm,10,5,2.5,1E-09,TRUE,200000: input=5; output=22.5 | 400000: input=10\r\n\r\n`;
    expect(readCsvList(saved)).toEqual([
      {
        model: {
          name: 'm',
          contextWindow: 10,
          maxOutputTokens: 5,
          enabled: true,
          terms: {
            rates: { input: '2500000000', output: '1' },
            perCallNanos: '0',
            tiers: [
              { aboveInputTokens: 200_000, rates: { input: '5000000000', output: '22500000000' } },
              { aboveInputTokens: 400_000, rates: { input: '10000000000' } },
            ],
          },
        },
        notes: [],
      },
    ]);
  });

  it('never holds a cell that a spreadsheet would run', () => {
    const list = ['=1+1', '+1', '-1', '@SUM(A1)', "'=1"].map((description, index) => ({
      name: `@m${index}`,
      description,
      contextWindow: 1,
      maxOutputTokens: 1,
    }));
    const cells = writeCsvList(list).split(/[,\n]/);
    expect(cells.filter((cell) => /^[=+\-@]/.test(cell))).toEqual([]);
  });

  it.each([
    ['an unknown column', `${header},inptu\nm,1,1,1`, 'inptu'],
    ['a missing column', 'name,contextWindow\nm,1', 'maxOutputTokens'],
    ['a column twice', `${header},input,input\nm,1,1,1,1`, 'twice'],
    ['a line that is too short', `${header}\nm,1`, 'not CSV'],
    ['a quote that does not end', `${header}\n"m,1,1`, 'not CSV'],
    ['a count that is not one', `${header}\nm,1,many`, 'line 2: maxOutputTokens'],
    ['an amount that is not one', `${header},input\nok,1,1,1\nm,1,1,free`, 'line 3: input must be a decimal'],
    ['an amount beyond nanos', `${header},input\nm,1,1,0.0000000001`, 'line 2: input has more than nine places'],
    ['a negative amount', `${header},input\nm,1,1,-1`, 'line 2: terms.rates.input'],
    ['an amount beyond all prices', `${header},input\nm,1,1,1000001`, 'line 2: terms.rates.input'],
    ['a flag that is not one', `${header},enabled\nm,1,1,maybe`, 'line 2: enabled'],
    ['a tier of an unknown class', `${header},input,tiers\nm,1,1,1,5: inptu=1`, 'line 2: tiers'],
    ['a model twice', `${header}\nm,1,1\nm,1,1`, 'line 3: name is in the list twice'],
  ])('is refused with %s, and says where', (_, content, where) => {
    expect(refusal(() => readCsvList(content)).message).toContain(where);
  });
});

describe('a price list in JSON', () => {
  const valid = { name: 'm', contextWindow: 1, maxOutputTokens: 1 };

  it.each<[string, unknown, string]>([
    ['something else than a list', { model: [] }, 'content'],
    ['a model that is none', { models: [null] }, 'models[0]'],
    ['an unknown field', { models: [{ ...valid, contextWindows: 1 }] }, 'models[0].contextWindows'],
    ['no name', { models: [valid, { ...valid, name: undefined }] }, 'models[1].name'],
    ['no limits', { models: [{ name: 'm' }] }, 'models[0].contextWindow'],
    [
      'a rate as a number',
      { models: [{ ...valid, terms: { rates: { input: 1 }, perCallNanos: '0', tiers: [] } }] },
      'models[0].terms.rates.input',
    ],
    [
      'a price that names nothing',
      { models: [{ ...valid, terms: { rates: {}, perCallNanos: '0', tiers: [] } }] },
      'models[0].terms.rates',
    ],
    [
      'a placeholder that is not yes or no',
      { models: [{ ...valid, isPlaceholder: 'yes' }] },
      'models[0].isPlaceholder',
    ],
    ['a model twice', { models: [valid, valid] }, 'models[1].name'],
  ])('is refused with %s, and says where', (_, list, param) => {
    expect(refusal(() => readJsonList(JSON.stringify(list))).details['param']).toBe(param);
  });

  it('tells many faults without end in one sentence that ends', () => {
    const list = { models: Array.from({ length: 5_000 }, () => ({ name: '' })) };
    const { message } = refusal(() => readJsonList(JSON.stringify(list)));
    expect(message).toMatch(/; and \d+ more\.$/);
    expect(message.length).toBeLessThan(10_000);
  });
});

describe('a packed text', () => {
  it.each<[string, object]>([
    ['is not packed', { content: 'plain', encoding: 'gzip-base64' }],
    ['is in an unknown encoding', { content: '', encoding: 'zip' }],
    ['is not text', { content: 5 }],
    ['unpacks to more than any list', packed(' '.repeat(33 * 1_048_576), 'gzip-base64')],
  ])('is refused when it %s', (_, wrong) => {
    expect(refusal(() => unpacked(wrong as never)).message).toBeTruthy();
  });
});
