import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  usageEvent,
  type Account,
  type CreatedKey,
  type GrantReply,
  type ImportPriceListReply,
  type Group,
  type Key,
  type LedgerAudit,
  type LedgerEntry,
  type Model,
  type MultiplierOverride,
  type Page,
  type PriceVersion,
  type UsageRecord,
  type UsageRollup,
} from '@code-router/contracts';
import { UsageEventLog } from '@code-router/messaging';
import { waitFor } from '@code-router/testing';
import type { ChannelSummary } from '../../apps/gateway/src/channels/domain/channel.js';
import { startConsole, type Refusal, type RunningConsole } from './running-console.js';

const PROVIDER_KEY = 'sk-the-secret-of-a-provider-abcd';

let console: RunningConsole;

const numbers = (function* () {
  for (let number = 1; ; number += 1) yield number;
})();
const unique = (what: string) => `${what}-${numbers.next().value}`;

const addChannel = (changes: object = {}) =>
  console.ask<ChannelSummary>('POST', '/api/channels', {
    name: unique('channel'),
    provider: 'openai-compatible',
    baseUrl: 'https://api.example.com/v1',
    apiKey: PROVIDER_KEY,
    models: [{ name: 'gpt-4o' }],
    ...changes,
  });
const addModel = (name = unique('vendor/model')) =>
  console.ask<Model>('POST', '/api/models', { name, contextWindow: 128_000, maxOutputTokens: 4_096 });
const addGroup = (multiplier = '1') => console.ask<Group>('PUT', '/api/groups', { name: unique('group'), multiplier });
const addAccount = (changes: object = {}) =>
  console.ask<Account>('POST', '/api/accounts', { name: unique('account'), ...changes });
const addKey = (accountId: string, changes: object = {}) =>
  console.ask<CreatedKey>('POST', `/api/accounts/${accountId}/keys`, { name: unique('key'), ...changes });
const grant = (accountId: string, amountNanos = '1000') =>
  console.ask<GrantReply>('POST', `/api/accounts/${accountId}/grants`, { amountNanos, reference: randomUUID() });
const priceOf = (model: string) => `/api/prices?model=${encodeURIComponent(model)}`;

beforeAll(async () => {
  console = await startConsole();
});

afterAll(async () => {
  await console?.stop();
});

describe('channels', () => {
  it('are entered, read, edited, disabled and given another key', async () => {
    const { name: group } = await addGroup();
    const created = await addChannel({ groups: [group], models: [{ name: 'a', upstreamName: 'b' }, { name: 'c' }] });
    expect(created).toMatchObject({
      groups: [group],
      apiKeyHint: 'sk-…abcd',
      models: [
        { name: 'a', upstreamName: 'b' },
        { name: 'c', upstreamName: 'c' },
      ],
      status: 'active',
    });
    expect(await console.ask('GET', `/api/channels/${created.id}`)).toEqual(created);

    const edited = { ...created, status: 'disabled', priority: -3, apiKeyHint: 'sk-…wxyz' };
    const changes = { status: 'disabled', priority: -3, apiKey: 'sk-another-secret-of-it-wxyz' };
    expect(await console.ask('PATCH', `/api/channels/${created.id}`, changes)).toEqual(edited);
    expect((await console.ask<Page<ChannelSummary>>('GET', '/api/channels?limit=1')).items).toEqual([edited]);
  });

  it('of the demo provider need neither address nor key', async () => {
    const { name } = await addChannel({
      provider: 'demo',
      baseUrl: undefined,
      apiKey: undefined,
      settings: { chunkDelayMs: 5 },
    });
    const [channel] = await console.everyPage<ChannelSummary>('/api/channels', 200);
    expect(channel).toMatchObject({
      name,
      provider: 'demo',
      baseUrl: '',
      apiKeyHint: null,
      settings: { chunkDelayMs: 5 },
    });
  });
});

describe('models and prices', () => {
  it('may have slashes in their names', async () => {
    const model = await addModel('openai/gpt-4o:latest@eu');
    const terms = { rates: { input: '2500000000', output: '10000000000' }, perCallNanos: '0', tiers: [] };
    const price = await console.ask<PriceVersion>('POST', '/api/prices', {
      model: model.name,
      terms,
      note: 'List price',
    });
    expect(price).toMatchObject({ model: model.name, terms, author: 'admin', note: 'List price' });
    expect(await console.everyPage(priceOf(model.name), 200)).toEqual([price]);
    expect(await console.everyPage('/api/models', 200)).toContainEqual(model);
  });

  it('are the same in credits as in nanos, to the last nano', async () => {
    const { name: model } = await addModel();
    const { terms } = await console.ask<PriceVersion>('POST', '/api/prices', {
      model,
      termsCredits: {
        rates: { input: '0.000000001', cachedInput: '0', output: '10' },
        perCallCredits: '0.002',
        tiers: [{ aboveInputTokens: 200_000, rates: { input: '5.25', output: '900000.999999999' } }],
      },
    });
    expect(terms).toEqual({
      rates: { input: '1', cachedInput: '0', output: '10000000000' },
      perCallNanos: '2000000',
      tiers: [{ aboveInputTokens: 200_000, rates: { input: '5250000000', output: '900000999999999' } }],
    });
  });
});

