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
    ['the group of the account when nobody knows that of the key', 'a', 'unknown', '400000', 'account-group'],
    ['one when nobody knows the group', 'unknown', undefined, '1000000', 'default'],
  ])('is that of %s', async (_, accountGroup, keyGroup, multiplierMillionths, multiplierSource) => {
    const answer = await quote({ model: 'multiplied', accountGroup, ...(keyGroup !== undefined && { keyGroup }) });
    expect(answer).toMatchObject({ multiplierMillionths, multiplierSource });
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
});
