import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  PricingMessages,
  type ImportPriceList,
  type ImportPriceListReply,
  type Page,
  type PageRequest,
  type PriceList,
  type PriceListExportFormat,
  type PriceListModel,
} from '@code-router/contracts';
import { packed, unpacked } from './price-list-formats/packed-text.js';
import { STARTER_CATALOG } from './starter-catalog/starter-catalog.js';
import { startPricing, TERMS, type RunningPricing } from './testing/running-pricing.js';

let pricing: RunningPricing;

beforeEach(async () => {
  pricing = await startPricing();
});

afterEach(async () => {
  await pricing?.stop();
});

const importList = (input: Partial<ImportPriceList>) =>
  pricing.client.request(PricingMessages.importPriceList, {
    format: 'code-router-json',
    content: '',
    dryRun: false,
    author: 'operator',
    ...input,
  });
const importModels = (models: readonly PriceListModel[], input: Partial<ImportPriceList> = {}) =>
  importList({ content: JSON.stringify({ models } satisfies PriceList), ...input });
const exportList = async (format: PriceListExportFormat) =>
  unpacked(await pricing.client.request(PricingMessages.exportPriceList, { format, encoding: 'gzip-base64' }));
const starter = (dryRun: boolean) =>
  pricing.client.request(PricingMessages.importStarterCatalog, { dryRun, author: 'operator' });
const catalog = () => pricing.client.request(PricingMessages.catalog, { accountGroup: 'default' });
const versionsOf = async (model: string) =>
  (await pricing.client.request(PricingMessages.listPriceVersions, { model })).items;
const modelCount = async () =>
  ((await pricing.client.request(PricingMessages.listModels, { limit: 200 } satisfies PageRequest)) as Page<unknown>)
    .items.length;
const kinds = ({ changes }: ImportPriceListReply) =>
  Object.fromEntries(changes.map(({ model, kind }) => [model, kind]));

const listed = (name: string, rest: Partial<PriceListModel> = {}): PriceListModel => ({
  name,
  contextWindow: 10,
  maxOutputTokens: 5,
  terms: TERMS,
  ...rest,
});
const dear = { ...TERMS, rates: { input: '3000000000', output: '10000000000' } };