describe('a model', () => {
  it('has a whole profile, is read by its name and changed in what is given', async () => {
    const profile = {
      name: unique('vendor/whole'),
      displayName: 'Whole',
      vendor: 'Acme',
      description: 'Everything that can be said.',
      tags: ['fast'],
      inputModalities: ['text', 'image'],
      outputModalities: ['text'],
      endpoints: ['/v1/chat/completions'],
      aliases: [unique('alias')],
      contextWindow: 10,
      maxOutputTokens: 5,
      enabled: false,
      visibleTo: ['default'],
    };
    const created = await console.ask<Model>('POST', '/api/models', profile);
    expect(created).toMatchObject(profile);
    const changes = { enabled: true, visibleTo: null, aliases: [], maxOutputTokens: 6 };
    const changed = await console.ask<Model>('PATCH', '/api/models', { name: profile.name, ...changes });
    expect(changed).toEqual({ ...created, ...changes });
    expect(await console.ask('GET', `/api/models/by-name?name=${encodeURIComponent(profile.name)}`)).toEqual(changed);
  });

  it.each([
    ['PATCH', '/api/models', { name: 'nothing', enabled: true }, 404, 'not_found'],
    ['GET', '/api/models/by-name?name=nothing', undefined, 404, 'not_found'],
    ['DELETE', '/api/multipliers?kind=group-pair&accountGroup=default&keyGroup=default', undefined, 404, 'not_found'],
  ])('that does not exist is not found: %s %s', async (method, path, json, status, code) => {
    const answer = await console.send<Refusal>(method, path, { json });
    expect([answer.status, answer.body.error.code]).toEqual([status, code]);
  });
});

describe('a price', () => {
  it('of pieces is the same in credits as in nanos', async () => {
    const { name: model } = await addModel();
    const units = { webSearchCall: '0.01', image: '0.000000001', transcriptionSecond: '0' };
    const { terms } = await console.ask<PriceVersion>('POST', '/api/prices', {
      model,
      isPlaceholder: true,
      termsCredits: { rates: {}, units },
    });
    expect(terms.units).toEqual({ webSearchCall: '10000000', image: '1', transcriptionSecond: '0' });
    const again = await console.ask<PriceVersion>('POST', '/api/prices', {
      model,
      terms: { rates: {}, units: terms.units },
    });
    expect(again).toMatchObject({ terms, isPlaceholder: false });
  });

  it('that may be a slip is refused until it is confirmed', async () => {
    const { name: model } = await addModel();
    await console.ask('POST', '/api/prices', { model, termsCredits: { rates: { input: '2.5', output: '10' } } });
    const slip = { model, termsCredits: { rates: { input: '2500', output: '10' } } };
    const { status, body } = await console.send<Refusal>('POST', '/api/prices', { json: slip });
    expect([status, body.error.param, body.error.fields]).toEqual([400, 'confirmed', 'terms.rates.input']);
    expect(body.error.message).toContain('from 2.5 to 2500 credits, 1000 times more');
    expect(await console.ask('POST', '/api/prices', { ...slip, confirmed: true })).toMatchObject({
      terms: { rates: { input: '2500000000000', output: '10000000000' } },
    });
  });
});

describe('a price list', () => {
  const importList = (json: object) => console.ask<ImportPriceListReply>('POST', '/api/price-list/import', json);

  it.each(['code-router-json', 'code-router-csv'])(
    'in %s is exported, and imported again unchanged',
    async (format) => {
      await console.ask('POST', '/api/price-list/starter', { dryRun: false });
      const { content } = await console.ask<{ content: string }>('GET', `/api/price-list?format=${format}`);
      const again = await importList({ format, content, dryRun: false });
      expect(again).toMatchObject({ applied: false, counts: { created: 0, priced: 0, updated: 0, skipped: 0 } });
      expect(again.counts.unchanged).toBeGreaterThan(30);
    },
  );

  it('is changed by whoever is signed in, after a dry run', async () => {
    const name = unique('listed');
    const content = `name,contextWindow,maxOutputTokens,input\n${name},10,5,2.5\n`;
    const list = { format: 'code-router-csv', content };
    expect(await importList({ ...list, dryRun: true })).toMatchObject({ applied: false, counts: { created: 1 } });
    expect((await console.send('GET', priceOf(name))).status).toBe(404);
    expect(await importList({ ...list, dryRun: false })).toMatchObject({ applied: true, counts: { created: 1 } });
    expect(await console.everyPage(priceOf(name), 10)).toMatchObject([
      { author: 'admin', terms: { rates: { input: '2500000000' } } },
    ]);
  });

  it('may be longer than a message between services', async () => {
    const models = Array.from({ length: 4_000 }, (_, index) => [
      `long/${index}`,
      { max_tokens: 1, input_cost_per_token: 0, comment: 'x'.repeat(300) },
    ]);
    const content = JSON.stringify(Object.fromEntries(models));
    expect(content.length).toBeGreaterThan(1_048_576);
    const { counts, changes } = await importList({ format: 'litellm', content, dryRun: true });
    expect([counts.created, changes.length]).toEqual([4_000, 1_000]);
  });

  it('of the starter catalogue is entered once', async () => {
    await console.ask('POST', '/api/price-list/starter', { dryRun: false });
    const again = await console.ask<ImportPriceListReply>('POST', '/api/price-list/starter', { dryRun: false });
    expect(again).toMatchObject({ applied: false, counts: { created: 0, priced: 0 } });
  });
});

