import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startConsole, type Refusal, type RunningConsole } from './running-console.js';

const LIMIT_BYTES = 1_048_576;
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
  const whole = () => ({ body: Buffer.alloc(8 * LIMIT_BYTES, 'a') });
  const inPieces = () => {
    const pieces = Array.from({ length: 128 }, () => Buffer.alloc(LIMIT_BYTES / 16, 'a'));
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
