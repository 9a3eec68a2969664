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
    [
      'the end of a multiplier',
      () =>
        pricing.client.request(PricingMessages.deleteMultiplier, {
          kind: 'model-in-group',
          model: 'changed',
          group: 'changed',
        }),
    ],
    ['a changed model', () => pricing.client.request(PricingMessages.updateModel, { name: 'changed', enabled: false })],
    [
      'a price list',
      () =>
        pricing.client.request(PricingMessages.importPriceList, {
          format: 'code-router-json',
          content: JSON.stringify({ models: [{ name: 'listed', contextWindow: 1, maxOutputTokens: 1 }] }),
          dryRun: false,
          author: 'operator',
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
    await pricing.addPrice('existing');
    await pricing.addModel('named-otherwise', { aliases: ['nickname'] });
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
    ['a model whose name is the alias of another', () => pricing.addModel('nickname'), { code: 'conflict' }],
    [
      'a model with an alias that is taken',
      () => pricing.addModel('new', { aliases: ['free', 'existing'] }),
      { code: 'conflict', details: { param: 'aliases' } },
    ],
    [
      'an alias that another model has',
      () => pricing.client.request(PricingMessages.updateModel, { name: 'existing', aliases: ['nickname'] }),
      { code: 'conflict', details: { param: 'aliases' } },
    ],
    [
      'a change of a model that does not exist',
      () => pricing.client.request(PricingMessages.updateModel, { name: 'absent', enabled: true }),
      { code: 'not_found', details: { param: 'name' } },
    ],
    [
      'a change of a model by its alias',
      () => pricing.client.request(PricingMessages.updateModel, { name: 'nickname', enabled: true }),
      { code: 'not_found' },
    ],
    [
      'a change of a model for groups that do not exist',
      () => pricing.client.request(PricingMessages.updateModel, { name: 'existing', visibleTo: ['nowhere'] }),
      { code: 'not_found', details: { param: 'visibleTo' } },
    ],
    [
      'a group that unknown groups may choose',
      () => pricing.addGroup('new', '1', ['nowhere']),
      { code: 'not_found', details: { param: 'choosableBy' } },
    ],
    [
      'the end of a multiplier that was never entered',
      () =>
        pricing.client.request(PricingMessages.deleteMultiplier, {
          kind: 'group-pair',
          accountGroup: 'default',
          keyGroup: 'default',
        }),
      { code: 'not_found' },
    ],
    [
      'a price that is 21 times the one in force',
      () =>
        pricing.addPrice('existing', { rates: { input: '52500000000', output: '10000000000' } }, undefined, {
          confirmed: false,
        }),
      { code: 'invalid_request_error', details: { param: 'confirmed', fields: 'terms.rates.input' } },
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

describe('the guard against slips', () => {
  const rates = (input: string) => ({ rates: { input, output: '10000000000' } });
  const unconfirmed = { confirmed: false };

  it('lets the first price through, and changes of up to 20 times', async () => {
    await pricing.addModel('guarded');
    for (const input of ['1', '20', '1']) {
      expect(await pricing.addPrice('guarded', rates(input), undefined, unconfirmed)).toMatchObject({
        terms: rates(input),
      });
    }
  });

  it('lets through what is confirmed', async () => {
    await pricing.addModel('meant');
    await pricing.addPrice('meant', rates('1000'));
    await expect(pricing.addPrice('meant', rates('1000000'), undefined, unconfirmed)).rejects.toMatchObject({
      code: 'invalid_request_error',
      message: expect.stringMatching(/`meant`.*1000 times more.*`confirmed: true`/),
    });
    expect(await pricing.addPrice('meant', rates('1000000'), undefined, { confirmed: true })).toMatchObject({
      terms: rates('1000000'),
    });
  });

  it('compares a price for later with the one that is in force then', async () => {
    await pricing.addModel('guarded-later');
    const [soon, later] = [1, 2].map((hours) => new Date(Date.now() + hours * 3_600_000).toISOString());
    await pricing.addPrice('guarded-later', rates('1'));
    await pricing.addPrice('guarded-later', rates('400'), soon);
    await pricing.addPrice('guarded-later', rates('8000'), later, unconfirmed);
    await expect(pricing.addPrice('guarded-later', rates('8000'), undefined, unconfirmed)).rejects.toMatchObject({
      details: { param: 'confirmed' },
    });
  });
});

describe('a model', () => {
  const profile = {
    displayName: 'Whole Profile',
    vendor: 'Acme',
    description: 'Everything that can be said.',
    tags: ['fast', 'cheap'],
    inputModalities: ['text', 'image'],
    outputModalities: ['text', 'audio'],
    endpoints: ['/v1/chat/completions', '/v1/responses'],
    aliases: ['profile-a', 'profile-b'],
    contextWindow: 10,
    maxOutputTokens: 5,
    enabled: true,
    visibleTo: ['default'],
  } as const;

  it('is kept with everything that was said about it, and read by its name', async () => {
    const created = await pricing.addModel('profile', profile);
    expect(created).toMatchObject({ name: 'profile', ...profile });
    expect(await pricing.client.request(PricingMessages.getModel, { name: 'profile' })).toEqual(created);
    await expect(pricing.client.request(PricingMessages.getModel, { name: 'profile-a' })).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it('changes in what is given and in nothing else', async () => {
    const created = await pricing.addModel('partly', { ...profile, aliases: ['partly-a'] });
    const changes = { enabled: false, aliases: ['partly-b', 'partly-a'], visibleTo: null, description: '' };
    const updated = await pricing.client.request(PricingMessages.updateModel, { name: 'partly', ...changes });
    expect(updated).toEqual({ ...created, ...changes, aliases: ['partly-a', 'partly-b'] });
    expect(await pricing.client.request(PricingMessages.getModel, { name: 'partly' })).toEqual(updated);
  });

  it('keeps its names apart from all others in the database as well', async () => {
    await pricing.addModel('apart', { aliases: ['apart-alias'] });
    const insert = `INSERT INTO model_names SELECT 'apart-alias', id, false FROM models WHERE name = 'existing'`;
    await expect(pricing.dataSource.query(insert)).rejects.toThrow('model_names_pkey');
  });
});

describe('whoever hears a notice', () => {
  it('reads no older state than it names, however many changes are made at once', async () => {
    await pricing.addModel('noticed');
    await pricing.addPrice('noticed');
    const checks: Promise<boolean>[] = [];
    const heard = pricing.noticedVersions;
    const check = async () => {
      const told = Math.max(...heard);
      const [quoted, listed] = await Promise.all([
        pricing.client.request(PricingMessages.quote, { model: 'noticed', accountGroup: 'default' }),
        catalogVersion(),
      ]);
      return quoted.catalogVersion >= told && listed >= told;
    };
    const before = heard.length;
    const changes = Array.from({ length: 30 }, async (_, index) => {
      await pricing.addPrice('noticed', { perCallNanos: `${index}` });
      checks.push(check());
    });
    await Promise.all(changes);
    expect((await Promise.all(checks)).every(Boolean)).toBe(true);
    const versions = heard.slice(before);
    expect(new Set(versions).size).toBe(30);
    expect(Math.max(...versions)).toBe(await catalogVersion());
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
