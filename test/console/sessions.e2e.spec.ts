import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { documentedRoutes, pathOf } from './routes.js';
import { ADMIN_PASSWORD, startConsole, type Answer, type Refusal, type RunningConsole } from './running-console.js';

type Headers = Readonly<Record<string, string>>;

const CSRF = { 'x-code-router-csrf': '1' };
/** As a proxy that ends TLS says it. */
const TLS = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'router.example.com' };
const ADMIN = { username: 'admin', password: ADMIN_PASSWORD };

let console: RunningConsole;

beforeAll(async () => {
  console = await startConsole({ CODE_ROUTER_TRUST_PROXY: 'true', CODE_ROUTER_SIGN_UP: 'open' });
});

afterAll(async () => {
  await console?.stop();
  delete process.env['CODE_ROUTER_TRUST_PROXY'];
  delete process.env['CODE_ROUTER_SIGN_UP'];
});

const post = (path: string, headers: Headers, json: unknown = {}) =>
  console.send<Refusal>('POST', path, { json, headers, token: null });
const signIn = (headers: Headers = {}, json: object = ADMIN) =>
  post('/api/auth/login', { ...CSRF, ...headers }, { ...json, cookie: true });
const cookieOf = ({ headers }: Answer) => headers.getSetCookie().at(-1) ?? '';
/** What the browser sends back of a cookie. */
const pairOf = (answer: Answer) => ({ cookie: cookieOf(answer).split(';')[0] ?? '' });
const me = (headers: Headers) => console.send('GET', '/api/me', { headers, token: null });

describe('a session in the browser', () => {
  it('is a cookie that no script can read, and is in no answer', async () => {
    const answer = await signIn();
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      expiresAt: expect.any(String),
      user: expect.objectContaining({ username: 'admin', role: 'root' }),
    });
    expect(cookieOf(answer)).toMatch(/^code_router_session=[\w-]{43}; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Lax$/);
    const maxAgeS = Number(/Max-Age=(\d+)/.exec(cookieOf(answer))?.[1]);
    const { expiresAt } = answer.body as unknown as { expiresAt: string };
    expect(Math.abs(Date.parse(expiresAt) - Date.now() - maxAgeS * 1_000)).toBeLessThan(60_000);
    expect((await me(pairOf(answer))).body).toMatchObject({ user: { username: 'admin' } });
  });

  it('is for encrypted connections, this host and every path alone where the request came over TLS', async () => {
    const answer = await signIn(TLS);
    expect(cookieOf(answer)).toMatch(
      /^__Host-code_router_session=[\w-]{43}; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
    expect((await me({ ...TLS, ...pairOf(answer) })).status).toBe(200);
  });

  it('is not taken from the name that a subdomain or a page read in the clear can set, over TLS', async () => {
    const token = pairOf(await signIn()).cookie.split('=')[1];
    expect((await me({ ...TLS, cookie: `code_router_session=${token}` })).status).toBe(401);
    expect((await me({ cookie: `__Host-code_router_session=${token}` })).status).toBe(401);
  });

  it('begins with a sign-up too', async () => {
    const json = { username: 'newcomer', password: 'a password of the test', cookie: true };
    const answer = await post('/api/auth/sign-up', CSRF, json);
    expect([answer.status, Object.keys(answer.body).toSorted()]).toEqual([201, ['expiresAt', 'user']]);
    expect((await me(pairOf(answer))).body).toMatchObject({ user: { username: 'newcomer' } });
  });

  it('is never one that was there before: a planted one is ended, and another begun', async () => {
    const planted = await signIn();
    const answer = await signIn(pairOf(planted));
    expect(pairOf(answer)).not.toEqual(pairOf(planted));
    expect((await me(pairOf(planted))).status).toBe(401);
    const invented = { cookie: `code_router_session=${'a'.repeat(43)}` };
    const other = await signIn(invented);
    expect(pairOf(other)).not.toEqual(invented);
    expect((await me(invented)).status).toBe(401);
    expect((await me(pairOf(other))).status).toBe(200);
  });

  it('ends with signing out, and its cookie is cleared', async () => {
    for (const over of [{}, TLS]) {
      const session = pairOf(await signIn(over));
      const answer = await post('/api/auth/logout', { ...session, ...over, ...CSRF });
      expect([answer.status, answer.body]).toEqual([200, { ended: true }]);
      expect(cookieOf(answer)).toMatch(/code_router_session=; Max-Age=0; Path=\/; HttpOnly;/);
      expect((await me({ ...session, ...over })).status).toBe(401);
    }
  });

  it('is nothing that a bearer token needs, which no browser adds by itself', async () => {
    const { token } = (await console.login('admin', ADMIN_PASSWORD)).body;
    const answer = await console.send('POST', '/api/auth/logout', {
      token,
      headers: { origin: 'https://evil.example.com', 'sec-fetch-site': 'cross-site' },
    });
    expect([answer.status, answer.headers.getSetCookie()]).toEqual([200, []]);
  });

  it('is found behind a proxy that asks for a password of its own', async () => {
    const basic = { authorization: `Basic ${Buffer.from('staff:secret').toString('base64')}` };
    expect((await me({ ...basic, ...pairOf(await signIn()) })).status).toBe(200);
  });
});

