import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startConsole, type Refusal, type RunningConsole } from './running-console.js';

const PAGE =
  '<html><meta property="csp-nonce" nonce="__CSP_NONCE__"><script type="module" src="/assets/app-1a2b.js" nonce="__CSP_NONCE__"></script></html>';
const SCRIPT = `export const text = '${'script '.repeat(200)}';\n`;
const HTML = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

let directory: string;
let console: RunningConsole;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'web-app-'));
  await mkdir(join(directory, 'assets'));
  await mkdir(join(directory, '.vite'));
  await Promise.all([
    writeFile(join(directory, 'index.html'), PAGE),
    writeFile(join(directory, 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>'),
    writeFile(join(directory, '.vite/manifest.json'), '{}'),
    writeFile(join(directory, 'assets/app-1a2b.js'), SCRIPT),
    writeFile(join(directory, 'assets/app-1a2b.js.br'), brotliCompressSync(SCRIPT)),
    writeFile(join(directory, 'assets/app-1a2b.js.gz'), gzipSync(SCRIPT)),
    writeFile(join(directory, 'assets/plain-3c4d.css'), 'body{}'),
  ]);
  console = await startConsole({ CODE_ROUTER_WEB_DIR: directory, CODE_ROUTER_TRUST_PROXY: 'true' });
});

afterAll(async () => {
  await console?.stop();
  await rm(directory, { recursive: true, force: true });
  delete process.env['CODE_ROUTER_WEB_DIR'];
  delete process.env['CODE_ROUTER_TRUST_PROXY'];
});

const get = <Body = string>(path: string, headers: Readonly<Record<string, string>> = {}) =>
  console.send<Body>('GET', path, { token: null, headers });
/** What travels, which `fetch` would decode. */
const raw = (path: string, headers: Readonly<Record<string, string>>) =>
  new Promise<{ encoding: string | undefined; bytes: number; vary: string | undefined }>((resolve, reject) => {
    httpRequest(`${console.url}${path}`, { headers }, (response) => {
      let bytes = 0;
      response.on('data', (chunk: Buffer) => (bytes += chunk.length));
      response.on('end', () =>
        resolve({ encoding: response.headers['content-encoding'], bytes, vary: response.headers.vary }),
      );
    })
      .on('error', reject)
      .end();
  });
/** As curl does: `fetch` says of itself that it is a script. */
const visit = (path: string, headers: Readonly<Record<string, string>>) =>
  new Promise<{ status: number | undefined; type: string | undefined }>((resolve, reject) => {
    httpRequest(`${console.url}${path}`, { headers }, (response) => {
      response
        .resume()
        .on('end', () => resolve({ status: response.statusCode, type: response.headers['content-type'] }));
    })
      .on('error', reject)
      .end();
  });
const policyOf = (headers: Headers) =>
  Object.fromEntries(
    (headers.get('content-security-policy') ?? '').split(';').map((directive) => {
      const [name = '', ...sources] = directive.trim().split(' ');
      return [name, sources.join(' ')];
    }),
  );

describe('the web app', () => {
  it.each(['/', '/pricing', '/pricing/gpt-4.1-mini', '/console/keys?page=2', '/models/a/b.c', '/apiary', '/v1x'])(
    'is the page at %s, for a browser that goes there',
    async (path) => {
      const { status, headers, text } = await get(path, HTML);
      expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
      expect(text).toContain('/assets/app-1a2b.js');
      expect(headers.get('cache-control')).toBe('no-cache');
      expect(headers.get('etag')).toBeNull();
    },
  );

  it.each(['/', '/pricing', '/pricing/gpt-4.1-mini'])('is the page at %s, for curl and probes', async (path) => {
    const page = { status: 200, type: 'text/html; charset=utf-8' };
    expect(await visit(path, {})).toEqual(page);
    expect(await visit(path, { accept: '*/*' })).toEqual(page);
    // As the `fetch` of Node says of itself.
    expect(await visit(path, { accept: '*/*', 'sec-fetch-mode': 'cors' })).toEqual(page);
  });

  it.each([
    ['/models', { authorization: 'Bearer sk-of-a-client' }],
    ['/models', { 'x-api-key': 'sk-of-a-client' }],
    ['/pricing', { 'sec-fetch-mode': 'no-cors' }],
    ['/robots.txt', {}],
    ['/deep/icon.png?v=2', {}],
  ])('is not what answers %s to who takes anything and sends %j', async (path, headers) => {
    expect(await visit(path, { accept: '*/*', ...headers })).toEqual({
      status: 404,
      type: 'application/json; charset=utf-8',
    });
  });

  it.each(['/api/nothing', '/v1/nothing', '/v1', '/health/nothing', '/assets/gone-0000.js', '/api'])(
    'is never what answers %s',
    async (path) => {
      const { status, body } = await get<Refusal>(path, HTML);
      expect([path, status, body.error?.code]).toEqual([path, 404, 'not_found']);
    },
  );

  it.each(['/api/%zz', '/v1/%zz', '/%zz'])('is not what answers %s, which cannot be read', async (path) => {
    const { status, body, headers } = await get<Refusal>(path, HTML);
    expect([path, status, body.error?.code]).toEqual([path, 400, 'invalid_request_error']);
    expect(headers.get('x-request-id')).toMatch(/^req_/);
  });

  it('is only for those who go there: scripts and other methods get an error', async () => {
    expect((await get<Refusal>('/pricing', { accept: 'application/json' })).body.error.code).toBe('not_found');
    const posted = await console.send<Refusal>('POST', '/pricing', { token: null, headers: HTML, json: {} });
    expect([posted.status, posted.body.error.code]).toEqual([404, 'not_found']);
    const head = await console.send('HEAD', '/pricing', { token: null, headers: HTML });
    expect([head.status, head.text]).toEqual([200, '']);
  });

  it('has assets that browsers keep for ever, compressed as the browser likes', async () => {
    const path = '/assets/app-1a2b.js';
    const { headers, text } = await get(path);
    expect(text).toBe(SCRIPT);
    expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(headers.get('content-type')).toMatch(/javascript/);
    const small = expect.any(Number);
    expect(await raw(path, { 'accept-encoding': 'br, gzip' })).toEqual({
      encoding: 'br',
      bytes: small,
      vary: 'accept-encoding',
    });
    expect(await raw(path, { 'accept-encoding': 'gzip' })).toEqual({
      encoding: 'gzip',
      bytes: small,
      vary: 'accept-encoding',
    });
    expect(await raw(path, {})).toEqual({ encoding: undefined, bytes: SCRIPT.length, vary: 'accept-encoding' });
    expect((await raw(path, { 'accept-encoding': 'br' })).bytes).toBeLessThan(200);
    expect((await raw('/assets/plain-3c4d.css', { 'accept-encoding': 'br, gzip' })).encoding).toBeUndefined();
  });

  it('has files of constant names that browsers ask for again, and shows nothing else of its folder', async () => {
    const icon = await get('/favicon.svg');
    expect([icon.status, icon.headers.get('content-type')]).toEqual([200, 'image/svg+xml']);
    expect(icon.headers.get('cache-control')).toBe('public, max-age=3600');
    for (const path of ['/.vite/manifest.json', '/assets/../index.html', '/assets/%2e%2e/index.html', '/index.html']) {
      const { status, text } = await get(path);
      expect([path, status >= 400, text.includes('__CSP_NONCE__')]).toEqual([path, true, false]);
    }
  });
});