describe('groups and multipliers', () => {
  it('take a multiplier as people write it, or in millionths', async () => {
    const name = unique('group');
    expect(await console.ask('PUT', '/api/groups', { name, multiplier: '0.85', description: 'VIP' })).toEqual({
      name,
      multiplierMillionths: '850000',
      description: 'VIP',
      choosableBy: [],
    });
    await console.ask('PUT', '/api/groups', { name, multiplierMillionths: '1' });
    const found = (await console.everyPage<Group>('/api/groups', 200)).find((group) => group.name === name);
    expect(found?.multiplierMillionths).toBe('1');
  });

  it('say which account groups may choose them', async () => {
    const { name: accountGroup } = await addGroup();
    const name = unique('chosen');
    await console.ask('PUT', '/api/groups', { name, multiplier: '1', choosableBy: [accountGroup] });
    const choosable = async (group: string) => {
      const { groups } = await console.ask<{ groups: Group[] }>('GET', `/api/groups/choosable?accountGroup=${group}`);
      return groups.map((each) => each.name);
    };
    expect(await choosable(accountGroup)).toEqual(expect.arrayContaining([accountGroup, name]));
    expect(await choosable('default')).not.toContain(name);
    await console.ask('PUT', '/api/groups', { name, multiplier: '1', choosableBy: null });
    expect(await choosable('default')).toContain(name);
  });

  it('are deleted for pairs', async () => {
    const [one, other] = [await addGroup(), await addGroup()];
    const pair = { kind: 'group-pair', accountGroup: one.name, keyGroup: other.name };
    await console.ask('PUT', '/api/multipliers', { ...pair, multiplier: '1.25' });
    const path = `/api/multipliers?${new URLSearchParams(pair)}`;
    expect(await console.ask('DELETE', path)).toEqual({ ...pair, multiplierMillionths: '1250000' });
    expect((await console.send('DELETE', path)).status).toBe(404);
  });

  it('are kept for pairs', async () => {
    const [one, other, model] = [await addGroup(), await addGroup(), await addModel()];
    const pairs = [
      { kind: 'group-pair', accountGroup: one.name, keyGroup: other.name, multiplierMillionths: '1250000' },
      { kind: 'model-in-group', model: model.name, group: one.name, multiplierMillionths: '500000' },
    ];
    for (const { multiplierMillionths: _, ...pair } of pairs) {
      await console.ask('PUT', '/api/multipliers', {
        ...pair,
        multiplier: pair.kind === 'group-pair' ? '1.25' : '0.5',
      });
    }
    const kept = await console.everyPage<MultiplierOverride>('/api/multipliers', 200);
    expect(kept).toEqual(expect.arrayContaining(pairs.map((pair) => expect.objectContaining(pair))));
  });
});

describe('limits', () => {
  it('of a key are set, shown, changed and taken away', async () => {
    const account = await addAccount({ requestsPerMinute: 100, concurrencyMax: 7 });
    expect(account).toMatchObject({ requestsPerMinute: 100, tokensPerMinute: null, concurrencyMax: 7 });
    const key = await addKey(account.id, {
      requestsPerMinute: 10,
      tokensPerMinute: 20_000,
      allowedModels: ['a', 'b'],
      allowedIps: ['192.0.2.1', '10.9.9.9/8', '2001:db8::/32'],
      budget: { credits: '1.5', period: 'weekly', timeZone: 'Europe/Berlin' },
    });
    expect(key).toMatchObject({
      requestsPerMinute: 10,
      tokensPerMinute: 20_000,
      concurrencyMax: null,
      allowedModels: ['a', 'b'],
      allowedIps: ['192.0.2.1', '10.0.0.0/8', '2001:db8::/32'],
      budget: { nanos: '1500000000', period: 'weekly', days: null, timeZone: 'Europe/Berlin', spentNanos: '0' },
      lastUsedAt: null,
      retiring: [],
    });
    const none = { requestsPerMinute: null, allowedModels: null, allowedIps: null, budget: null };
    expect(await console.ask<Key>('PATCH', `/api/keys/${key.id}`, none)).toMatchObject({
      ...none,
      tokensPerMinute: 20_000,
    });
  });

  it.each([
    ['an amount twice', { budget: { nanos: '1', credits: '1', period: 'daily' } }],
    ['no amount', { budget: { period: 'daily' } }],
    ['no period', { budget: { nanos: '1' } }],
    ['a list in place of a budget', { budget: [] }],
    ['an unknown time zone', { budget: { nanos: '1', period: 'daily', timeZone: 'Nowhere/Else' } }],
    ['a network that is none', { allowedIps: ['10.0.0.0/99'] }],
    ['no models', { allowedModels: [] }],
    ['a fraction of a request', { requestsPerMinute: 0.5 }],
  ])('of a key are refused with %s', async (_, wrong) => {
    const { id } = await addAccount();
    const { status, body } = await console.send<Refusal>('POST', `/api/accounts/${id}/keys`, {
      json: { name: 'key', ...wrong },
    });
    expect([status, body.error.code]).toEqual([400, 'invalid_request_error']);
  });

  it('of a group are set for groups that exist, and listed', async () => {
    const { name: group } = await addGroup();
    const limits = { group, requestsPerMinute: 5, tokensPerMinute: null, concurrencyMax: 2 };
    expect(await console.ask('PUT', '/api/group-limits', { group, requestsPerMinute: 5, concurrencyMax: 2 })).toEqual(
      limits,
    );
    expect((await console.ask<{ items: unknown[] }>('GET', '/api/group-limits')).items).toContainEqual(limits);
    const unknown = await console.send('PUT', '/api/group-limits', { json: { group: 'nobody', requestsPerMinute: 5 } });
    expect(unknown.status).toBe(400);
  });
});