describe('what another site makes a browser send', () => {
  const own = (url: string) => ({ ...CSRF, origin: new URL(url).origin, 'sec-fetch-site': 'same-origin' });
  const foreign: readonly (readonly [string, Headers])[] = [
    ['without the header that only pages of this site send', {}],
    ['with another value of it', { 'x-code-router-csrf': 'true' }],
    ['with the origin of another site', { ...CSRF, origin: 'https://evil.example.com' }],
    ['with an origin that only begins alike', { ...CSRF, origin: 'http://127.0.0.1.evil.example.com' }],
    ['with the origin of another port', { ...CSRF, origin: 'http://127.0.0.1:1' }],
    ['from a sandboxed frame', { ...CSRF, origin: 'null' }],
    ['across sites', { ...CSRF, 'sec-fetch-site': 'cross-site' }],
    ['from another subdomain', { ...CSRF, 'sec-fetch-site': 'same-site' }],
    ['from a bookmark', { ...CSRF, 'sec-fetch-site': 'none' }],
  ];

  it.each(foreign)('is refused %s, on every route that changes something', async (_, headers) => {
    const session = pairOf(await signIn());
    const unsafe = (await documentedRoutes(console)).filter(
      ({ method, rule }) => method !== 'GET' && rule !== 'everybody',
    );
    expect(unsafe.length).toBeGreaterThanOrEqual(30);
    for (const route of unsafe) {
      const path = pathOf(route);
      const answer = await console.send<Refusal>(route.method, path, {
        headers: { ...session, ...headers },
        token: null,
        json: {},
      });
      expect([route.method, path, answer.status, answer.body.error?.code]).toEqual([
        route.method,
        path,
        403,
        'forbidden',
      ]);
    }
    // The session is as it was: nothing of the above was done.
    expect((await me(session)).status).toBe(200);
  });

  it.each(foreign)('signs nobody in or up with a cookie %s', async (_, headers) => {
    for (const path of ['/api/auth/login', '/api/auth/sign-up']) {
      const answer = await post(path, headers, { username: 'admin', password: ADMIN_PASSWORD, cookie: true });
      expect([answer.status, answer.body.error.code, answer.headers.getSetCookie()]).toEqual([403, 'forbidden', []]);
    }
  });

  it('is told from what a page of this site sends', async () => {
    const session = pairOf(await signIn());
    const answer = await post('/api/me/invitations', { ...session, ...own(console.url) }, { token: 'none' });
    expect(answer.status).toBe(404);
    const encrypted = { ...TLS, ...pairOf(await signIn(TLS)), ...own('https://router.example.com') };
    expect((await post('/api/me/invitations', encrypted, { token: 'none' })).status).toBe(404);
  });

  it('is told nothing about what is allowed: there is no CORS', async () => {
    const headers = {
      origin: 'https://evil.example.com',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'x-code-router-csrf',
    };
    for (const [method, path] of [
      ['OPTIONS', '/api/me/password'],
      ['GET', '/api/me'],
    ] as const) {
      const answer = await console.send(method, path, {
        headers: { ...headers, ...pairOf(await signIn()) },
        token: null,
      });
      const cors = [...answer.headers.keys()].filter((name) => name.startsWith('access-control-'));
      expect(cors).toEqual([]);
    }
  });
});