describe('what browsers are told', () => {
  it('of the page: nothing inline runs, and each answer has a nonce of its own for styles', async () => {
    const [first, second] = await Promise.all([get('/', HTML), get('/', HTML)]);
    const nonces = [first, second].map(({ headers, text }) => {
      const nonce = /nonce="([^"]+)"/.exec(text)?.[1] ?? '';
      expect(policyOf(headers)).toEqual({
        'default-src': "'self'",
        'script-src': "'self'",
        'style-src': `'self' 'nonce-${nonce}'`,
        'img-src': "'self' data:",
        'connect-src': "'self'",
        'object-src': "'none'",
        'base-uri': "'none'",
        'form-action': "'self'",
        'frame-ancestors': "'none'",
      });
      expect(text).not.toContain('__CSP_NONCE__');
      return nonce;
    });
    expect(new Set(nonces).size).toBe(2);
    for (const nonce of nonces) expect(Buffer.from(nonce, 'base64')).toHaveLength(18);
  });

  it('of everything else but the relay: it is no page, it is what it says, nobody else is told from where', async () => {
    for (const path of ['/api/auth/options', '/api/me', '/health/live', '/assets/app-1a2b.js', '/nothing']) {
      // Who would take a page gets one at a path that nothing serves.
      const { headers } = await get(path, { accept: 'application/json' });
      expect([path, policyOf(headers)]).toEqual([
        path,
        { 'default-src': "'none'", 'base-uri': "'none'", 'form-action': "'none'", 'frame-ancestors': "'none'" },
      ]);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('referrer-policy')).toBe('same-origin');
    }
    expect((await get('/api/auth/options')).headers.get('cache-control')).toBe('no-store');
    expect((await get('/v1/models')).headers.get('content-security-policy')).toBeNull();
  });

  it('of TLS only over TLS, and of this host only', async () => {
    expect((await get('/', HTML)).headers.get('strict-transport-security')).toBeNull();
    const encrypted = await get('/', { ...HTML, 'x-forwarded-proto': 'https' });
    expect(encrypted.headers.get('strict-transport-security')).toBe('max-age=31536000');
  });

  it('of the documentation: inline styles, and scripts of this server alone', async () => {
    const page = await get('/api/docs', HTML);
    expect(page.status).toBe(200);
    expect(policyOf(page.headers)).toMatchObject({
      'default-src': "'none'",
      'script-src': "'self'",
      'style-src': "'self' 'unsafe-inline'",
      'frame-ancestors': "'none'",
    });
    // Scripts between tags would not run.
    expect(page.text).not.toMatch(/<script(?![^>]*\bsrc=)[^>]*>\s*\S/);
  });
});

describe('a gateway whose web app was not built', () => {
  it('starts, and says that there is nothing', async () => {
    const bare = await startConsole({ CODE_ROUTER_WEB_DIR: join(directory, 'nowhere') });
    try {
      const answer = await bare.send<Refusal>('GET', '/', { token: null, headers: HTML });
      expect([answer.status, answer.body.error.code]).toEqual([404, 'not_found']);
    } finally {
      await bare.stop();
    }
  });
});
