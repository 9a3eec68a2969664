import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { text as textOf } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startConsole, type Refusal, type RunningConsole } from './running-console.js';

const LIMIT_BYTES = 2_097_152;
const ENVIRONMENT = { CODE_ROUTER_BODY_LIMIT_BYTES: LIMIT_BYTES.toString() };

let console: RunningConsole;

beforeAll(async () => {
  console = await startConsole(ENVIRONMENT);
});

afterAll(async () => {
  await console?.stop();
  for (const name of Object.keys(ENVIRONMENT)) delete process.env[name];
});

describe('a body that is larger than the limit', () => {
  const whole = () => ({ body: Buffer.alloc(4 * LIMIT_BYTES, 'a') });
  const inPieces = () => {
    const pieces = Array.from({ length: 64 }, () => Buffer.alloc(LIMIT_BYTES / 16, 'a'));
    return { body: Readable.toWeb(Readable.from(pieces)) as ReadableStream, duplex: 'half' as const };
  };

  it.each([
    ['/v1/chat/completions', 'in one piece', whole],
    ['/v1/chat/completions', 'of a length that nobody knows', inPieces],
    ['/api/auth/login', 'in one piece', whole],
    ['/api/auth/login', 'of a length that nobody knows', inPieces],
  ])('is answered at %s, %s, instead of a closed connection', async (path, _, request) => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${console.url}${path}`, { method: 'POST', headers, ...request() });
    const { error } = (await response.json()) as Refusal;
    expect([response.status, error.code, error.type]).toEqual([413, 'body_too_large', 'invalid_request_error']);
  });

  it.each([
    ['/api/auth/login', 413],
    ['/api/nowhere', 413],
    ['/api/payments/stripe/webhook', 413],
    // Price lists are as long as catalogues, and prompts as what they are about.
    ['/api/price-list/import', 401],
    ['/v1/chat/completions', 401],
    [`/api/me/accounts/${randomUUID()}/keys/${randomUUID()}/chat/completions`, 401],
  ])('is one of more than a megabyte below /api, whoever sends it: %s answers %i', async (path, status) => {
    const body = JSON.stringify({ username: 'a'.repeat(1_100_000) });
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${console.url}${path}`, { method: 'POST', headers, body });
    const { error } = (await response.json()) as Refusal;
    expect([response.status, error.code === 'body_too_large']).toEqual([status, status === 413]);
  });
});

/** Sends bytes, and reads what comes until the server ends the connection. */
async function exchange(
  bytes: string,
): Promise<{ readonly status: number; readonly head: string; readonly body: string }> {
  const { hostname, port } = new URL(console.url);
  const socket = connect(Number(port), hostname);
  socket.write(bytes);
  const received = await textOf(socket);
  const [head = '', body = ''] = received.split('\r\n\r\n', 2);
  return { status: Number(head.split(' ', 2)[1]), head, body };
}

describe('what is no request at all is answered with the envelope too:', () => {
  it.each([
    ['another protocol', 'hello\r\n\r\n', 400],
    ['two lengths', 'POST /v1/quote HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n', 400],
    ['headers without end', `GET /v1/models HTTP/1.1\r\nHost: x\r\nX-Big: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
  ])('%s', async (_, bytes, expected) => {
    const { status, head, body } = await exchange(bytes);
    expect(status).toBe(expected);
    expect(head).toMatch(/^content-type: application\/json/m);
    const { error } = JSON.parse(body) as Refusal;
    expect(error).toMatchObject({ type: 'invalid_request_error', code: 'invalid_request_error', param: null });
  });
});

describe('the relay is found', () => {
  it.each(['/v1/models/', '//v1/models', '/v1//models'])('with slashes too many: %s', async (target) => {
    expect(await askFor(target)).toContain('invalid_api_key');
  });

  it('by whoever asks as a proxy does, body and all', async () => {
    expect(await askFor('http://gateway.example/v1/models')).toContain('invalid_api_key');
  });

  async function askFor(target: string): Promise<string> {
    return (await exchange(`GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)).body;
  }
});

describe('a page of another site', () => {
  const ORIGIN = { origin: 'https://chat.example' };

  it('may call the relay with a key, as it may call OpenAI', async () => {
    const asked = await fetch(`${console.url}/v1/chat/completions`, {
      method: 'OPTIONS',
      headers: {
        ...ORIGIN,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type',
      },
    });
    expect(asked.status).toBe(204);
    expect(Object.fromEntries(asked.headers)).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers': 'authorization,content-type',
    });
    // Answers by Fastify and by the relay itself.
    for (const [method, path] of [
      ['GET', '/v1/models'],
      ['POST', '/v1/chat/completions'],
    ] as const) {
      const answer = await fetch(`${console.url}${path}`, { method, headers: ORIGIN });
      expect(answer.status).toBe(401);
      expect(answer.headers.get('access-control-allow-origin')).toBe('*');
      expect(answer.headers.get('access-control-expose-headers')).toBe('*');
      expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
    }
  });

  it('may not call the API of the console', async () => {
    for (const method of ['OPTIONS', 'GET']) {
      const answer = await fetch(`${console.url}/api/site`, {
        method,
        headers: { ...ORIGIN, 'access-control-request-method': 'GET' },
      });
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    }
  });
});

describe('a body or address that cannot be read', () => {
  const refused = async (response: Response) => {
    const { error } = (await response.json()) as Refusal;
    return { status: response.status, code: error.code, param: error.param, message: error.message };
  };
  const sign = (body: string) =>
    fetch(`${console.url}/api/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });

  it.each(['/api/auth/login', '/v1/chat/completions'])('is told to come uncompressed: %s', async (path) => {
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    const body = gzipSync('{"username":"a","password":"b"}');
    const refusal = await refused(await fetch(`${console.url}${path}`, { method: 'POST', headers, body }));
    expect(refusal).toMatchObject({ status: 400, code: 'invalid_request_error' });
    expect(refusal.message).toContain("'gzip'");
  });

  it('is refused where it holds what no database can keep, and the field is named', async () => {
    for (const unkept of ['\\u0000', '\\ud800']) {
      const refusal = await refused(await sign(`{"username":"a${unkept}","password":"b"}`));
      expect(refusal).toMatchObject({ status: 400, code: 'invalid_request_error', param: 'username' });
    }
    const query = await refused(await fetch(`${console.url}/api/catalog?group=%00`));
    expect(query).toMatchObject({ status: 400, code: 'invalid_request_error' });
  });
});

describe('metrics', () => {
  const read = (headers: Readonly<Record<string, string>> = {}) =>
    console.send<string>('GET', '/metrics', { token: null, headers });

  it('are for this machine alone on the port that everybody reaches', async () => {
    expect((await read()).text).toContain('process_cpu_seconds_total');
    for (const [name, value] of [
      ['x-forwarded-for', '127.0.0.1'],
      ['forwarded', 'for=127.0.0.1'],
    ] as const) {
      expect((await read({ [name]: value })).status).toBe(403);
    }
  });

  it('are for whoever has the token, where one is set', async () => {
    const token = 'a-token-for-prometheus';
    const guarded = await startConsole({ CODE_ROUTER_METRICS_TOKEN: token });
    try {
      const ask = (given: string | null) => guarded.send('GET', '/metrics', { token: given });
      expect((await ask(token)).status).toBe(200);
      for (const wrong of [null, '', 'another', `${token}x`]) expect((await ask(wrong)).status).toBe(403);
    } finally {
      await guarded.stop();
      delete process.env['CODE_ROUTER_METRICS_TOKEN'];
    }
  });
});