describe('the secret of a key', () => {
  it('is rotated with an overlap, and a revoked key stays revoked', async () => {
    const { id: accountId } = await addAccount();
    const key = await addKey(accountId);
    const oldValidUntil = new Date(Date.now() + 60_000).toISOString();
    const rotated = await console.ask<CreatedKey>('POST', `/api/keys/${key.id}/rotate`, { oldValidUntil });
    expect(rotated.secret).not.toBe(key.secret);
    expect(rotated.retiring).toEqual([{ prefix: key.prefix, validUntil: oldValidUntil }]);
    expect(await console.ask<Key>('DELETE', `/api/keys/${key.id}`)).toMatchObject({ status: 'revoked' });
    const { status } = await console.send('PATCH', `/api/keys/${key.id}`, { json: { status: 'active' } });
    expect(status).toBe(409);
  });
});

describe('the books of accounts', () => {
  it('are read as a statement of a period, and as totals that add up to zero', async () => {
    const { id } = await addAccount();
    await grant(id, '700');
    const period = `from=2020-01-01T00:00:00Z&to=${new Date(Date.now() + 60_000).toISOString()}`;
    expect(await console.ask('GET', `/api/accounts/${id}/statement?${period}`)).toMatchObject({
      accountId: id,
      openingNanos: '0',
      closingNanos: '700',
      items: [{ kind: 'grant', amountNanos: '700' }],
    });
    expect((await console.send('GET', `/api/accounts/${id}/statement?from=2020-01-01T00:00:00Z`)).status).toBe(400);
    expect(await console.ask('GET', '/api/ledger/totals')).toMatchObject({ differenceNanos: '0' });
  });
});

describe('accounts', () => {
  it('are opened, changed and read with their balance', async () => {
    const { name: group } = await addGroup();
    const account = await addAccount({ group, overdraftCredits: '0.5' });
    expect(account).toMatchObject({ group, status: 'active', balanceNanos: '0', overdraftNanos: '500000000' });
    const changes = { status: 'disabled', overdraftNanos: '7', name: unique('renamed') };
    const changed = await console.ask<Account>('PATCH', `/api/accounts/${account.id}`, changes);
    expect(changed).toEqual({ ...account, ...changes, availableNanos: '7' });
    expect(await console.ask('GET', `/api/accounts/${account.id}`)).toEqual(changed);
    expect(await console.everyPage('/api/accounts', 200)).toContainEqual(changed);
  });

  it('are granted an amount once, however often the same grant is sent', async () => {
    const { id } = await addAccount();
    const path = `/api/accounts/${id}/grants`;
    const reference = randomUUID();
    const grants = [
      () => console.send<GrantReply>('POST', path, { json: { amountCredits: '5', reference } }),
      () =>
        console.send<GrantReply>('POST', path, {
          json: { amountCredits: '5' },
          headers: { 'idempotency-key': reference },
        }),
      () => console.send<GrantReply>('POST', path, { json: { amountNanos: '5000000000', reference } }),
    ];
    for (const send of grants) expect((await send()).body.account?.balanceNanos).toBe('5000000000');
    const ledger = await console.everyPage<LedgerEntry>(`/api/accounts/${id}/ledger`, 200);
    expect(ledger).toMatchObject([{ kind: 'grant', reference, amountNanos: '5000000000', accountId: id }]);
  });

  it('refuse another amount under the reference of a grant', async () => {
    const { id } = await addAccount();
    const reference = randomUUID();
    await console.ask('POST', `/api/accounts/${id}/grants`, { amountNanos: '5', reference });
    const { status, body } = await console.send<Refusal>('POST', `/api/accounts/${id}/grants`, {
      json: { amountNanos: '6', reference },
    });
    expect([status, body.error.code]).toEqual([409, 'conflict']);
  });

  it('have books that agree', async () => {
    await grant((await addAccount()).id);
    const audit = await console.ask<LedgerAudit>('GET', '/api/audit');
    expect(Object.values(audit).length).toBeGreaterThan(0);
    expect(Object.values(audit).every((count) => count === 0)).toBe(true);
  });
});

