import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OpenAPIObject } from '@nestjs/swagger';
import { documentedRoutes, OPEN, pathOf, type Route } from './routes.js';
import { ADMIN_PASSWORD, startConsole, type Refusal, type RunningConsole } from './running-console.js';

/** What everybody may ask who has a session; accounts check who is a member, see accounts.e2e.spec.ts. */
const FOR_EVERYBODY = /^\/api\/(auth\/|me(\/|$)|top-up$)/;

let console: RunningConsole;
let userToken: string;

/** The routes of the API, with an id wherever a path has one. */
async function routes(): Promise<readonly (Route & { readonly path: string; readonly isOpen: boolean })[]> {
  return (await documentedRoutes(console)).map((route) => ({
    ...route,
    path: pathOf(route),
    isOpen: OPEN.has(`${route.method} ${route.template}`),
  }));
}

beforeAll(async () => {
  console = await startConsole();
  await console.addUser('somebody');
  userToken = (await console.login('somebody', ADMIN_PASSWORD)).body.token;
});

afterAll(async () => {
  await console?.stop();
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

describe('every route of the API but those to sign in', () => {
  it('is documented', async () => {
    const documented = (await routes()).map(({ method, path }) => `${method} ${path}`);
    expect(documented).toContain('POST /api/auth/login');
    expect(documented.length).toBeGreaterThanOrEqual(27);
  });

  it.each([
    ['no session', () => null],
    ['a session that never was', () => 'nonsense'],
    ['an empty token', () => ''],
    ['an API key', () => 'sk-0123456789abcdefghijklmnopqrstuvwxyz'],
  ])('refuses %s', async (_, token) => {
    for (const { method, path, isOpen } of await routes()) {
      if (isOpen) continue;
      const { status, body } = await console.send<Refusal>(method, path, { token: token() });
      expect([method, path, status, body.error?.code]).toEqual([method, path, 401, 'unauthorized']);
    }
  });

  it('refuses whoever is not an administrator, before it looks at what is sent', async () => {
    for (const { method, path, isOpen } of await routes()) {
      if (isOpen || FOR_EVERYBODY.test(path)) continue;
      const options = { token: userToken, ...(method === 'GET' ? {} : { json: { unknown: true } }) };
      const { status, body } = await console.send<Refusal>(method, path, options);
      expect([method, path, status, body.error?.code]).toEqual([method, path, 403, 'forbidden']);
    }
  });

  it('says to everybody whose session it is, and ends it', async () => {
    const { token } = (await console.login('somebody', ADMIN_PASSWORD)).body;
    expect((await console.send('GET', '/api/auth/me', { token })).body).toMatchObject({ role: 'user' });
    expect((await console.send('POST', '/api/auth/logout', { token })).body).toEqual({ ended: true });
  });

  it('takes a token in no other place', async () => {
    const { token } = (await console.login('admin', ADMIN_PASSWORD)).body;
    const elsewhere: Readonly<Record<string, string>>[] = [
      { authorization: `Basic ${token}` },
      { authorization: token },
      { 'x-api-key': token },
      { cookie: `session=${token}` },
    ];
    for (const headers of elsewhere) {
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
        const isOpen = OPEN.has(`${method.toUpperCase()} ${path}`);
        expect([path, security]).toEqual([path, isOpen ? undefined : [{ bearer: [] }]]);
      }
    }
  });
});
