import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CatalogModel, Membership, PriceVersion } from '@code-router/contracts';
import { ADMIN_PASSWORD, startConsole, type Refusal, type RunningConsole } from './running-console.js';

interface CatalogAnswer {
  readonly catalogVersion: number;
  readonly accountGroup: string;
  readonly keyGroup: string | null;
  readonly models: readonly CatalogModel[];
}

const ENVIRONMENT = {
  CODE_ROUTER_SITE_NAME: 'Example Router',
  CODE_ROUTER_CURRENCY: 'EUR',
  CODE_ROUTER_CURRENCY_SYMBOL: '€',
  CODE_ROUTER_QUOTA_UNITS_PER_CREDIT: '1000',
  CODE_ROUTER_SIGN_UP: 'open',
};

let console: RunningConsole;
let memberToken: string;
let accountId: string;

beforeAll(async () => {
  console = await startConsole(ENVIRONMENT);
  const model = { contextWindow: 1_000, maxOutputTokens: 100 };
  for (const group of [
    { name: 'default', multiplier: '1' },
    { name: 'vip', multiplier: '0.5' },
    { name: 'fast', multiplier: '2', choosableBy: null },
    { name: 'hidden', multiplier: '9' },
  ]) {
    await console.ask('PUT', '/api/groups', group);
  }
  await console.ask('POST', '/api/models', {
    ...model,
    name: 'maker/open',
    aliases: ['open'],
    vendor: 'Maker',
    tags: ['chat'],
  });
  await console.ask('POST', '/api/models', { ...model, name: 'for-vips', visibleTo: ['vip'] });
  await console.ask('POST', '/api/models', { ...model, name: 'unpriced' });
  const rates = { rates: { input: '1000', output: '2000' } };
  const price = (name: string, more: object = {}) =>
    console.ask('POST', '/api/prices', { model: name, terms: rates, note: 'a secret discount', ...more });
  await price('maker/open');
  await price('for-vips');
  await price('maker/open', { effectiveFrom: '2099-01-01T00:00:00Z' });
  const json = { username: 'member', password: ADMIN_PASSWORD };
  const { body } = await console.send<{ token: string }>('POST', '/api/auth/sign-up', { json, token: null });
  memberToken = body.token;
  const me = await console.send<{ memberships: Membership[] }>('GET', '/api/me', { token: memberToken });
  accountId = me.body.memberships[0]!.accountId;
});

afterAll(async () => {
  await console?.stop();
  for (const name of Object.keys(ENVIRONMENT)) delete process.env[name];
});

const visit = <Body = CatalogAnswer>(path: string, options: Parameters<RunningConsole['send']>[2] = {}) =>
  console.send<Body>('GET', path, { token: null, ...options });
const namesOf = ({ body }: { body: CatalogAnswer }) => body.models.map(({ name }) => name);

describe('the site', () => {
  it('says to everybody what it is called and counts in', async () => {
    const { status, body } = await visit<object>('/api/site');
    expect([status, body]).toEqual([
      200,
      {
        name: 'Example Router',
        announcement: null,
        currency: 'EUR',
        currencySymbol: '€',
        nanosPerQuotaUnit: '1000000',
        pricesArePlaceholders: false,
        signUp: 'open',
        oidc: false,
        version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      },
    ]);
  });

  it('announces what administrators write, at once', async () => {
    const announcement = 'Down on Sunday, 3:00 to 3:15.\nSorry!';
    expect(await console.ask('PUT', '/api/settings/site', { name: 'Renamed', announcement })).toEqual({
      name: 'Renamed',
      announcement,
    });
    expect((await visit<object>('/api/site')).body).toMatchObject({ name: 'Renamed', announcement });
    await console.ask('PUT', '/api/settings/site', { announcement: null });
    expect((await visit<object>('/api/site')).body).toMatchObject({ name: 'Renamed', announcement: null });
    await console.ask('PUT', '/api/settings/site', { name: null });
    expect((await visit<object>('/api/site')).body).toMatchObject({ name: 'Example Router' });
    for (const wrong of [{ name: '' }, { name: 'a\nb' }, { announcement: 5 }, { currency: 'USD' }]) {
      expect((await console.send('PUT', '/api/settings/site', { json: wrong })).status).toBe(400);
    }
  });

  it('tells administrators how it is set up, without secrets', async () => {
    const { site, environment, services } = await console.ask<{
      site: object;
      environment: { name: string; value: string | null; isSet: boolean; service: string; default: string | null }[];
      services: { name: string; status: string; settings: object[] }[];
    }>('GET', '/api/settings');
    // All services are this process.
    expect(services).toEqual([{ name: 'standalone', status: 'ok', settings: environment }]);
    expect(site).toEqual({ name: 'Example Router', announcement: null });
    const named = (name: string) => environment.find((setting) => setting.name === name);
    expect(named('CODE_ROUTER_CURRENCY')).toMatchObject({ value: 'EUR', default: 'USD', service: 'gateway' });
    expect(named('CODE_ROUTER_SIGN_UP')).toMatchObject({ value: 'open', default: 'closed', service: 'quota' });
    for (const secret of [
      'CODE_ROUTER_ENCRYPTION_KEY',
      'CODE_ROUTER_ADMIN_PASSWORD',
      'CODE_ROUTER_STRIPE_SECRET_KEY',
    ]) {
      expect(named(secret)).toMatchObject({ value: null });
    }
    expect(named('CODE_ROUTER_ENCRYPTION_KEY')).toMatchObject({ isSet: true, isSecret: true });
  });
});

