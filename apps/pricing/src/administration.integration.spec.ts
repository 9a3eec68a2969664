import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  PricingMessages,
  type CreatePriceVersion,
  type MultiplierOverride,
  type Page,
  type PageRequest,
} from '@code-router/contracts';
import { startPricing, TERMS, type RunningPricing } from './testing/running-pricing.js';

let pricing: RunningPricing;

beforeAll(async () => {
  pricing = await startPricing();
});

afterAll(async () => {
  await pricing?.stop();
});

const catalogVersion = async () =>
  (await pricing.client.request(PricingMessages.catalog, { accountGroup: 'default' })).catalogVersion;

async function everyPage<Item>(read: (page: PageRequest) => Promise<Page<Item>>, limit: number): Promise<Item[]> {
  const items: Item[] = [];
  let page: PageRequest | undefined = { limit };
  while (page) {
    const { items: found, nextCursor }: Page<Item> = await read(page);
    expect(found.length).toBeLessThanOrEqual(limit);
    items.push(...found);
    page = nextCursor === undefined ? undefined : { limit, cursor: nextCursor };
  }
  return items;
}

describe('every change', () => {
  const changes: [string, () => Promise<unknown>][] = [
    ['a model', () => pricing.addModel('changed')],
    ['a price version', () => pricing.addPrice('changed')],
    ['a group', () => pricing.addGroup('changed')],
    [
      'a multiplier',
      () =>
        pricing.client.request(PricingMessages.putMultiplier, {
          kind: 'model-in-group',
          model: 'changed',
          group: 'changed',
          multiplierMillionths: '1',
        }),
    ],
  ];

  it.each(changes)('counts the version of the catalogue up and announces it: %s', async (_, change) => {
    const before = await catalogVersion();
    await change();
    expect(await catalogVersion()).toBe(before + 1);
    expect(pricing.noticedVersions).toContain(before + 1);
  });

  it('gets a version of its own when many are made at once', async () => {
    const before = await catalogVersion();
    await Promise.all(Array.from({ length: 12 }, (_, index) => pricing.addGroup(`at-once-${index}`)));
    expect(await catalogVersion()).toBe(before + 12);
  });
});

describe('what is refused', () => {
  beforeAll(async () => {
    await pricing.addModel('existing');
  });

  let versionBefore: number;
  beforeEach(async () => {
    versionBefore = await catalogVersion();
  });

  const put = (override: Omit<MultiplierOverride, 'multiplierMillionths'>) =>
    pricing.client.request(PricingMessages.putMultiplier, { ...override, multiplierMillionths: '1' });

  it.each<[string, () => Promise<unknown>, object]>([
    ['a model whose name is taken', () => pricing.addModel('existing'), { code: 'conflict' }],
    [
      'a model for groups that do not exist',
      () => pricing.addModel('new', { visibleTo: ['default', 'nowhere'] }),
      { code: 'not_found', message: 'visibleTo: there is no group named `nowhere`.' },
    ],
    ['a price for a model that does not exist', () => pricing.addPrice('absent'), { code: 'not_found' }],
    [
      'a multiplier for a pair with an unknown group',
      () => put({ kind: 'group-pair', accountGroup: 'default', keyGroup: 'nowhere' }),
      { code: 'not_found', details: { param: 'keyGroup' } },
    ],
    [
      'a multiplier for an unknown model',
      () => put({ kind: 'model-in-group', model: 'absent', group: 'default' }),
      { code: 'not_found', details: { param: 'model' } },
    ],
    [
      'a multiplier for a model in an unknown group',
      () => put({ kind: 'model-in-group', model: 'existing', group: 'nowhere' }),
      { code: 'not_found', details: { param: 'group' } },
    ],
    [
      'a price with several faults, all of them named',
      () =>
        pricing.client.request(PricingMessages.createPriceVersion, {
          model: 'existing',
          author: '',
          terms: { ...TERMS, rates: { inputt: '1' } },
          effectiveFrom: 'tomorrow',
        } as unknown as CreatePriceVersion),
      { code: 'invalid_request_error', details: { fields: 'terms.rates.inputt,effectiveFrom,author' } },
    ],
    [
      'the versions of a model that does not exist',
      () => pricing.client.request(PricingMessages.listPriceVersions, { model: 'absent' }),
      { code: 'not_found' },
    ],
  ])('changes nothing: %s', async (_, attempt, error) => {
    await expect(attempt()).rejects.toMatchObject(error);
    expect(await catalogVersion()).toBe(versionBefore);
  });

  it('lets one through of several models of the same name that are entered at once', async () => {
    const attempts = await Promise.allSettled(Array.from({ length: 5 }, () => pricing.addModel('wanted-by-many')));
    expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await catalogVersion()).toBe(versionBefore + 1);
  });
});

