import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CreatedKey, Page, UsageRecord } from '@code-router/contracts';
import { waitFor } from '@code-router/testing';
import { startConsole, type Refusal, type RunningConsole } from './running-console.js';

interface TestResult {
  readonly ok: boolean;
  readonly model: string;
  readonly latencyMs: number;
  readonly firstByteMs: number | null;
  readonly httpStatus: number | null;
  readonly errorCode: string | null;
  readonly message: string | null;
  readonly tokens: object;
  readonly amountNanos: string | null;
  readonly costNanos: string | null;
}

interface Health {
  readonly channelId: string;
  readonly state: string;
  readonly consecutiveFailures: number;
  readonly restsUntil: string | null;
  readonly lastErrorCode: string | null;
  readonly keyRefusedAt: string | null;
  readonly lastSuccessAt: string | null;
  readonly requests: number;
  readonly failures: number;
  readonly latencyMsP50: number | null;
}

const KEY = 'sk-a-key-of-the-test-0123456789';
const COMPLETION = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  model: 'upstream-model',
  choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'ok' } }],
  usage: {
    prompt_tokens: 1_000,
    completion_tokens: 10,
    total_tokens: 1_010,
    prompt_tokens_details: { cached_tokens: 400 },
  },
};

let upstream: Server;
let baseUrl: string;
/** What the provider answers next; undefined: it hangs up. */
let script: { status: number; body: string } | undefined;
const asked: { model: string; authorization: string | undefined }[] = [];
let console: RunningConsole;
let channelId: string;