describe('keys', () => {
  it('are made, shown once, changed and disabled', async () => {
    const [{ name: group }, { id: accountId }] = [await addGroup(), await addAccount()];
    await expect(addKey(accountId, { group })).rejects.toThrow(/choosableBy/);
    await console.ask('PUT', '/api/groups', { name: group, multiplier: '1', choosableBy: null });
    const wanted = {
      group,
      quotaCredits: '0.001',
      concurrencyMax: 3,
      showCost: false,
      expiresAt: '2100-01-01T00:00:00.000Z',
    };
    const { secret, ...key } = await addKey(accountId, wanted);
    expect(secret).toMatch(/^sk-/);
    expect(secret.startsWith(key.prefix)).toBe(true);
    const { quotaCredits: _, ...rest } = wanted;
    expect(key).toMatchObject({ ...rest, accountId, quotaNanos: '1000000', spentNanos: '0', status: 'active' });
    expect(await console.everyPage(`/api/accounts/${accountId}/keys`, 200)).toEqual([key]);

    const changes = { status: 'disabled', quotaNanos: null, group: null, expiresAt: null, concurrencyMax: null };
    expect(await console.ask<Key>('PATCH', `/api/keys/${key.id}`, changes)).toEqual({ ...key, ...changes });
  });
});

describe('usage', () => {
  it('is listed by account, key, model and request, and summed up', async () => {
    const [accountId, keyId, requestId] = [randomUUID(), randomUUID(), randomUUID()];
    await console.app.get(UsageEventLog).publish(
      usageEvent(
        {
          outcome: 'settled',
          reservationId: randomUUID(),
          requestId,
          accountId,
          keyId,
          keyName: 'laptop',
          endpoint: '/v1/chat/completions',
          stream: false,
          modelAsked: 'vendor/model',
          attempts: 1,
          tokens: { input: 1_000, output: 500 },
          reasoningTokens: 0,
          estimated: false,
          priceVersionId: '1',
          terms: { rates: { input: '1000000', output: '1000000' }, perCallNanos: '0', tiers: [] },
          multiplierMillionths: '1000000',
          multiplierSource: 'default',
          amountNanos: '1500',
          httpStatus: 200,
          clientDisconnected: false,
          startedAt: '2026-03-01T10:20:29.000Z',
          completedAt: '2026-03-01T10:20:30.000Z',
          latencyMs: 1_000,
        },
        'urn:code-router:gateway:test',
      ),
    );
    const records = (query: string) => console.ask<Page<UsageRecord>>('GET', `/api/usage?${query}`);
    await waitFor(async () => (await records(`accountId=${accountId}`)).items.length === 1, {
      what: 'the usage record',
    });
    for (const filter of [`keyId=${keyId}`, `requestId=${requestId}`, `accountId=${accountId}&model=vendor%2Fmodel`]) {
      expect((await records(filter)).items).toMatchObject([{ requestId, amountNanos: '1500' }]);
    }
    expect((await records(`accountId=${accountId}&model=other`)).items).toEqual([]);

    const { rollups } = await console.ask<{ rollups: UsageRollup[] }>(
      'GET',
      `/api/usage/rollups?accountId=${accountId}&granularity=day&from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z`,
    );
    expect(rollups).toMatchObject([{ requests: 1, inputTokens: '1000', outputTokens: '500', amountNanos: '1500' }]);
  });
});

describe('a group that does not exist', () => {
  it.each<[string, string, () => Promise<[method: string, path: string, body: object]>]>([
    ['of an account', 'group', async () => ['POST', '/api/accounts', { name: unique('account'), group: 'vpi' }]],
    [
      'of an account that is changed',
      'group',
      async () => ['PATCH', `/api/accounts/${(await addAccount()).id}`, { group: 'vpi' }],
    ],
    [
      'of a key',
      'group',
      async () => ['POST', `/api/accounts/${(await addAccount()).id}/keys`, { name: 'k', group: 'vpi' }],
    ],
    [
      'of a key that is changed',
      'group',
      async () => ['PATCH', `/api/keys/${(await addKey((await addAccount()).id)).id}`, { group: 'vpi' }],
    ],
    [
      'of a channel',
      'groups',
      async () => ['PATCH', `/api/channels/${(await addChannel()).id}`, { groups: ['default', 'vpi'] }],
    ],
    [
      'that may use a model',
      'visibleTo',
      async () => [
        'POST',
        '/api/models',
        { name: unique('model'), contextWindow: 10, maxOutputTokens: 5, visibleTo: ['vpi'] },
      ],
    ],
    [
      'that may use a model that is changed',
      'visibleTo',
      async () => ['PATCH', '/api/models', { name: (await addModel()).name, visibleTo: ['vpi'] }],
    ],
    [
      'that may choose a group',
      'choosableBy',
      async () => ['PUT', '/api/groups', { name: unique('group'), multiplier: '1', choosableBy: ['vpi'] }],
    ],
    [
      'of a pair',
      'keyGroup',
      async () => [
        'PUT',
        '/api/multipliers',
        { kind: 'group-pair', accountGroup: 'default', keyGroup: 'vpi', multiplier: '1' },
      ],
    ],
    [
      'with a model',
      'group',
      async () => [
        'PUT',
        '/api/multipliers',
        { kind: 'model-in-group', model: (await addModel()).name, group: 'vpi', multiplier: '1' },
      ],
    ],
  ])('%s is refused, for it would be billed at a multiplier of one', async (_, param, request) => {
    const [method, path, json] = await request();
    const { status, body } = await console.send<Refusal>(method, path, { json });
    expect(status).toBe(400);
    expect(body.error).toMatchObject({ code: 'invalid_request_error', type: 'invalid_request_error', param });
    expect(body.error.message).toMatch(/vpi.*default/);
  });

  it('is found among more groups than one page holds', async () => {
    const added = [];
    for (let count = 0; count < 210; count += 1) added.push(await addGroup());
    const group = added[0]!.name;
    expect((await addAccount({ group })).group).toBe(group);
  });
});

