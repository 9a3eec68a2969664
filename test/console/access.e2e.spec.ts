import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OpenAPIObject } from '@nestjs/swagger';
import type {
  AccountRole,
  BegunPayment,
  CreatedInvitation,
  CreatedKey,
  Member,
  Membership,
  Page,
  UsageRecord,
} from '@code-router/contracts';
import { waitFor } from '@code-router/testing';
import { ACCESS } from './access-rules.js';
import { documentedNames, documentedRoutes, pathOf, type Route } from './routes.js';
import { ADMIN_PASSWORD, startConsole, type Answer, type Refusal, type RunningConsole } from './running-console.js';

const ENVIRONMENT = { CODE_ROUTER_SIGN_UP: 'open', CODE_ROUTER_TRIAL_PAYMENTS: 'true' };
const IDENTITIES = ['owner', 'admin', 'member', 'billing', 'stranger', 'administrator', 'root'] as const;
type Identity = (typeof IDENTITIES)[number];

/** What each route could do something with, where it is asked about something of others. */
const HARMLESS: Readonly<Record<string, object>> = {
  'PATCH /api/me/accounts/{accountId}/keys/{keyId}': { name: 'taken over' },
  'POST /api/me/accounts/{accountId}/keys/{keyId}/rotate': {},
  'POST /api/me/accounts/{accountId}/keys/{keyId}/chat/completions': { model: 'm', messages: [] },
  'PATCH /api/me/accounts/{accountId}/members/{userId}': { role: 'member' },
  'POST /api/me/accounts/{accountId}/payments/{id}/confirm-trial': {},
};

let console: RunningConsole;
let accountId: string;
/** Ids of another account, by the names that paths give them. */
let elsewhere: Readonly<Record<'accountId' | 'keyId' | 'userId' | 'paymentId' | 'invitationId' | 'recordId', string>>;

const tokens = new Map<Identity, string>();

async function tokenOf(identity: Identity): Promise<string> {
  const token = tokens.get(identity) ?? (await freshTokenOf(identity));
  tokens.set(identity, token);
  return token;
}

async function freshTokenOf(identity: Identity): Promise<string> {
  return (await console.login(identity === 'root' ? 'admin' : `the-${identity}`, ADMIN_PASSWORD)).body.token;
}

interface AskOptions {
  readonly token: string | null;
  readonly values?: Readonly<Record<string, string>>;
  readonly json?: object | undefined;
}

/** What is sent is nothing that any route knows, so that whoever is let in does no harm. */
function ask(route: Route, { token, values, json = { unknown: true } }: AskOptions): Promise<Answer<Partial<Refusal>>> {
  const path = pathOf(route, { accountId, ...values });
  const isRead = route.method === 'GET' || route.method === 'DELETE';
  return console.send<Partial<Refusal>>(route.method, path, { token, ...(isRead ? {} : { json }) });
}

type Verdict = 'let in' | 'not for this role' | 'not an administrator' | 'no such account';

function verdictOf(status: number, { error }: Partial<Refusal>): Verdict | 'signed out' {
  if (error?.message.startsWith('This needs a session')) return 'signed out';
  if (status === 403 && error?.message.startsWith('Your role')) return 'not for this role';
  if (status === 403 && error?.message === 'Only administrators may do this.') return 'not an administrator';
  if (status === 404 && error?.message.startsWith('There is no such account')) return 'no such account';
  return 'let in';
}

function expectedOf({ rule }: Route, identity: Identity): Verdict {
  const isAdministrator = identity === 'administrator' || identity === 'root';
  if (rule === 'everybody' || rule === 'session') return 'let in';
  if (rule === 'administrators') return isAdministrator ? 'let in' : 'not an administrator';
  if (isAdministrator || identity === 'stranger') return 'no such account';
  return rule.includes(identity) ? 'let in' : 'not for this role';
}

function isOfAccount({ template }: Route): boolean {
  return template.includes('{accountId}');
}

/** The ids of the other account, by the names that the route gives them. */
function foreignIdsFor({ template }: Route): Readonly<Record<string, string>> {
  const { keyId, userId, recordId, paymentId, invitationId } = elsewhere;
  return { keyId, userId, recordId, id: template.includes('/invitations/') ? invitationId : paymentId };
}

/** What the owner of the other account sees of it. */
async function stateElsewhere(): Promise<object[]> {
  const token = await tokenOf('stranger');
  const paths = ['/keys', '/members', '/invitations', '/payments'];
  return Promise.all(
    paths.map(
      async (path) =>
        (await console.send<object>('GET', `/api/me/accounts/${elsewhere.accountId}${path}`, { token })).body,
    ),
  );
}

async function signUp(username: string, invitation?: string): Promise<void> {
  const json = { username, password: ADMIN_PASSWORD, ...(invitation === undefined ? {} : { invitation }) };
  const { status, text } = await console.send('POST', '/api/auth/sign-up', { json, token: null });
  if (status !== 201) throw new Error(`signing up answered ${status}: ${text}`);
}