describe('the catalogue', () => {
  it('shows visitors what the default group pays', async () => {
    const answer = await visit('/api/catalog');
    expect(answer.body).toMatchObject({ accountGroup: 'default', keyGroup: null });
    expect(namesOf(answer)).toEqual(['maker/open']);
    expect(answer.body.models[0]).toMatchObject({
      terms: { rates: { input: '1000', output: '2000' } },
      multiplierMillionths: '1000000',
      multiplierSource: 'account-group',
      isPlaceholder: false,
    });
    expect(answer.text).not.toContain('discount');
  });

  it('shows what it costs in a group that visitors may choose, and no other', async () => {
    expect((await visit('/api/catalog?group=fast')).body).toMatchObject({
      accountGroup: 'default',
      keyGroup: 'fast',
      models: [{ multiplierMillionths: '2000000', multiplierSource: 'key-group' }],
    });
    expect((await visit('/api/catalog?group=default')).body).toMatchObject({ keyGroup: null });
    expect((await visit<Refusal>('/api/catalog?group=hidden')).body.error.code).toBe('forbidden');
    const groups = await visit<{ accountGroup: string; groups: { name: string }[] }>('/api/catalog/groups');
    expect([groups.body.accountGroup, groups.body.groups.map(({ name }) => name)]).toEqual([
      'default',
      ['default', 'fast'],
    ]);
  });

  it('shows members the prices of their own account, as soon as its group changes', async () => {
    await console.ask('PATCH', `/api/accounts/${accountId}`, { group: 'vip' });
    const own = await visit('/api/catalog', { token: memberToken });
    expect([own.body.accountGroup, namesOf(own)]).toEqual(['vip', ['for-vips', 'maker/open']]);
    expect(own.body.models[0]).toMatchObject({ multiplierMillionths: '500000' });
    expect((await visit(`/api/catalog?accountId=${accountId}`, { token: memberToken })).body.accountGroup).toBe('vip');
    const other = '00000000-0000-4000-8000-000000000000';
    expect((await visit(`/api/catalog?accountId=${other}`, { token: memberToken })).status).toBe(404);
    expect((await visit(`/api/catalog?accountId=${accountId}`)).status).toBe(401);
    await console.ask('PATCH', `/api/accounts/${accountId}`, { group: 'default' });
    expect((await visit('/api/catalog', { token: memberToken })).body.accountGroup).toBe('default');
  });

  it('lets only administrators look through the eyes of any group', async () => {
    const asVip = '/api/catalog?accountGroup=vip';
    expect(namesOf(await console.send<CatalogAnswer>('GET', asVip))).toEqual(['for-vips', 'maker/open']);
    for (const token of [null, memberToken]) {
      expect((await visit<Refusal>(asVip, { token })).body.error.code).toBe('forbidden');
      expect((await visit<Refusal>('/api/catalog/groups?accountGroup=vip', { token })).status).toBe(403);
      expect(
        (await visit<Refusal>('/api/catalog/models/by-name?name=for-vips&accountGroup=vip', { token })).status,
      ).toBe(403);
    }
  });

  it('is for whoever is signed out as for visitors, and in any session that ended', async () => {
    expect((await visit('/api/catalog', { token: 'ended' })).body.accountGroup).toBe('default');
  });

  it.each([
    ['search=MAKER', ['maker/open']],
    ['search=nothing', []],
    ['vendor=Maker', ['maker/open']],
    ['tag=chat', ['maker/open']],
    ['tag=other', []],
    ['modality=text', ['maker/open']],
    ['modality=video', []],
    ['endpoint=/v1/chat/completions', ['maker/open']],
    ['endpoint=/v1/embeddings', []],
  ])('finds with %s', async (query, names) => {
    expect(namesOf(await visit(`/api/catalog?${query}`))).toEqual(names);
  });

  it('has a model with all its prices, those to come too, and not why they were made', async () => {
    for (const name of ['maker/open', 'open']) {
      const { body, text } = await visit<{ model: CatalogModel; history: PriceVersion[] }>(
        `/api/catalog/models/by-name?name=${encodeURIComponent(name)}`,
      );
      expect(body.model.name).toBe('maker/open');
      expect(body.history.map(({ effectiveFrom }) => effectiveFrom)).toEqual([
        '2099-01-01T00:00:00.000Z',
        expect.any(String),
      ]);
      expect(body.history[1]?.id).toBe(body.model.priceVersionId);
      expect(text).not.toMatch(/discount|author|note/);
    }
    for (const name of ['for-vips', 'unpriced', 'never-was']) {
      const answer = await visit<Refusal>(`/api/catalog/models/by-name?name=${name}`);
      expect([answer.status, answer.body.error.code]).toEqual([404, 'model_not_found']);
    }
  });

  it('is not sent again while it is the same, and is when a price has changed', async () => {
    const first = await visit('/api/catalog');
    const etag = first.headers.get('etag')!;
    expect(first.headers.get('cache-control')).toBe('private, no-cache');
    const headers = { 'if-none-match': etag };
    const again = await visit<string>('/api/catalog', { headers });
    expect([again.status, again.text]).toEqual([304, '']);
    expect((await visit('/api/catalog?group=fast', { headers })).status).toBe(200);
    await console.ask('POST', '/api/prices', {
      model: 'maker/open',
      terms: { rates: { input: '1001', output: '2000' } },
    });
    const changed = await visit('/api/catalog', { headers });
    expect([changed.status, changed.body.models[0]?.terms.rates.input]).toEqual([200, '1001']);
    expect(changed.body.catalogVersion).toBeGreaterThan(first.body.catalogVersion);
  });

  it.each(['br', 'gzip', 'identity', 'br;q=0, gzip'])('is sent in the encoding %s', async (accepted) => {
    const answer = await visit('/api/catalog', { headers: { 'accept-encoding': accepted } });
    const expected = accepted.includes('gzip') ? 'gzip' : accepted === 'br' ? 'br' : null;
    expect(answer.headers.get('content-encoding')).toBe(expected);
    expect(namesOf(answer)).toEqual(['maker/open']);
  });
});

