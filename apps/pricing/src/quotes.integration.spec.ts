import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PricingMessages, type MultiplierOverride, type QuoteRequest } from '@code-router/contracts';
import { startPricing, TERMS, type RunningPricing } from './testing/running-pricing.js';

let pricing: RunningPricing;

beforeAll(async () => {
  pricing = await startPricing();
});

afterAll(async () => {
  await pricing?.stop();
});

const quote = (request: Partial<QuoteRequest> & { model: string }) =>
  pricing.client.request(PricingMessages.quote, { accountGroup: 'default', ...request });

const catalog = (accountGroup: string, keyGroup?: string) =>
  pricing.client.request(PricingMessages.catalog, { accountGroup, ...(keyGroup !== undefined && { keyGroup }) });

const listedNames = async (accountGroup: string, keyGroup?: string) =>
  (await catalog(accountGroup, keyGroup)).models.map(({ name }) => name);

const inMs = (ms: number) => new Date(Date.now() + ms).toISOString();
const HOUR_MS = 3_600_000;

describe('a quote', () => {
  it('carries everything that a request is estimated and settled with', async () => {
    await pricing.addModel('quoted', { contextWindow: 200_000, maxOutputTokens: 8_192 });
    const price = await pricing.addPrice('quoted');

    expect(await quote({ model: 'quoted' })).toEqual({
      model: 'quoted',
      priceVersionId: price.id,
      terms: TERMS,
      multiplierMillionths: '1000000',
      multiplierSource: 'account-group',
      multiplierExplanation: 'Multiplied by 1: the multiplier of the group default, which the account belongs to.',
      contextWindow: 200_000,
      maxOutputTokens: 8_192,
      catalogVersion: expect.any(Number),
    });
  });

  it('is the price of the new version as soon as that is entered', async () => {
    await pricing.addModel('repriced');
    const first = await pricing.addPrice('repriced', { perCallNanos: '1' });
    expect((await quote({ model: 'repriced' })).priceVersionId).toBe(first.id);

    const second = await pricing.addPrice('repriced', { perCallNanos: '2' });
    const after = await quote({ model: 'repriced' });
    expect(after.priceVersionId).toBe(second.id);
    expect(after.terms.perCallNanos).toBe('2');
  });

  it('keeps to the version in force while a later one is entered, and says until when', async () => {
    await pricing.addModel('announced');
    const current = await pricing.addPrice('announced');
    const [soon, later] = [inMs(HOUR_MS), inMs(2 * HOUR_MS)];
    await pricing.addPrice('announced', { perCallNanos: '9' }, later);
    await pricing.addPrice('announced', { perCallNanos: '5' }, soon);

    expect(await quote({ model: 'announced' })).toMatchObject({ priceVersionId: current.id, validUntil: soon });
  });

  it('changes by itself when the moment of the next version has come', async () => {
    await pricing.addModel('switching');
    await pricing.addPrice('switching');
    const next = await pricing.addPrice('switching', { perCallNanos: '7' }, inMs(300));
    expect((await quote({ model: 'switching' })).terms.perCallNanos).toBe('0');

    await pricing.dataSource.query(`SELECT pg_sleep_until($1::timestamptz)`, [next.effectiveFrom]);
    expect(await quote({ model: 'switching' })).toMatchObject({ priceVersionId: next.id });
  });

  it('takes the version entered later of two for the same moment', async () => {
    await pricing.addModel('tied');
    const moment = inMs(-HOUR_MS);
    await pricing.addPrice('tied', { perCallNanos: '1' }, moment);
    const second = await pricing.addPrice('tied', { perCallNanos: '2' }, moment);
    expect((await quote({ model: 'tied' })).priceVersionId).toBe(second.id);
  });

  it('takes the version that is in force since the latest moment, not the one entered last', async () => {
    await pricing.addModel('backdated');
    const current = await pricing.addPrice('backdated', {}, inMs(-HOUR_MS));
    await pricing.addPrice('backdated', { perCallNanos: '1' }, inMs(-2 * HOUR_MS));
    expect((await quote({ model: 'backdated' })).priceVersionId).toBe(current.id);
  });

  it('is refused for a model without a price in force', async () => {
    await pricing.addModel('unpriced');
    await expect(quote({ model: 'unpriced' })).rejects.toMatchObject({ code: 'model_not_priced' });
    await pricing.addPrice('unpriced', {}, inMs(HOUR_MS));
    await expect(quote({ model: 'unpriced' })).rejects.toMatchObject({ code: 'model_not_priced' });
  });

  it('does not tell a model that is hidden or disabled from one that does not exist', async () => {
    await pricing.addGroup('insiders');
    await pricing.addGroup('default');
    for (const name of ['hidden', 'disabled']) {
      await pricing.addModel(name, name === 'hidden' ? { visibleTo: ['insiders'] } : {});
      await pricing.addPrice(name);
    }
    await pricing.dataSource.query(`UPDATE models SET enabled = false WHERE name = 'disabled'`);

    for (const model of ['hidden', 'disabled', 'absent', 'not a name\u0000']) {
      await expect(quote({ model })).rejects.toMatchObject({
        code: 'model_not_found',
        message: `The model \`${model}\` does not exist or you do not have access to it.`,
      });
    }
    expect(await quote({ model: 'hidden', accountGroup: 'insiders' })).toMatchObject({ model: 'hidden' });
    expect(await quote({ model: 'hidden', keyGroup: 'insiders' })).toMatchObject({ model: 'hidden' });
    // The group that the key chose replaces that of its account.
    await expect(quote({ model: 'hidden', accountGroup: 'insiders', keyGroup: 'default' })).rejects.toMatchObject({
      code: 'model_not_found',
    });
  });
});

