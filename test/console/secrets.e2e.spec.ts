import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type {
  BegunPayment,
  CreatedInvitation,
  CreatedKey,
  CreatedWebhook,
  Membership,
  RotatedWebhookSecret,
  Session,
} from '@code-router/contracts';
import { documentedRoutes, pathOf } from './routes.js';
import { ADMIN_PASSWORD, startConsole, type RunningConsole } from './running-console.js';

const PASSWORD = 'a secret password of the owner';
const PROVIDER_KEY = 'sk-secret-of-a-provider-0123456789';
const SECOND_PROVIDER_KEY = 'sk-second-of-a-provider-0123456789';
const REPLACED_PROVIDER_KEY = 'sk-replaced-of-a-provider-012345678';
const PERIOD = 'from=2020-01-01T00:00:00Z&to=2100-01-01T00:00:00Z&granularity=day';
/** What routes need to be told to answer with something. */
const QUERIES: Readonly<Record<string, string>> = {
  'GET /api/catalog/models/by-name': 'name=m',
  'GET /api/models/by-name': 'name=m',
  'GET /api/prices': 'model=m',
  'GET /api/price-list': 'format=code-router-json',
  'GET /api/groups/choosable': 'accountGroup=default',
};
const WITH_PERIOD = /\/(statement|statement\/export|rollups|statistics)$/;

let console: RunningConsole;
let ownerToken: string;
const ids: Record<string, Record<string, string>> = {};
/** Each secret, by what it is. */
const secrets = new Map<string, string>();

async function as<Body>(method: string, path: string, json?: unknown): Promise<Body> {
  const { status, body, text } = await console.send<Body>(method, path, { token: ownerToken, json });
  if (status >= 300) throw new Error(`${method} ${path} answered ${status}: ${text}`);
  return body;
}

beforeAll(async () => {
  console = await startConsole({ CODE_ROUTER_SIGN_UP: 'open', CODE_ROUTER_TRIAL_PAYMENTS: 'true' });
  const json = { username: 'owner', password: PASSWORD };
  const { body } = await console.send<Session>('POST', '/api/auth/sign-up', { json, token: null });
  ownerToken = body.token;
  const { memberships } = await as<{ memberships: Membership[] }>('GET', '/api/me');
  const { accountId } = memberships[0]!;
  const mine = `/api/me/accounts/${accountId}`;

  await console.ask('PUT', '/api/groups', { name: 'default', multiplier: '1' });
  await console.ask('POST', '/api/models', { name: 'm', contextWindow: 1_000, maxOutputTokens: 100 });
  await console.ask('POST', '/api/prices', { model: 'm', terms: { rates: { input: '1', output: '2' } } });
  const channel = await console.ask<{ id: string }>('POST', '/api/channels', {
    name: 'with a key',
    provider: 'openai-compatible',
    baseUrl: 'http://127.0.0.1:1/v1',
    apiKey: PROVIDER_KEY,
    models: [{ name: 'm' }],
  });
  const keys = `/api/channels/${channel.id}/keys`;
  const second = await console.ask<{ id: string }>('POST', keys, { apiKey: REPLACED_PROVIDER_KEY, label: 'second' });
  await console.ask('PATCH', `${keys}/${second.id}`, { apiKey: SECOND_PROVIDER_KEY });
  await console.ask('POST', `${keys}/test`, {});
  const key = await as<CreatedKey>('POST', `${mine}/keys`, { name: 'key' });
  const oldValidUntil = new Date(Date.now() + 600_000).toISOString();
  const rotated = await as<CreatedKey>('POST', `${mine}/keys/${key.id}/rotate`, { oldValidUntil });
  const invitation = await as<CreatedInvitation>('POST', `${mine}/invitations`, { role: 'member' });
  const payment = await as<BegunPayment>('POST', `${mine}/payments`, { provider: 'trial', minorUnits: 1_000 });
  const batch = await console.ask<{ id: string; codes: string[] }>('POST', '/api/redemption-batches', {
    name: 'codes',
    amountCredits: '1',
    codeCount: 2,
  });
  const webhook = await console.ask<CreatedWebhook>('POST', '/api/webhooks', {
    name: 'Billing',
    url: 'https://billing.example.com/usage',
    events: ['settled'],
  });
  const resigned = await console.ask<RotatedWebhookSecret>('POST', `/api/webhooks/${webhook.id}/rotate-secret`, {});
  await as('POST', `${mine}/redemptions`, { code: batch.codes[0] });

  for (const [what, secret] of Object.entries({
    'the password': PASSWORD,
    'the administrator’s password': ADMIN_PASSWORD,
    'the encryption key': process.env['CODE_ROUTER_ENCRYPTION_KEY'],
    'the provider’s key': PROVIDER_KEY,
    'the provider’s second key': SECOND_PROVIDER_KEY,
    'the provider’s key that was replaced': REPLACED_PROVIDER_KEY,
    'the owner’s session': ownerToken,
    'the key': key.secret,
    'the rotated key': rotated.secret,
    'the invitation': invitation.token,
    'the webhook’s secret': webhook.secret,
    'the webhook’s new secret': resigned.secret,
    'a redeemed code': batch.codes[0],
    'a code': batch.codes[1],
  })) {
    if (!secret) throw new Error(`${what} is missing`);
    secrets.set(what, secret);
  }
  Object.assign(ids, {
    '/api/me/accounts/{accountId}': { accountId, keyId: key.id, id: payment.id },
    '/api/accounts/{id}': { id: accountId },
    '/api/keys/{id}': { id: key.id },
    '/api/users/{id}': { id: body.user.id },
    '/api/channels/{id}': { id: channel.id },
    '/api/webhooks/{id}': { id: webhook.id },
  });
});

afterAll(async () => {
  await console?.stop();
  delete process.env['CODE_ROUTER_SIGN_UP'];
  delete process.env['CODE_ROUTER_TRIAL_PAYMENTS'];
});

describe('a secret', () => {
  it('is shown once, when it is made, and in no answer that anybody gets later', async () => {
    const before = console.answers.length;
    let answered = 0;
    for (const route of await documentedRoutes(console)) {
      if (route.method !== 'GET') continue;
      const known = Object.entries(ids).find(([prefix]) => route.template.startsWith(prefix))?.[1] ?? {};
      const query = QUERIES[route.name] ?? (WITH_PERIOD.test(route.template) ? PERIOD : '');
      const isAdministrators = route.rule === 'administrators';
      const path = `${pathOf(route, known)}?${query}`;
      const { status } = await console.send('GET', path, isAdministrators ? {} : { token: ownerToken });
      if (status === 200) answered += 1;
    }
    // Most of them must have said something, or the search below finds nothing for another reason.
    expect(answered).toBeGreaterThanOrEqual(35);
    const later = console.answers.slice(before);
    for (const [what, secret] of secrets) {
      const leaks = later.filter(
        ({ text, headers }) => text.includes(secret) || [...headers.values()].join().includes(secret),
      );
      expect([what, leaks.map(({ text }) => text.slice(0, 200))]).toEqual([what, []]);
    }
  });

  it('is in no error either', async () => {
    for (const [what, secret] of secrets) {
      if (what.startsWith('the owner')) continue;
      const { text } = await console.send('GET', '/api/me', { token: secret });
      const spoken = await console.send('GET', '/v1/models', { token: `${secret.slice(0, -1)}` });
      for (const answer of [text, spoken.text])
        expect([what, answer.includes(secret.slice(0, -1))]).toEqual([what, false]);
    }
  });
});