describe('input', () => {
  const ID = '00000000-0000-4000-8000-000000000000';
  const channel = { name: 'n', provider: 'openai-compatible', baseUrl: 'https://x.example', models: [{ name: 'm' }] };
  const model = { name: 'n', contextWindow: 10, maxOutputTokens: 5 };
  const terms = { rates: { input: '1' } };

  it.each<[method: string, path: string, body: unknown, fields: string]>([
    ['POST', '/api/auth/login', {}, 'username,password'],
    ['POST', '/api/auth/login', { username: 'admin', password: 1 }, 'password'],
    ['POST', '/api/channels', {}, 'name,provider,models'],
    ['POST', '/api/channels', { ...channel, provider: 'openai' }, 'provider'],
    ['POST', '/api/channels', { ...channel, name: null }, 'name'],
    ['POST', '/api/channels', { ...channel, modles: [], colour: 1 }, 'modles,colour'],
    ['POST', '/api/channels', { ...channel, models: [{ name: 'm', upstream: 'x' }] }, 'models.0.upstream'],
    ['POST', '/api/channels', { ...channel, models: [{ name: 'm' }, {}] }, 'models.1.name'],
    ['POST', '/api/channels', { ...channel, models: ['m'] }, 'models.0'],
    ['POST', '/api/channels', { ...channel, models: [null] }, 'models.0'],
    ['POST', '/api/channels', { ...channel, models: {} }, 'models,models.name'],
    ['POST', '/api/channels', { ...channel, baseUrl: 'ftp://x' }, 'baseUrl'],
    ['POST', '/api/channels', { ...channel, baseUrl: undefined }, 'baseUrl'],
    ['POST', '/api/channels', { ...channel, timeouts: { idleMs: '5' } }, 'timeouts.idleMs'],
    ['POST', '/api/channels', { ...channel, timeouts: [] }, 'timeouts'],
    ['POST', '/api/channels', { ...channel, weight: 0 }, 'weight'],
    ['POST', '/api/channels', { ...channel, settings: { nested: {} } }, 'settings.nested'],
    ['POST', '/api/channels', { ...channel, settings: { 'a\u0000b': 1 } }, 'settings'],
    ['PATCH', `/api/channels/${ID}`, { provider: 'demo' }, 'provider'],
    ['PATCH', '/api/channels/1', { weight: 2 }, 'id'],
    ['POST', '/api/models', { ...model, name: '' }, 'name'],
    ['POST', '/api/models', { ...model, contextWindow: '10', maxOutputTokens: 0 }, 'contextWindow,maxOutputTokens'],
    ['POST', '/api/models', { ...model, displayName: 'two\nlines' }, 'displayName'],
    ['POST', '/api/models', { ...model, visibleTo: [] }, 'visibleTo'],
    ['POST', '/api/models', { ...model, tags: 'fast' }, 'tags'],
    ['POST', '/api/models', { ...model, inputModalities: ['smell'] }, 'inputModalities'],
    ['POST', '/api/models', { ...model, outputModalities: [] }, 'outputModalities'],
    ['POST', '/api/models', { ...model, enabled: 'yes' }, 'enabled'],
    ['POST', '/api/models', { ...model, aliases: ['n'] }, 'aliases'],
    ['PATCH', '/api/models', {}, 'name'],
    ['PATCH', '/api/models', { name: 'n' }, 'name'],
    ['PATCH', '/api/models', { name: 'n', contextWindow: null }, 'contextWindow'],
    ['GET', '/api/models/by-name', undefined, 'name'],
    ['POST', '/api/prices', { model: 'm', terms, confirmed: 'yes' }, 'confirmed'],
    ['POST', '/api/prices', { model: 'm', terms: { ...terms, units: { image: 1 } } }, 'terms.units.image'],
    ['POST', '/api/prices', { model: 'm', terms: { ...terms, units: { video: '1' } } }, 'terms.units.video'],
    ['POST', '/api/price-list/import', {}, 'format,content,dryRun'],
    ['POST', '/api/price-list/import', { format: 'xml', content: '', dryRun: true }, 'format'],
    ['POST', '/api/price-list/import', { format: 'litellm', content: '{', dryRun: true }, 'content'],
    ['POST', '/api/price-list/import', { format: 'litellm', content: '{}', dryRun: 'no' }, 'dryRun'],
    ['POST', '/api/price-list/import', { format: 'litellm', content: '{}', dryRun: true, author: 'x' }, 'author'],
    ['POST', '/api/price-list/starter', {}, 'dryRun'],
    ['GET', '/api/price-list?format=litellm', undefined, 'format'],
    ['GET', '/api/groups/choosable', undefined, 'accountGroup'],
    ['PUT', '/api/groups', { name: 'g', multiplier: '1', choosableBy: 'all' }, 'choosableBy'],
    ['DELETE', '/api/multipliers?kind=pair', undefined, 'kind'],
    ['DELETE', '/api/multipliers?kind=group-pair&accountGroup=a', undefined, 'keyGroup'],
    ['POST', '/api/prices', { model: 'm' }, 'terms'],
    ['POST', '/api/prices', { model: 'm', terms, termsCredits: terms }, 'terms'],
    ['POST', '/api/prices', { model: 'm', terms: {} }, 'terms.rates'],
    ['POST', '/api/prices', { model: 'm', terms: { rates: { input: 1 } } }, 'terms.rates.input'],
    ['POST', '/api/prices', { model: 'm', terms: { rates: { input: '-1' } } }, 'terms.rates.input'],
    ['POST', '/api/prices', { model: 'm', terms: { rates: { input: '9223372036854775808' } } }, 'terms.rates.input'],
    ['POST', '/api/prices', { model: 'm', terms: { rates: { inptu: '1' } } }, 'terms.rates.inptu'],
    ['POST', '/api/prices', { model: 'm', terms: null }, 'terms'],
    ['POST', '/api/prices', { model: 'm', termsCredits: { rates: { input: '1e3' } } }, 'termsCredits.rates.input'],
    [
      'POST',
      '/api/prices',
      { model: 'm', termsCredits: { rates: { input: '0.0000000001' } } },
      'termsCredits.rates.input',
    ],
    [
      'POST',
      '/api/prices',
      { model: 'm', termsCredits: { rates: { input: '9999999999' } } },
      'termsCredits.rates.input',
    ],
    ['POST', '/api/prices', { model: 'm', terms, effectiveFrom: '2030-01-01' }, 'effectiveFrom'],
    ['POST', '/api/prices', { model: 'm', terms, author: 'somebody else' }, 'author'],
    ['GET', '/api/prices', undefined, 'model'],
    ['PUT', '/api/groups', { name: 'g' }, 'multiplier'],
    ['PUT', '/api/groups', { name: 'g', multiplier: '1', multiplierMillionths: '1' }, 'multiplier'],
    ['PUT', '/api/groups', { name: 'g', multiplier: 0.85 }, 'multiplier'],
    ['PUT', '/api/groups', { name: 'g', multiplier: '0.1234567' }, 'multiplier'],
    ['PUT', '/api/groups', { name: 'g', multiplier: '-1' }, 'multiplier'],
    ['PUT', '/api/multipliers', { kind: 'pair', multiplier: '1' }, 'kind'],
    ['POST', '/api/accounts', { name: 'a', overdraftNanos: '1', overdraftCredits: '1' }, 'overdraftNanos'],
    ['POST', '/api/accounts', { name: 'a', overdraftNanos: '1.5' }, 'overdraftNanos'],
    ['POST', '/api/accounts', { name: 'a', balanceNanos: '1' }, 'balanceNanos'],
    ['PATCH', `/api/accounts/${ID}`, { status: 'closed' }, 'status'],
    ['GET', '/api/accounts/me', undefined, 'id'],
    ['POST', `/api/accounts/${ID}/grants`, { reference: 'r' }, 'amountNanos'],
    ['POST', `/api/accounts/${ID}/grants`, { reference: 'r', amountNanos: '1', amountCredits: '1' }, 'amountNanos'],
    ['POST', `/api/accounts/${ID}/grants`, { reference: 'r', amountCredits: 5 }, 'amountCredits'],
    ['POST', `/api/accounts/${ID}/grants`, { reference: 'r', amountCredits: '-5' }, 'amountCredits'],
    ['POST', `/api/accounts/${ID}/grants`, { amountNanos: '1' }, 'reference'],
    ['POST', `/api/accounts/${ID}/keys`, { name: 'k', concurrencyMax: 0 }, 'concurrencyMax'],
    ['POST', `/api/accounts/${ID}/keys`, { name: 'k', showCost: 'yes' }, 'showCost'],
    ['POST', `/api/accounts/${ID}/keys`, { name: 'k', expiresAt: 'tomorrow' }, 'expiresAt'],
    ['POST', `/api/accounts/${ID}/keys`, { name: 'k', secret: 'sk-mine' }, 'secret'],
    ['PATCH', `/api/keys/${ID}`, { accountId: ID }, 'accountId'],
    ['GET', '/api/usage?acountId=1', undefined, 'acountId'],
    ['GET', `/api/usage/rollups?accountId=${ID}`, undefined, 'granularity,from,to'],
    ['POST', '/api/models', [], 'name,contextWindow,maxOutputTokens'],
  ])('of %s %s: %j is refused by the name of each field that is wrong', async (method, path, json, fields) => {
    const { status, body } = await console.send<Refusal>(method, path, { json });
    expect([status, body.error.code, body.error.type]).toEqual([400, 'invalid_request_error', 'invalid_request_error']);
    expect(body.error.param).toBe(fields.split(',')[0]);
    expect(body.error.fields ?? fields).toBe(fields);
    for (const field of fields.split(',')) expect(body.error.message).toContain(field);
  });

  it.each([
    ['not JSON', { json: '{"name":' }],
    ['not an object', { json: '"name"' }],
    ['missing', {}],
  ])('that is %s is refused', async (_, options) => {
    const { status, body } = await console.send<Refusal>('POST', '/api/models', options);
    expect([status, body.error.code]).toEqual([400, 'invalid_request_error']);
  });

  it('that would reach into the prototype changes nothing', async () => {
    const json = `{"name":"${unique('account')}","__proto__":{"overdraftNanos":"1000000"}}`;
    const { body } = await console.send<Partial<Account>>('POST', '/api/accounts', { json });
    expect(body.overdraftNanos ?? '0').toBe('0');
  });

  it('may name a grant in a header only when the body does not name another one', async () => {
    const path = `/api/accounts/${(await addAccount()).id}/grants`;
    const { status, body } = await console.send<Refusal>('POST', path, {
      json: { amountNanos: '1', reference: 'one' },
      headers: { 'idempotency-key': 'other' },
    });
    expect([status, body.error.param]).toEqual([400, 'reference']);
  });

  it.each(['/api/nothing', '/api/channels/'])(
    'for a path that does not exist is answered in the envelope: %s',
    async (path) => {
      const { status, body } = await console.send<Refusal>('GET', path);
      expect([status, body.error.code]).toEqual([404, 'not_found']);
    },
  );

  it.each([
    ['GET', `/api/channels/${ID}`],
    ['GET', `/api/accounts/${ID}`],
    ['GET', `/api/accounts/${ID}/ledger`],
    ['GET', `/api/accounts/${ID}/keys`],
    ['GET', '/api/prices?model=nothing'],
  ])('for what does not exist is not found: %s %s', async (method, path) => {
    const { status, body } = await console.send<Refusal>(method, path);
    expect([status, body.error.code]).toEqual([404, 'not_found']);
  });
});