describe('a quote by an alias', () => {
  beforeAll(async () => {
    await pricing.addModel('aliased', { aliases: ['aliased-latest', 'aliased-2026'] });
    await pricing.addPrice('aliased');
  });

  it('is that of the model, and says its name', async () => {
    const { catalogVersion: _, ...byName } = await quote({ model: 'aliased' });
    for (const alias of ['aliased-latest', 'aliased-2026']) {
      expect(await quote({ model: alias })).toMatchObject(byName);
    }
  });

  it('has the multiplier that was entered for the model', async () => {
    await pricing.addGroup('alias-group', '900000');
    await pricing.client.request(PricingMessages.putMultiplier, {
      kind: 'model-in-group',
      model: 'aliased',
      group: 'alias-group',
      multiplierMillionths: '700000',
    });
    expect(await quote({ model: 'aliased-latest', accountGroup: 'alias-group' })).toMatchObject({
      multiplierMillionths: '700000',
      multiplierSource: 'model-in-group',
    });
  });

  it('is refused as soon as the model has another one, or is disabled', async () => {
    await pricing.addModel('renaming', { aliases: ['old-alias'] });
    await pricing.addPrice('renaming');
    await pricing.client.request(PricingMessages.updateModel, { name: 'renaming', aliases: ['new-alias'] });
    await expect(quote({ model: 'old-alias' })).rejects.toMatchObject({ code: 'model_not_found' });
    expect(await quote({ model: 'new-alias' })).toMatchObject({ model: 'renaming' });
    await pricing.client.request(PricingMessages.updateModel, { name: 'renaming', enabled: false });
    await expect(quote({ model: 'new-alias' })).rejects.toMatchObject({ code: 'model_not_found' });
  });
});