async function as<Body>(identity: Identity, method: string, path: string, json?: unknown): Promise<Body> {
  const { status, body, text } = await console.send<Body>(method, path, { token: await tokenOf(identity), json });
  if (status >= 300) throw new Error(`${method} ${path} answered ${status}: ${text}`);
  return body;
}

/** Has a request made with the key, and waits until it is recorded. */
async function recordOf(secret: string, below: string): Promise<string> {
  await console.ask('PUT', '/api/groups', { name: 'default', multiplier: '1' });
  await console.ask('POST', '/api/models', { name: 'free', contextWindow: 8_000, maxOutputTokens: 100 });
  const terms = { rates: { input: '0', output: '0' } };
  await console.ask('POST', '/api/prices', { model: 'free', terms, confirmed: true });
  await console.ask('POST', '/api/channels', { name: 'demo', provider: 'demo', models: [{ name: 'free' }] });
  const json = { model: 'free', messages: [{ role: 'user', content: 'Hello!' }] };
  const { status, text } = await console.send('POST', '/v1/chat/completions', { token: secret, json });
  if (status !== 200) throw new Error(`the call answered ${status}: ${text}`);
  return waitFor(async () => (await as<Page<UsageRecord>>('stranger', 'GET', `${below}/usage`)).items[0]?.id);
}

const accountOf = async (identity: Identity) =>
  (await as<{ memberships: Membership[] }>(identity, 'GET', '/api/me')).memberships[0]!.accountId;

beforeAll(async () => {
  console = await startConsole(ENVIRONMENT);
  await signUp('the-owner');
  accountId = await accountOf('owner');
  const invite = (account: string, by: Identity, role: AccountRole) =>
    as<CreatedInvitation>(by, 'POST', `/api/me/accounts/${account}/invitations`, { role });
  for (const role of ['admin', 'member', 'billing'] as const) {
    await signUp(`the-${role}`, (await invite(accountId, 'owner', role)).token);
  }
  await signUp('the-stranger');
  await console.ask('POST', '/api/users', { username: 'the-administrator', password: ADMIN_PASSWORD, role: 'admin' });

  const other = await accountOf('stranger');
  const below = `/api/me/accounts/${other}`;
  const key = await as<CreatedKey>('stranger', 'POST', `${below}/keys`, { name: 'theirs' });
  await signUp('their-member', (await invite(other, 'stranger', 'member')).token);
  const { items } = await as<Page<Member>>('stranger', 'GET', `${below}/members`);
  const payment = await as<BegunPayment>('stranger', 'POST', `${below}/payments`, {
    provider: 'trial',
    minorUnits: 1_000,
  });
  const invitation = await invite(other, 'stranger', 'member');
  elsewhere = {
    accountId: other,
    keyId: key.id,
    userId: items.find(({ username }) => username === 'their-member')!.userId,
    paymentId: payment.id,
    invitationId: invitation.id,
    recordId: await recordOf(key.secret, below),
  };
});

afterAll(async () => {
  await console?.stop();
  for (const name of Object.keys(ENVIRONMENT)) delete process.env[name];
});