describe('quota units', () => {
  it('are as many to a credit as was set, wherever the gateway writes them', async () => {
    await console.ask('POST', '/api/models', { name: 'costly', contextWindow: 1_000, maxOutputTokens: 100 });
    const terms = { rates: { input: '1000000000', output: '2000000000' } };
    await console.ask('POST', '/api/prices', { model: 'costly', terms });
    await console.ask('POST', '/api/channels', { name: 'demo', provider: 'demo', models: [{ name: 'costly' }] });
    const { id } = await console.ask<{ id: string }>('POST', '/api/accounts', { name: 'Callers' });
    const { secret } = await console.ask<{ secret: string }>('POST', `/api/accounts/${id}/keys`, { name: 'key' });
    const json = { model: 'costly', messages: [{ role: 'user', content: 'Hello!' }], max_tokens: 100 };
    const call = <Body>(path: string) => console.send<Body>('POST', path, { token: secret, json });
    const quote = await call<{ cost_max: string; cost_max_nanos: string }>('/v1/quote');
    expect(Number(quote.body.cost_max) * 1_000_000).toBeCloseTo(Number(quote.body.cost_max_nanos), 6);
    const refused = await call<{ error: { needed: string; neededNanos: string } }>('/v1/chat/completions');
    expect(refused.status).toBe(402);
    expect(Number(refused.body.error.needed) * 1_000_000).toBeCloseTo(Number(refused.body.error.neededNanos), 6);
    await console.ask('POST', `/api/accounts/${id}/grants`, { amountCredits: '1', reference: 'units' });
    const paid = await call<{ usage: { cost: number } }>('/v1/chat/completions');
    expect(Number(paid.headers.get('x-code-router-cost'))).toBeCloseTo(paid.body.usage.cost * 1_000, 9);
  });
});