describe('an import', () => {
  it('says in a dry run exactly what it then does, and the dry run changes nothing', async () => {
    await pricing.addModel('repriced', { contextWindow: 10, maxOutputTokens: 5 });
    await pricing.addModel('updated', { contextWindow: 10, maxOutputTokens: 5 });
    await pricing.addModel('same', { contextWindow: 10, maxOutputTokens: 5 });
    for (const name of ['repriced', 'updated', 'same']) await pricing.addPrice(name);
    const before = await catalog();
    const models = [
      listed('new', { aliases: ['newest'] }),
      listed('repriced', { terms: dear, vendor: 'Acme' }),
      listed('updated', { tags: ['fast'], contextWindow: 20 }),
      listed('same'),
    ];

    const planned = await importModels(models, { dryRun: true });
    expect(planned).toEqual({
      applied: false,
      counts: { created: 1, priced: 1, updated: 1, unchanged: 1, skipped: 0 },
      changes: [
        {
          model: 'new',
          kind: 'created',
          differences: ['price: input 2.5, output 10 credits per million tokens'],
        },
        {
          model: 'repriced',
          kind: 'priced',
          differences: ['vendor: nothing becomes Acme', 'price: a million input tokens from 2.5 to 3 credits'],
        },
        {
          model: 'updated',
          kind: 'updated',
          differences: ['tags: none becomes fast', 'contextWindow: 10 becomes 20'],
        },
        { model: 'same', kind: 'unchanged', differences: [] },
      ],
      unconfirmed: [],
    });
    expect(await catalog()).toEqual(before);

    expect(await importModels(models, { note: 'Spring' })).toEqual({ ...planned, applied: true });
    const after = await catalog();
    expect(after.catalogVersion).toBe(before.catalogVersion + 1);
    expect(pricing.noticedVersions.at(-1)).toBe(after.catalogVersion);
    expect(after.models.map(({ name, contextWindow }) => [name, contextWindow])).toEqual([
      ['new', 10],
      ['repriced', 10],
      ['same', 10],
      ['updated', 20],
    ]);
    expect(await versionsOf('repriced')).toMatchObject([{ terms: dear, author: 'operator', note: 'Spring' }, {}]);
    expect(await versionsOf('updated')).toHaveLength(1);
    expect(
      await pricing.client.request(PricingMessages.quote, { model: 'newest', accountGroup: 'default' }),
    ).toMatchObject({ model: 'new' });

    const again = await importModels(models);
    expect(again).toMatchObject({ applied: false, counts: { unchanged: 4 } });
    expect((await catalog()).catalogVersion).toBe(after.catalogVersion);
  });

  it.each<[string, PriceListModel[], object]>([
    ['an alias that would be taken', [listed('a'), listed('b', { aliases: ['existing'] })], { code: 'conflict' }],
    [
      'an alias that two of its models claim',
      [listed('a', { aliases: ['x'] }), listed('b', { aliases: ['x'] })],
      { code: 'conflict' },
    ],
    ['a name that is the alias of another model', [listed('a'), listed('nickname')], { code: 'conflict' }],
    [
      'a group that does not exist',
      [listed('a'), listed('b', { visibleTo: ['nowhere'] })],
      { code: 'not_found', details: { param: 'visibleTo', model: 'b' } },
    ],
    [
      'a rate that is wrong',
      [listed('a'), listed('b', { terms: { ...TERMS, rates: { input: '-1' } } })],
      { code: 'invalid_request_error', details: { param: 'models[1].terms.rates.input' } },
    ],
    [
      'a price that may be a slip',
      [listed('a'), listed('existing', { terms: { ...TERMS, perCallNanos: '1' } })],
      { code: 'invalid_request_error', details: { param: 'confirmed', models: 'existing' } },
    ],
    ['no models', [], { code: 'invalid_request_error', details: { param: 'content' } }],
  ])('is all or nothing: refused for %s, it changes nothing', async (_, models, error) => {
    await pricing.addModel('existing', { aliases: ['nickname'] });
    await pricing.addPrice('existing');
    const before = await catalog();
    await expect(importModels(models)).rejects.toMatchObject(error);
    expect(await catalog()).toEqual(before);
    expect(await modelCount()).toBe(1);
  });

  it('changes nothing when the database fails in the middle of it', async () => {
    await pricing.dataSource.query(
      `ALTER TABLE price_versions ADD CONSTRAINT fails CHECK (terms->>'perCallNanos' <> '666')`,
    );
    const before = await catalog();
    const models = [listed('a'), listed('b', { terms: { ...TERMS, perCallNanos: '666' } })];
    await expect(importModels(models)).rejects.toMatchObject({ code: 'internal_error' });
    expect(await catalog()).toEqual(before);
    expect(await modelCount()).toBe(0);
  });

  it('tells prices that may be slips in a dry run, and takes them when they are confirmed', async () => {
    await pricing.addModel('existing');
    await pricing.addPrice('existing');
    const slip = [listed('existing', { terms: { ...TERMS, rates: { input: '2500000', output: '10000000000' } } })];
    const planned = await importModels(slip, { dryRun: true });
    expect(planned.unconfirmed).toEqual(['existing']);
    expect(planned.changes[0]?.differences.join()).toContain('1000 times less (must be confirmed)');
    expect(await importModels(slip, { confirmed: true })).toMatchObject({ applied: true, counts: { priced: 1 } });
  });

  it('lets an alias move from one model of the list to another', async () => {
    await importModels([listed('a', { aliases: ['latest'] }), listed('b')]);
    const moved = await importModels([listed('a', { aliases: [] }), listed('b', { aliases: ['latest'] })]);
    expect(moved).toMatchObject({ applied: true, counts: { updated: 2 } });
    const quote = await pricing.client.request(PricingMessages.quote, { model: 'latest', accountGroup: 'default' });
    expect(quote.model).toBe('b');
  });

  it('takes only the models that were chosen', async () => {
    await importModels([listed('a'), listed('b')], { only: ['b'] });
    expect((await catalog()).models.map(({ name }) => name)).toEqual(['b']);
    await expect(importModels([listed('a')], { only: ['c'] })).rejects.toMatchObject({ details: { param: 'only' } });
  });

  it('confirms a placeholder that the list no longer marks, and never makes one of a confirmed price', async () => {
    await importModels([listed('a', { isPlaceholder: true })]);
    expect((await catalog()).models[0]).toMatchObject({ isPlaceholder: true });
    expect(await importModels([listed('a')])).toMatchObject({ counts: { priced: 1 } });
    expect((await catalog()).models[0]).toMatchObject({ isPlaceholder: false });
    expect(await importModels([listed('a', { isPlaceholder: true })])).toMatchObject({ counts: { unchanged: 1 } });
  });

  it.each<[string, object, string]>([
    ['an unknown format', { format: 'xml' }, 'format'],
    ['a format of the language', { format: 'constructor' }, 'format'],
    ['no content', { content: undefined }, 'content'],
    ['content that is not text', { content: { models: [] } }, 'content'],
    ['content that is not JSON', { content: '{' }, 'content'],
    ['a dry run that is not yes or no', { dryRun: 'no' }, 'dryRun'],
    ['no author', { author: '' }, 'author'],
    ['a confirmation that is not yes or no', { confirmed: 1 }, 'confirmed'],
    ['a note that is too long', { note: 'n'.repeat(2_001) }, 'note'],
    ['chosen models that are no list', { only: 'a' }, 'only'],
  ])('is refused with %s', async (_, wrong, param) => {
    await expect(importList(wrong as Partial<ImportPriceList>)).rejects.toMatchObject({
      code: 'invalid_request_error',
      details: { param },
    });
  });
});

