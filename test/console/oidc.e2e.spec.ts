import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Session } from '@code-router/contracts';
import { freePort } from '@code-router/testing';
import { startIdentityProvider, type IdentityProvider } from '../identity-provider/identity-provider.js';
import { startConsole, type Refusal, type RunningConsole } from './running-console.js';

const PASSWORD = 'a password of the test';

let idp: IdentityProvider;
let console: RunningConsole;
let redirectUrl: string;

/** A browser that keeps cookies and is sent from site to site; it says who it is where the provider asks. */
class Browser {
  private readonly cookies = new Map<string, Map<string, string>>();

  async go(address: string, init: RequestInit = {}): Promise<Response> {
    const url = new URL(address);
    const jar = this.cookies.get(url.origin) ?? new Map<string, string>();
    this.cookies.set(url.origin, jar);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = new Headers(init.headers);
    if (cookie !== '') headers.set('cookie', cookie);
    const response = await fetch(url, { ...init, headers, redirect: 'manual' });
    for (const set of response.headers.getSetCookie()) {
      const [pair = ''] = set.split(';');
      jar.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    }
    return response;
  }

  /** Goes to the provider and says yes to everything; @returns where the provider sends it back to. */
  async authorize(address: string, login: string): Promise<string> {
    let next = address;
    for (let step = 0; step < 15; step += 1) {
      if (next.startsWith(redirectUrl)) return next;
      const response = await this.go(next);
      const location = response.headers.get('location');
      if (location !== null) {
        next = new URL(location, next).href;
        continue;
      }
      const page = await response.text();
      const form = new URLSearchParams({
        prompt: page.includes('value="login"') ? 'login' : 'consent',
        login,
        password: 'x',
      });
      const action = /action="([^"]+)"/.exec(page)?.[1];
      if (action === undefined) throw new Error(`the provider answered ${response.status}: ${page.slice(0, 500)}`);
      const answer = await this.go(new URL(action, next).href, { method: 'POST', body: form });
      next = new URL(answer.headers.get('location') ?? '', next).href;
    }
    throw new Error('the provider never sent the browser back');
  }
}

beforeAll(async () => {
  redirectUrl = `http://127.0.0.1:${await freePort()}/api/auth/oidc/callback`;
  idp = await startIdentityProvider(redirectUrl);
  console = await startConsole({ CODE_ROUTER_SIGN_UP: 'open', ...idp.environment });
});

afterAll(async () => {
  await console?.stop();
  idp?.stop();
  for (const name of Object.keys(process.env)) {
    if (name.startsWith('CODE_ROUTER_OIDC_') || name === 'CODE_ROUTER_SIGN_UP') delete process.env[name];
  }
});

/** The address that the provider sent the browser to, at this process instead of the registered one. */
const here = (address: string) => `${console.url}${new URL(address).pathname}${new URL(address).search}`;
const begin = async (browser: Browser, query = '') => {
  const response = await browser.go(`${console.url}/api/auth/oidc/login${query}`);
  expect(response.status).toBe(302);
  return response.headers.get('location')!;
};
const signIn = async (login: string, browser = new Browser()) => {
  const back = await browser.authorize(await begin(browser), login);
  return browser.go(here(back));
};