describe('a price version', () => {
  beforeAll(async () => {
    await pricing.addModel('immutable');
    await pricing.addPrice('immutable');
  });

  it.each([
    ['changed', `UPDATE price_versions SET terms = '{}'`],
    ['deleted', 'DELETE FROM price_versions'],
    ['truncated away', 'TRUNCATE price_versions'],
  ])('cannot be %s: the database refuses', async (_, statement) => {
    await expect(pricing.dataSource.query(statement)).rejects.toThrow('price versions are immutable');
  });

  it('keeps its terms exactly, beyond the integers that JSON numbers hold', async () => {
    const rates = { input: '999999999999999', output: '1', cachedInput: '0' };
    const tiers = [{ aboveInputTokens: 200_000, rates: { input: '1000000000000000' } }];
    await pricing.addModel('exact');
    await pricing.addPrice('exact', { rates, tiers });
    const { items } = await pricing.client.request(PricingMessages.listPriceVersions, { model: 'exact' });
    expect(items).toMatchObject([{ terms: { rates, tiers, perCallNanos: '0' }, author: 'operator', note: '' }]);
  });
});

describe('a group', () => {
  it('named default is there from the start, with a multiplier of one', async () => {
    const groups = await everyPage((page) => pricing.client.request(PricingMessages.listGroups, page), 200);
    expect(groups.find(({ name }) => name === 'default')).toMatchObject({ multiplierMillionths: '1000000' });
  });

  it('is replaced when it is put again', async () => {
    await pricing.addGroup('put-twice', '1');
    await pricing.addGroup('put-twice', '2');
    const groups = await everyPage((page) => pricing.client.request(PricingMessages.listGroups, page), 200);
    expect(groups.filter(({ name }) => name === 'put-twice')).toMatchObject([{ multiplierMillionths: '2' }]);
  });
});

describe('lists', () => {
  it('page through everything once, newest first, also while entries are added', async () => {
    const names = Array.from({ length: 7 }, (_, index) => `paged-${index}`);
    for (const name of names) await pricing.addModel(name);
    let added = 0;
    const models = await everyPage(async (page) => {
      const read = await pricing.client.request(PricingMessages.listModels, page);
      await pricing.addModel(`added-while-paging-${added++}`);
      return read;
    }, 3);
    const paged = models.map(({ name }) => name).filter((name) => name.startsWith('paged-'));
    expect(paged).toEqual(names.toReversed());
    expect(new Set(models.map(({ id }) => id)).size).toBe(models.length);
  });

  it('page through the multipliers of both kinds as one list', async () => {
    await pricing.addModel('both-kinds');
    const overrides: MultiplierOverride[] = [];
    for (let index = 0; index < 5; index += 1) {
      await pricing.addGroup(`kind-${index}`);
      overrides.push({
        kind: 'model-in-group',
        model: 'both-kinds',
        group: `kind-${index}`,
        multiplierMillionths: '5',
      });
      overrides.push({
        kind: 'group-pair',
        accountGroup: 'default',
        keyGroup: `kind-${index}`,
        multiplierMillionths: `${index}`,
      });
    }
    for (const override of overrides) await pricing.client.request(PricingMessages.putMultiplier, override);
    const listed = await everyPage((page) => pricing.client.request(PricingMessages.listMultipliers, page), 3);
    expect(listed.slice(0, overrides.length)).toEqual(overrides.toReversed());
  });

  it('show the versions of one model only', async () => {
    for (const name of ['versions-a', 'versions-b']) {
      await pricing.addModel(name);
      for (const perCallNanos of ['1', '2', '3']) await pricing.addPrice(name, { perCallNanos });
    }
    const versions = await everyPage(
      (page) => pricing.client.request(PricingMessages.listPriceVersions, { ...page, model: 'versions-a' }),
      2,
    );
    expect(versions.map(({ model, terms }) => `${model} ${terms.perCallNanos}`)).toEqual([
      'versions-a 3',
      'versions-a 2',
      'versions-a 1',
    ]);
  });

  it.each([{ limit: 0 }, { limit: 201 }, { cursor: 'nonsense' }])('refuse the page %j', async (page) => {
    await expect(pricing.client.request(PricingMessages.listModels, page)).rejects.toMatchObject({
      code: 'invalid_request_error',
    });
  });
});