describe('an import of somebody else’s list', () => {
  const liteLlm = JSON.stringify({
    existing: { max_tokens: 99, input_cost_per_token: 0.000003, output_cost_per_token: 0.00001, litellm_provider: 'x' },
    new: { max_tokens: 99, input_cost_per_token: 0.000001, output_cost_per_token: 0.000002 },
    nickname: { max_tokens: 99, input_cost_per_token: 0.000001 },
    'not a name': { max_tokens: 99, input_cost_per_token: 0.000001 },
  });

  it('changes the price of a model that exists and nothing else of it, and skips what has no place', async () => {
    await pricing.addModel('existing', { vendor: 'Ours', aliases: ['nickname'] });
    await pricing.addPrice('existing');
    const done = await importList({ format: 'litellm', content: liteLlm });
    expect(kinds(done)).toEqual({ existing: 'priced', new: 'created', nickname: 'skipped', 'not a name': 'skipped' });
    const [existing, created] = (await catalog()).models;
    expect(existing).toMatchObject({
      vendor: 'Ours',
      contextWindow: 128_000,
      isPlaceholder: true,
      terms: { rates: { input: '3000000000', output: '10000000000' } },
    });
    expect(created).toMatchObject({ name: 'new', contextWindow: 99, isPlaceholder: true });
    expect((await versionsOf('existing'))[0]?.note).toBe("From LiteLLM's price map");
  });

  it('takes a list longer than a message may be, packed', async () => {
    const models = Object.fromEntries(
      Array.from({ length: 3_000 }, (_, index) => [
        `provider/model-with-a-long-name-${index}`,
        { max_tokens: 8_192, input_cost_per_token: 1e-6, output_cost_per_token: 2e-6, comment: 'x'.repeat(300) },
      ]),
    );
    const text = JSON.stringify(models);
    expect(text.length).toBeGreaterThan(1_048_576);
    const content = packed(text, 'gzip-base64');
    expect(content.content.length).toBeLessThan(500_000);
    const done = await importList({ format: 'litellm', ...content });
    expect(done.counts.created).toBe(3_000);
    expect(done.changes).toHaveLength(1_000);
    expect(JSON.stringify(done).length).toBeLessThan(1_000_000);
  });
});

describe('an export', () => {
  it.each(['code-router-json', 'code-router-csv'] as const)(
    'in %s that is imported again changes nothing',
    async (format) => {
      await starter(false);
      await pricing.addGroup('vip');
      await pricing.addModel('unpriced', { visibleTo: [] });
      await pricing.addModel('odd', {
        visibleTo: ['vip', 'default'],
        enabled: false,
        description: '=1+1, "quoted"; text',
      });
      await pricing.addPrice('odd', {
        rates: { input: '1', cachedInput: '0', output: '999999999999999' },
        tiers: [{ aboveInputTokens: 7, rates: { output: '3' } }],
        units: { image: '40000001' },
        perCallNanos: '5',
      });
      const content = await exportList(format);
      const again = await importList({ format, content });
      expect(again.counts).toEqual({
        created: 0,
        priced: 0,
        updated: 0,
        skipped: 0,
        unchanged: STARTER_CATALOG.length + 2,
      });

      const origin = pricing;
      pricing = await startPricing();
      await pricing.addGroup('vip');
      expect(await importList({ format, content })).toMatchObject({ counts: { created: STARTER_CATALOG.length + 2 } });
      expect(await exportList(format)).toBe(content);
      await origin.stop();
    },
  );

  it('is refused in a format that is not ours', async () => {
    const request = pricing.client.request(PricingMessages.exportPriceList, { format: 'litellm' } as never);
    await expect(request).rejects.toMatchObject({ code: 'invalid_request_error', details: { param: 'format' } });
  });
});

describe('the starter catalogue', () => {
  it('enters its models once, as placeholders with a note, and says so before', async () => {
    const count = STARTER_CATALOG.length;
    expect(await starter(true)).toMatchObject({ applied: false, counts: { created: count } });
    expect(await modelCount()).toBe(0);
    expect(await starter(false)).toMatchObject({ applied: true, counts: { created: count } });
    const { models, catalogVersion } = await catalog();
    expect(models).toHaveLength(count);
    expect(models.every(({ isPlaceholder }) => isPlaceholder)).toBe(true);
    expect((await versionsOf('gpt-4o'))[0]?.note).toMatch(/^Placeholder/);
    expect(await starter(false)).toMatchObject({ applied: false, counts: { unchanged: count } });
    expect((await catalog()).catalogVersion).toBe(catalogVersion);
  });

  it('leaves alone what was entered before, and what has been changed since', async () => {
    await pricing.addModel('gpt-4o', { vendor: 'Ours' });
    await pricing.addPrice('gpt-4o', { rates: { input: '7' } });
    await pricing.addModel('ours', { aliases: ['gpt-5'] });
    expect(kinds(await starter(false))).toMatchObject({ 'gpt-4o': 'skipped', 'gpt-5': 'skipped', o3: 'created' });
    await pricing.addPrice('o3', { rates: { input: '8' } });
    await pricing.client.request(PricingMessages.updateModel, { name: 'o4-mini', enabled: false });
    expect(kinds(await starter(false))).toMatchObject({ 'gpt-4o': 'skipped', o3: 'skipped', 'o4-mini': 'unchanged' });
    expect((await versionsOf('gpt-4o'))[0]?.terms.rates).toEqual({ input: '7' });
  });
});