describe('a key group', () => {
  beforeAll(async () => {
    await pricing.addModel('chosen');
    await pricing.addPrice('chosen');
    await pricing.addGroup('staff', '500000');
    await pricing.addGroup('open', '200000', null);
    await pricing.addGroup('for-staff', '300000', ['staff']);
    await pricing.addGroup('for-nobody', '400000', []);
  });

  it.each([
    ['that is open to all', 'default', 'open', '200000'],
    ['that is open to the group of the account', 'staff', 'for-staff', '300000'],
    ['that is the group of the account itself, although nobody may choose it', 'for-nobody', 'for-nobody', '400000'],
  ])('may be one %s', async (_, accountGroup, keyGroup, multiplierMillionths) => {
    expect(await quote({ model: 'chosen', accountGroup, keyGroup })).toMatchObject({ multiplierMillionths });
  });

  it.each([
    ['open to other account groups only', 'default', 'for-staff'],
    ['open to nobody', 'staff', 'for-nobody'],
    ['unknown', 'staff', 'never-entered'],
  ])(
    'is refused when it is %s, for models that exist and not, and in the catalogue',
    async (_, accountGroup, keyGroup) => {
      const refusal = {
        code: 'forbidden',
        message: expect.stringContaining(
          `\`${keyGroup}\`, which accounts of the group \`${accountGroup}\` may not choose`,
        ),
      };
      for (const model of ['chosen', 'no-such-model']) {
        await expect(quote({ model, accountGroup, keyGroup })).rejects.toMatchObject(refusal);
      }
      await expect(catalog(accountGroup, keyGroup)).rejects.toMatchObject(refusal);
    },
  );

  it('that is no longer open is refused, and never priced as another one', async () => {
    await pricing.addGroup('closing', '100000', null);
    expect(await quote({ model: 'chosen', keyGroup: 'closing' })).toMatchObject({ multiplierMillionths: '100000' });
    await pricing.addGroup('closing', '100000', ['staff']);
    await expect(quote({ model: 'chosen', keyGroup: 'closing' })).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('can be chosen from the list of those that may be', async () => {
    const choosable = async (accountGroup: string) =>
      (await pricing.client.request(PricingMessages.listChoosableGroups, { accountGroup })).groups.map(
        ({ name }) => name,
      );
    const ours = ['for-nobody', 'for-staff', 'open', 'staff'];
    const staffs = (await choosable('staff')).filter((name) => ours.includes(name));
    expect(staffs).toEqual(['for-staff', 'open', 'staff']);
    expect((await choosable('for-nobody')).filter((name) => ours.includes(name))).toEqual([
      'for-nobody',
      'open',
      'staff',
    ]);
    for (const keyGroup of await choosable('staff')) {
      expect(await quote({ model: 'chosen', accountGroup: 'staff', keyGroup })).toMatchObject({ model: 'chosen' });
    }
  });
});

describe('the multiplier of a quote', () => {
  beforeAll(async () => {
    await pricing.addModel('multiplied');
    await pricing.addPrice('multiplied');
    for (const group of ['a', 'k']) await pricing.addGroup(group, group === 'a' ? '400000' : '300000');
    for (const name of ['pair-a', 'pair-k', 'model-a', 'model-k']) await pricing.addGroup(name, '900000');
    const overrides: MultiplierOverride[] = [
      { kind: 'group-pair', accountGroup: 'pair-a', keyGroup: 'pair-k', multiplierMillionths: '100000' },
      { kind: 'model-in-group', model: 'multiplied', group: 'pair-k', multiplierMillionths: '999999' },
      { kind: 'model-in-group', model: 'multiplied', group: 'model-k', multiplierMillionths: '200000' },
      { kind: 'model-in-group', model: 'multiplied', group: 'model-a', multiplierMillionths: '250000' },
    ];
    for (const override of overrides) await pricing.client.request(PricingMessages.putMultiplier, override);
  });

  it.each([
    ['the pair before the model', 'pair-a', 'pair-k', '100000', 'group-pair'],
    ['a pair only in its own order', 'pair-k', 'pair-a', '900000', 'key-group'],
    ['the model in the group of the key', 'model-a', 'model-k', '200000', 'model-in-group'],
    ['the model in the group of the account when the key has none', 'model-a', undefined, '250000', 'model-in-group'],
    ['not the model in the group of the account when the key has one', 'model-a', 'k', '300000', 'key-group'],
    ['the group of the key', 'a', 'k', '300000', 'key-group'],
    ['the group of the account', 'a', undefined, '400000', 'account-group'],
    ['the group that the key names when its account is of it as well', 'a', 'a', '400000', 'key-group'],
    ['one when nobody knows the group', 'unknown', undefined, '1000000', 'default'],
  ])('is that of %s', async (_, accountGroup, keyGroup, multiplierMillionths, multiplierSource) => {
    const answer = await quote({ model: 'multiplied', accountGroup, ...(keyGroup !== undefined && { keyGroup }) });
    expect(answer).toMatchObject({ multiplierMillionths, multiplierSource });
  });

  it('is that of the next entry when one is deleted', async () => {
    await pricing.addModel('freed');
    await pricing.addPrice('freed');
    const [account, key] = ['freed-account', 'freed-key'];
    await pricing.addGroup(account, '600000');
    await pricing.addGroup(key, '500000');
    const pairs = [
      { kind: 'group-pair', accountGroup: account, keyGroup: key },
      { kind: 'model-in-group', model: 'freed', group: key },
    ] as const;
    for (const [index, pair] of pairs.entries()) {
      await pricing.client.request(PricingMessages.putMultiplier, { ...pair, multiplierMillionths: `${index + 1}` });
    }
    const multiplier = async () =>
      (await quote({ model: 'freed', accountGroup: account, keyGroup: key })).multiplierMillionths;
    expect(await multiplier()).toBe('1');
    for (const [index, pair] of pairs.entries()) {
      expect(await pricing.client.request(PricingMessages.deleteMultiplier, pair)).toEqual({
        ...pair,
        multiplierMillionths: `${index + 1}`,
      });
      expect(await multiplier()).toBe(['2', '500000'][index]);
    }
  });

  it('may be zero', async () => {
    await pricing.addGroup('free', '0');
    expect(await quote({ model: 'multiplied', accountGroup: 'free' })).toMatchObject({ multiplierMillionths: '0' });
  });
});

describe('the catalogue', () => {
  it('lists by name what is enabled, priced and visible to the group', async () => {
    await pricing.addGroup('catalogue-vip');
    const entries: [string, boolean, string[] | null][] = [
      ['cat/z-open', true, null],
      ['cat/a-open', true, null],
      ['cat/unpriced', false, null],
      ['cat/vip', true, ['catalogue-vip']],
      ['cat/nobody', true, []],
      ['cat/disabled', true, null],
    ];
    for (const [name, priced, visibleTo] of entries) {
      await pricing.addModel(name, { visibleTo });
      if (priced) await pricing.addPrice(name);
    }
    await pricing.dataSource.query(`UPDATE models SET enabled = false WHERE name = 'cat/disabled'`);
    const ours = (names: string[]) => names.filter((name) => name.startsWith('cat/'));

    expect(ours(await listedNames('default'))).toEqual(['cat/a-open', 'cat/z-open']);
    expect(ours(await listedNames('default', 'catalogue-vip'))).toEqual(['cat/a-open', 'cat/vip', 'cat/z-open']);
    await pricing.addGroup('default');
    expect(ours(await listedNames('catalogue-vip', 'default'))).toEqual(['cat/a-open', 'cat/z-open']);
  });

  it('says when a price already entered makes another model appear', async () => {
    await pricing.addGroup('waiting');
    await pricing.addModel('upcoming', { visibleTo: ['waiting'] });
    const appears = inMs(HOUR_MS);
    await pricing.addPrice('upcoming', {}, appears);
    const seen = await catalog('waiting');
    expect(seen.models.map(({ name }) => name)).not.toContain('upcoming');
    expect(seen.validUntil! <= appears).toBe(true);

    await pricing.addPrice('upcoming');
    expect(await listedNames('waiting')).toContain('upcoming');
  });

  it('says what each model costs the group, exactly as a quote does', async () => {
    await pricing.addGroup('payers', '800000');
    await pricing.addGroup('payers-key', '700000');
    for (const name of ['cost/a', 'cost/b']) {
      await pricing.addModel(name, { aliases: [`${name}-alias`], visibleTo: ['payers', 'payers-key'] });
      await pricing.addPrice(name, { units: { image: '5' } }, undefined, { isPlaceholder: name === 'cost/b' });
    }
    await pricing.client.request(PricingMessages.putMultiplier, {
      kind: 'model-in-group',
      model: 'cost/b',
      group: 'payers',
      multiplierMillionths: '300000',
    });
    for (const groups of [{ accountGroup: 'payers' }, { accountGroup: 'payers', keyGroup: 'payers-key' }]) {
      const { models } = await pricing.client.request(PricingMessages.catalog, { ...groups, search: 'cost/' });
      expect(models.map(({ isPlaceholder }) => isPlaceholder)).toEqual([false, true]);
      for (const listed of models) {
        const { catalogVersion: _, model, ...priced } = await quote({ model: listed.name, ...groups });
        expect(listed).toMatchObject({ name: model, aliases: [`${model}-alias`], ...priced });
      }
    }
  });

  it('is filtered by words, vendor, tag, modality and endpoint, all of which must hold', async () => {
    await pricing.addGroup('searchers');
    const of = { visibleTo: ['searchers'] };
    await pricing.addModel('s/eyes', {
      ...of,
      vendor: 'Acme',
      tags: ['fast'],
      inputModalities: ['text', 'image'],
      description: 'Sees Things',
    });
    await pricing.addModel('s/ears', {
      ...of,
      vendor: 'acme',
      outputModalities: ['audio'],
      endpoints: ['/v1/audio/speech'],
    });
    await pricing.addModel('s/other', { ...of, vendor: 'Other', aliases: ['s/nickname'], tags: ['Fast', 'cheap'] });
    for (const name of ['s/eyes', 's/ears', 's/other']) await pricing.addPrice(name);
    const found = async (filters: object) => {
      const { models } = await pricing.client.request(PricingMessages.catalog, {
        accountGroup: 'searchers',
        search: 's/',
        ...filters,
      });
      return models.map(({ name }) => name);
    };
    expect(await found({})).toEqual(['s/ears', 's/eyes', 's/other']);
    expect(await found({ vendor: 'ACME' })).toEqual(['s/ears', 's/eyes']);
    expect(await found({ tag: 'fast' })).toEqual(['s/eyes', 's/other']);
    expect(await found({ modality: 'image' })).toEqual(['s/eyes']);
    expect(await found({ modality: 'audio' })).toEqual(['s/ears']);
    expect(await found({ endpoint: '/v1/audio/speech' })).toEqual(['s/ears']);
    expect(await found({ search: 'things SEES' })).toEqual(['s/eyes']);
    expect(await found({ search: 'nickname' })).toEqual(['s/other']);
    expect(await found({ vendor: 'Acme', tag: 'cheap' })).toEqual([]);
  });

  it.each([{ search: 5 }, { vendor: 'a\u0000' }, { tag: 't'.repeat(201) }])('refuses the filter %j', async (filter) => {
    const request = { accountGroup: 'default', ...filter } as never;
    await expect(pricing.client.request(PricingMessages.catalog, request)).rejects.toMatchObject({
      code: 'invalid_request_error',
    });
  });

  it('says when a price that is entered for later takes effect', async () => {
    await pricing.addGroup('repriced-later');
    await pricing.addModel('later', { visibleTo: ['repriced-later'] });
    await pricing.addPrice('later');
    const moment = inMs(HOUR_MS / 2);
    await pricing.addPrice('later', { perCallNanos: '8' }, moment);
    expect((await catalog('repriced-later')).validUntil! <= moment).toBe(true);
  });
});