describe('lists', () => {
  const lists: [string, () => Promise<string>, (item: never) => unknown][] = [
    ['channels', async () => '/api/channels', ({ id }: ChannelSummary) => id],
    ['models', async () => '/api/models', ({ name }: Model) => name],
    ['groups', async () => '/api/groups', ({ name }: Group) => name],
    ['multipliers', async () => '/api/multipliers', (item: MultiplierOverride) => JSON.stringify(item)],
    ['accounts', async () => '/api/accounts', ({ id }: Account) => id],
    [
      'the prices of a model',
      async () => {
        const { name: model } = await addModel();
        for (const input of ['1', '2', '3'])
          await console.ask('POST', '/api/prices', { model, terms: { rates: { input } } });
        return priceOf(model);
      },
      ({ id }: PriceVersion) => id,
    ],
    [
      'the ledger of an account',
      async () => {
        const { id } = await addAccount();
        for (let count = 0; count < 3; count += 1) await grant(id);
        return `/api/accounts/${id}/ledger`;
      },
      ({ id }: LedgerEntry) => id,
    ],
    [
      'the keys of an account',
      async () => {
        const { id } = await addAccount();
        for (let count = 0; count < 3; count += 1) await addKey(id);
        return `/api/accounts/${id}/keys`;
      },
      ({ id }: Key) => id,
    ],
  ];

  beforeAll(async () => {
    for (let count = 0; count < 3; count += 1) {
      const [group, model] = [await addGroup(), await addModel()];
      await Promise.all([addChannel(), addAccount()]);
      await console.ask('PUT', '/api/multipliers', {
        kind: 'model-in-group',
        model: model.name,
        group: group.name,
        multiplier: '2',
      });
    }
  });

  it.each(lists)('hold the same in small pages as in one: %s', async (_, pathOf, identify) => {
    const path = await pathOf();
    const all = (await console.everyPage<never>(path, 200)).map(identify);
    expect(all.length).toBeGreaterThanOrEqual(3);
    expect(new Set(all).size).toBe(all.length);
    const limit = Math.max(1, Math.floor(all.length / 3));
    expect((await console.everyPage<never>(path, limit)).map(identify)).toEqual(all);
  });

  it.each([
    ['limit', 'limit=0'],
    ['limit', 'limit=201'],
    ['limit', 'limit=ten'],
    ['limit', 'limit=1.5'],
    ['limit', 'limit=5&limit=6'],
    ['cursor', 'cursor=nonsense'],
    ['offset', 'offset=5'],
  ])('refuse a wrong %s: %s', async (param, query) => {
    for (const path of [
      '/api/channels',
      '/api/models',
      '/api/groups',
      '/api/multipliers',
      '/api/accounts',
      '/api/usage',
    ]) {
      const { status, body } = await console.send<Refusal>('GET', `${path}?${query}`);
      expect([path, status, body.error.code]).toEqual([path, 400, 'invalid_request_error']);
      expect(body.error.message).toContain(param);
    }
  });
});

describe('secrets', () => {
  it('of providers and of keys are in no answer, but for the one that makes the key', async () => {
    const { id: accountId } = await addAccount();
    const { id, secret } = await addKey(accountId);
    const channel = await addChannel();
    await console.ask('GET', `/api/accounts/${accountId}/keys`);
    await console.ask('PATCH', `/api/keys/${id}`, { name: 'renamed' });
    await console.ask('PATCH', `/api/channels/${channel.id}`, { weight: 2 });
    await console.send('POST', '/api/channels', { json: { name: channel.name, apiKey: PROVIDER_KEY } });
    await console.send('PATCH', `/api/channels/${channel.id}`, { json: { apiKey: `${PROVIDER_KEY} with spaces` } });

    const texts = console.answers.map(({ text }) => text);
    expect(texts.filter((text) => text.includes(PROVIDER_KEY))).toEqual([]);
    expect(texts.filter((text) => text.includes(secret))).toHaveLength(1);
  });
});