beforeAll(async () => {
  upstream = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { model } = JSON.parse(Buffer.concat(chunks).toString()) as { model: string };
      asked.push({ model, authorization: request.headers.authorization });
      if (!script) response.destroy();
      else response.writeHead(script.status, { 'content-type': 'application/json' }).end(script.body);
    });
  });
  await new Promise<void>((resolve) => {
    upstream.listen(0, '127.0.0.1', resolve);
  });
  baseUrl = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}/v1`;
  console = await startConsole();
  await console.ask('PUT', '/api/groups', { name: 'default', multiplier: '2' });
  await console.ask('POST', '/api/models', { name: 'model', contextWindow: 8_000, maxOutputTokens: 1_000 });
  const rates = { input: '3000000000', cachedInput: '300000000', output: '15000000000' };
  await console.ask('POST', '/api/prices', { model: 'model', terms: { rates } });
  const channel = await console.ask<{ id: string; costMultiplierMillionths: string | null }>('POST', '/api/channels', {
    name: 'tested',
    provider: 'openai-compatible',
    baseUrl,
    apiKey: KEY,
    models: [{ name: 'model', upstreamName: 'upstream-model' }, { name: 'unpriced' }],
    costMultiplierMillionths: '800000',
  });
  channelId = channel.id;
});

afterAll(async () => {
  await console?.stop();
  upstream?.closeAllConnections();
  upstream?.close();
});

const answers = (status: number, body: object | string) => {
  script = { status, body: typeof body === 'string' ? body : JSON.stringify(body) };
};
const test = (json: object = {}) => console.ask<TestResult>('POST', `/api/channels/${channelId}/test`, json);
const health = async () => {
  const { items } = await console.ask<{ items: Health[] }>('GET', '/api/channels/health');
  return items.find((item) => item.channelId === channelId)!;
};

describe('the test of a channel', () => {
  it('says what came back and what a request like it costs, exactly as a real one is priced', async () => {
    answers(200, COMPLETION);
    const result = await test();
    expect(result).toEqual({
      ok: true,
      model: 'model',
      latencyMs: expect.any(Number),
      firstByteMs: expect.any(Number),
      httpStatus: 200,
      errorCode: null,
      message: null,
      tokens: expect.objectContaining({ input: 600, cachedInput: 400, output: 10 }),
      amountNanos: expect.any(String),
      costNanos: expect.any(String),
    });
    expect(asked.at(-1)).toEqual({ model: 'upstream-model', authorization: `Bearer ${KEY}` });

    const { id } = await console.ask<{ id: string }>('POST', '/api/accounts', { name: 'Callers' });
    await console.ask('POST', `/api/accounts/${id}/grants`, { amountCredits: '10', reference: 'start' });
    const { secret } = await console.ask<CreatedKey>('POST', `/api/accounts/${id}/keys`, { name: 'key' });
    const json = { model: 'model', messages: [{ role: 'user', content: 'Hello!' }], max_tokens: 100 };
    expect((await console.send('POST', '/v1/chat/completions', { token: secret, json })).status).toBe(200);
    const record = await waitFor(async () => {
      const { items } = await console.ask<Page<UsageRecord>>('GET', `/api/usage?accountId=${id}`);
      return items[0];
    });
    expect([record.amountNanos, record.costNanos]).toEqual([result.amountNanos, result.costNanos]);
    // The list price is 0.00207 credits: doubled for the group, and the provider asks four fifths of it.
    expect([record.amountNanos, record.costNanos]).toEqual(['4140000', '1656000']);
  });

  it('says what is wrong in the words of the provider, but never the key', async () => {
    answers(401, { error: { message: `Incorrect API key provided: ${KEY}.` } });
    expect(await test()).toMatchObject({
      ok: false,
      httpStatus: 401,
      errorCode: 'upstream_error',
      message: 'Incorrect API key provided: ….',
      tokens: {},
      amountNanos: null,
      costNanos: null,
    });
    expect((await health()).keyRefusedAt).not.toBeNull();
    answers(200, '<html>a page of some proxy</html>');
    expect(await test()).toMatchObject({ ok: false, httpStatus: 200, errorCode: 'upstream_error' });
    script = undefined;
    expect(await test()).toMatchObject({ ok: false, httpStatus: null, firstByteMs: null, errorCode: 'upstream_error' });
  });

  it('counts for the health of the channel, which is well again after one that went well', async () => {
    script = undefined;
    for (let failures = 0; failures < 3; failures += 1) await test();
    expect(await health()).toMatchObject({ state: 'resting', restsUntil: expect.any(String) });
    answers(200, COMPLETION);
    await test();
    expect(await health()).toMatchObject({
      state: 'healthy',
      consecutiveFailures: 0,
      restsUntil: null,
      keyRefusedAt: null,
      lastSuccessAt: expect.any(String),
      latencyMsP50: expect.any(Number),
    });
  });

  it('may be of any model that the channel offers, also without a price', async () => {
    answers(200, COMPLETION);
    expect(await test({ model: 'unpriced' })).toMatchObject({
      ok: true,
      model: 'unpriced',
      amountNanos: null,
      costNanos: null,
    });
    expect(asked.at(-1)?.model).toBe('unpriced');
    const path = `/api/channels/${channelId}/test`;
    const refused = await console.send<Refusal>('POST', path, { json: { model: 'another' } });
    expect([refused.status, refused.body.error.param]).toEqual([400, 'model']);
  });
});

describe('a channel', () => {
  it('has a share of the list price that can be changed and forgotten', async () => {
    expect(await console.ask('GET', `/api/channels/${channelId}`)).toMatchObject({
      costMultiplierMillionths: '800000',
    });
    const change = (costMultiplierMillionths: unknown) =>
      console.send<Refusal>('PATCH', `/api/channels/${channelId}`, { json: { costMultiplierMillionths } });
    expect((await change('750000')).body).toMatchObject({ costMultiplierMillionths: '750000' });
    expect((await change(null)).body).toMatchObject({ costMultiplierMillionths: null });
    for (const wrong of ['0.8', '-1', 'much', 5]) {
      const { status, body } = await change(wrong);
      expect([status, body.error.param]).toEqual([400, 'costMultiplierMillionths']);
    }
  });

  it('is judged anew when it gets another key', async () => {
    script = undefined;
    await test();
    expect((await health()).consecutiveFailures).toBeGreaterThan(0);
    await console.ask('PATCH', `/api/channels/${channelId}`, { apiKey: `${KEY}-2` });
    expect(await health()).toMatchObject({ state: 'healthy', consecutiveFailures: 0, requests: 0 });
  });

  it('is deleted with its key, and used no more', async () => {
    expect(await console.ask('DELETE', `/api/channels/${channelId}`)).toEqual({ id: channelId, deleted: true });
    for (const [method, path] of [
      ['GET', ''],
      ['DELETE', ''],
      ['POST', '/test'],
    ] as const) {
      const json = method === 'POST' ? {} : undefined;
      expect((await console.send(method, `/api/channels/${channelId}${path}`, { json })).status).toBe(404);
    }
    expect(await health()).toBeUndefined();
  });
});
