import { describe, expect, it } from '@jest/globals';
import type { Account } from '@code-router/contracts';
import type { Refusal } from '../running-console.js';
import { type AdministrationStage, unique } from './administration-stage.js';

export function describeInput(stage: AdministrationStage): void {
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
      const { status, body } = await stage.console.send<Refusal>(method, path, { json });
      expect([status, body.error.code, body.error.type]).toEqual([
        400,
        'invalid_request_error',
        'invalid_request_error',
      ]);
      expect(body.error.param).toBe(fields.split(',')[0]);
      expect(body.error.fields ?? fields).toBe(fields);
      for (const field of fields.split(',')) expect(body.error.message).toContain(field);
    });

    it.each([
      ['not JSON', { json: '{"name":' }],
      ['not an object', { json: '"name"' }],
      ['missing', {}],
    ])('that is %s is refused', async (_, options) => {
      const { status, body } = await stage.console.send<Refusal>('POST', '/api/models', options);
      expect([status, body.error.code]).toEqual([400, 'invalid_request_error']);
    });

    it('that would reach into the prototype changes nothing', async () => {
      const json = `{"name":"${unique('account')}","__proto__":{"overdraftNanos":"1000000"}}`;
      const { body } = await stage.console.send<Partial<Account>>('POST', '/api/accounts', { json });
      expect(body.overdraftNanos ?? '0').toBe('0');
    });

    it('may name a grant in a header only when the body does not name another one', async () => {
      const path = `/api/accounts/${(await stage.addAccount()).id}/grants`;
      const { status, body } = await stage.console.send<Refusal>('POST', path, {
        json: { amountNanos: '1', reference: 'one' },
        headers: { 'idempotency-key': 'other' },
      });
      expect([status, body.error.param]).toEqual([400, 'reference']);
    });

    it.each(['/api/nothing', '/api/channels/'])(
      'for a path that does not exist is answered in the envelope: %s',
      async (path) => {
        const { status, body } = await stage.console.send<Refusal>('GET', path);
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
      const { status, body } = await stage.console.send<Refusal>(method, path);
      expect([status, body.error.code]).toEqual([404, 'not_found']);
    });
  });
}