describe('signing in', () => {
  it('gives a session that says whose it is', async () => {
    const { status, body } = await console.login('admin', ADMIN_PASSWORD);
    expect(status).toBe(200);
    expect(body).toMatchObject({ user: { username: 'admin', role: 'root' } });
    const me = await console.send('GET', '/api/auth/me', { token: body.token });
    expect(me.body).toMatchObject({ username: 'admin', role: 'root' });
  });

  it.each([
    ['admin', 'wrong password'],
    ['nobody', ADMIN_PASSWORD],
  ])('is refused alike for a wrong name and a wrong password: %s', async (username, password) => {
    const { status, headers, body } = await console.send<Refusal>('POST', '/api/auth/login', {
      json: { username, password },
      token: null,
    });
    expect([status, body.error.code, body.error.type]).toEqual([401, 'unauthorized', 'invalid_request_error']);
    expect(headers.get('www-authenticate')).toBe('Bearer');
    expect(body.error.message).toBe('The user name or the password is wrong.');
  });

  it('is refused for a while after many attempts, and says for how long', async () => {
    let answer = await console.login('guessed', 'guess');
    for (let attempt = 0; attempt < 50 && answer.status === 401; attempt += 1) {
      answer = await console.login('guessed', 'guess');
    }
    expect(answer.status).toBe(429);
    expect(answer.body).toMatchObject({ error: { code: 'rate_limit_exceeded', type: 'rate_limit_error' } });
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

describe('signing out', () => {
  it('ends the session at once where it is done, although the session was just used', async () => {
    const { token } = (await console.login('admin', ADMIN_PASSWORD)).body;
    const use = () => console.send('GET', '/api/channels', { token });
    expect((await use()).status).toBe(200);
    expect((await console.send('POST', '/api/auth/logout', { token })).body).toEqual({ ended: true });
    expect((await use()).status).toBe(401);
  });
});

describe('every route of the API', () => {
  it('has a rule that says who may use it, and every rule a route', async () => {
    expect((await documentedNames(console)).toSorted()).toEqual(Object.keys(ACCESS).toSorted());
  });

  it.each([
    ['no session', () => null],
    ['a session that never was', () => 'nonsense'],
    ['an empty token', () => ''],
    ['an API key', () => 'sk-0123456789abcdefghijklmnopqrstuvwxyz'],
  ])('refuses %s, unless it is for everybody', async (_, token) => {
    for (const route of await documentedRoutes(console)) {
      const { status, body } = await ask(route, { token: token() });
      const isRefused = status === 401 && body.error?.code === 'unauthorized';
      // Signing in is refused too, but not for want of a session.
      const isExpected =
        route.rule === 'everybody' ? !body.error?.message.startsWith('This needs a session') : isRefused;
      expect([route.name, status, isExpected]).toEqual([route.name, status, true]);
    }
  });

  it.each(IDENTITIES)('lets in exactly whom it is for: %s', async (identity) => {
    for (const route of await documentedRoutes(console)) {
      const endsSession = route.name === 'POST /api/auth/logout';
      const token = endsSession ? await freshTokenOf(identity) : await tokenOf(identity);
      const { status, body } = await ask(route, { token });
      expect([route.name, status, verdictOf(status, body)]).toEqual([route.name, status, expectedOf(route, identity)]);
      expect([route.name, status < 500]).toEqual([route.name, true]);
    }
  });

  it('below an account answers alike for one of others and for one that is not there', async () => {
    for (const route of await documentedRoutes(console)) {
      if (!isOfAccount(route)) continue;
      for (const identity of ['owner', 'administrator'] as const) {
        const token = await tokenOf(identity);
        const answers = await Promise.all(
          [elsewhere.accountId, randomUUID(), 'nonsense'].map((account) =>
            ask(route, { token, values: { accountId: account } }),
          ),
        );
        for (const { status, body } of answers) {
          expect([route.name, identity, status, body.error]).toEqual([
            route.name,
            identity,
            404,
            answers[0]!.body.error,
          ]);
        }
      }
    }
  });

  it('below an account reaches nothing of another one by its id', async () => {
    const before = await stateElsewhere();
    const withIds = (await documentedRoutes(console)).filter(
      (route) =>
        isOfAccount(route) && Object.keys(foreignIdsFor(route)).some((name) => route.template.includes(`{${name}}`)),
    );
    expect(withIds.length).toBeGreaterThanOrEqual(11);
    for (const route of withIds) {
      for (const role of ['owner', 'admin'] as const) {
        const { status, body } = await ask(route, {
          token: await tokenOf(role),
          values: foreignIdsFor(route),
          json: HARMLESS[route.name],
        });
        expect([route.name, role, status, body.error?.code]).toEqual([route.name, role, 404, 'not_found']);
      }
    }
    expect(await stateElsewhere()).toEqual(before);
  });

  it('takes a token in no other place', async () => {
    const { token } = (await console.login('admin', ADMIN_PASSWORD)).body;
    const elsewhereSent: Readonly<Record<string, string>>[] = [
      { authorization: `Basic ${token}` },
      { authorization: token },
      { 'x-api-key': token },
      { cookie: `session=${token}` },
    ];
    for (const headers of elsewhereSent) {
      expect((await console.send('GET', '/api/channels', { token: null, headers })).status).toBe(401);
    }
  });
});

describe('the documentation', () => {
  it('is served whole by this process: it works without the internet', async () => {
    const page = await console.send<string>('GET', '/api/docs', { token: null });
    expect(page.status).toBe(200);
    const assets = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address ?? '');
    expect(assets.length).toBeGreaterThanOrEqual(4);
    for (const asset of assets) {
      const url = new URL(asset, `${console.url}/api/docs`);
      expect(url.origin).toBe(console.url);
      const { status, text } = await console.send('GET', url.pathname, { token: null });
      expect([url.pathname, status, text.length > 0]).toEqual([url.pathname, 200, true]);
    }
  });

  it('says which routes need a session', async () => {
    const { body } = await console.send<OpenAPIObject>('GET', '/api/docs-json', { token: null });
    expect(body.components?.securitySchemes).toHaveProperty('bearer');
    for (const [path, operations] of Object.entries(body.paths)) {
      for (const [method, { security }] of Object.entries(operations as Record<string, { security?: unknown }>)) {
        const isOpen = ACCESS[`${method.toUpperCase()} ${path}`] === 'everybody';
        expect([path, security]).toEqual([path, isOpen ? undefined : [{ bearer: [] }]]);
      }
    }
  });
});