describe('signing in through an identity provider', () => {
  it('makes a user once, and finds them again', async () => {
    const first = (await (await signIn('alice')).json()) as Session;
    expect(first.user).toMatchObject({ username: 'alice', role: 'user' });
    const again = (await (await signIn('alice')).json()) as Session;
    expect(again.user.id).toBe(first.user.id);
    const me = await console.send<{ user: { email: string } }>('GET', '/api/me', { token: again.token });
    expect(me.body.user.email).toBe('alice@example.com');
  });

  it('keeps an e-mail address only when it is verified', async () => {
    const { token } = (await (await signIn('unverified')).json()) as Session;
    const me = await console.send<{ user: { email: string | null } }>('GET', '/api/me', { token });
    expect(me.body.user.email).toBeNull();
  });

  it('asks with PKCE, state and nonce, and keeps them from scripts', async () => {
    const response = await new Browser().go(`${console.url}/api/auth/oidc/login`);
    const query = new URL(response.headers.get('location')!).searchParams;
    expect(query.get('code_challenge_method')).toBe('S256');
    for (const name of ['state', 'nonce', 'code_challenge']) expect(query.get(name)?.length).toBeGreaterThan(30);
    const [cookie] = response.headers.getSetCookie();
    expect(cookie).toMatch(/; HttpOnly; SameSite=Lax$/);
    expect(cookie).not.toContain(query.get('state'));
  });

  it('sends the browser on with the session in the fragment, to paths of this site only', async () => {
    const browser = new Browser();
    const back = await browser.authorize(await begin(browser, '?returnTo=/console'), 'bob');
    const response = await browser.go(here(back));
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toMatch(/^\/console#session=[\w-]{43}$/);
    const shorter = await browser.authorize(await begin(browser, '?returnTo=/a/../console/./usage'), 'bob');
    expect((await browser.go(here(shorter))).headers.get('location')).toMatch(/^\/console\/usage#session=/);
  });

  it.each([
    '//evil.example.com',
    'https://evil.example.com',
    '/\\evil.example.com',
    '/..//evil.example.com',
    '/.//evil.example.com',
    '/a/../..//evil.example.com',
    '/%2e%2E//evil.example.com',
    '/%2Fevil.example.com',
    '/../%2fevil.example.com',
    '/%5Cevil.example.com',
    '/..\\/evil.example.com',
    '/\t/evil.example.com',
    '/..\n//evil.example.com',
    '/a\nb',
    '',
  ])('sends no browser on to %j', async (elsewhere) => {
    const query = `?returnTo=${encodeURIComponent(elsewhere)}`;
    const response = await new Browser().go(`${console.url}/api/auth/oidc/login${query}`);
    expect(((await response.json()) as Refusal).error).toMatchObject({ code: 'invalid_request_error' });
    expect(response.status).toBe(400);
  });

  it('sends the browser on with the session in a cookie, and nothing of it in the address', async () => {
    const browser = new Browser();
    const back = await browser.authorize(await begin(browser, '?returnTo=/usage?page=2&cookie=true'), 'cookie-monster');
    const response = await browser.go(here(back));
    expect([response.status, response.headers.get('location')]).toEqual([303, '/usage?page=2']);
    expect(response.headers.getSetCookie()).toContainEqual(
      expect.stringMatching(/^code_router_session=[\w-]{43}; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Lax$/),
    );
    const me = await browser.go(`${console.url}/api/me`);
    expect(await me.json()).toMatchObject({ user: { username: 'cookie-monster' } });
  });

  it('sends a browser that is refused back to the page, with the reason for it to tell', async () => {
    const browser = new Browser();
    const state = new URL(await begin(browser, '?returnTo=/sign-in&cookie=true')).searchParams.get('state')!;
    const iss = encodeURIComponent(idp.issuer);
    const forged = `${console.url}/api/auth/oidc/callback?code=forged&state=${state}&iss=${iss}`;
    const response = await browser.go(forged);
    expect([response.status, response.headers.get('location')]).toEqual([303, '/sign-in?error=unauthorized']);
  });

  it('is refused in a browser that did not begin it, with another state, twice, and with a forged code', async () => {
    const browser = new Browser();
    const back = await browser.authorize(await begin(browser), 'carol');
    const refused = async (address: string, by: Browser) => {
      const response = await by.go(address);
      expect(((await response.json()) as Refusal).error.code).toBe('unauthorized');
      expect(response.status).toBe(401);
    };
    await refused(here(back), new Browser());
    const other = new Browser();
    await begin(other);
    await refused(here(back), other);
    const forged = new Browser();
    const state = new URL(await begin(forged)).searchParams.get('state')!;
    const iss = encodeURIComponent(idp.issuer);
    await refused(`${console.url}/api/auth/oidc/callback?code=forged&state=${state}&iss=${iss}`, forged);
    expect((await browser.go(here(back))).status).toBe(200);
    await refused(here(back), browser);
  });

  it('is linked to whoever is signed in, who signs in with it from then on', async () => {
    const json = { username: 'dave-of-old', password: PASSWORD };
    const { body: dave } = await console.send<Session>('POST', '/api/auth/sign-up', { json, token: null });
    const browser = new Browser();
    const headers = { authorization: `Bearer ${dave.token}` };
    const begun = await browser.go(`${console.url}/api/auth/oidc/link`, { method: 'POST', headers });
    const { url } = (await begun.json()) as { url: string };
    const linked = await browser.go(here(await browser.authorize(url, 'dave')));
    expect(await linked.json()).toEqual({ linked: true });
    const session = (await (await signIn('dave')).json()) as Session;
    expect(session.user).toEqual(dave.user);
    const again = await browser.go(`${console.url}/api/auth/oidc/link`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ returnTo: '/profile' }),
    });
    const { url: next } = (await again.json()) as { url: string };
    const page = await browser.go(here(await browser.authorize(next, 'dave')));
    expect([page.status, page.headers.get('location')?.split('?')[0]]).toEqual([303, '/profile']);
  });

  it('is told of as an option', async () => {
    const { body } = await console.send('GET', '/api/auth/options', { token: null });
    expect(body).toEqual({ signUp: 'open', oidc: true });
  });
});
