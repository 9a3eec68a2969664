import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CreatedKey, Page, UsageRecord } from '@code-router/contracts';
import { waitFor } from '@code-router/testing';
import { startConsole, type Refusal, type RunningConsole } from './running-console.js';

interface KeyName {
  readonly id: string;
  readonly label: string | null;
  readonly hint: string;
}

interface TestResult {
  readonly ok: boolean;
  readonly key: KeyName | null;
  readonly isKeyEnabledAgain: boolean;
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
  readonly reason: string | null;
  readonly keys: readonly KeyHealth[];
}

interface KeyHealth extends KeyName {
  readonly state: string;
  readonly disabledFor: number | null;
}

interface Channel {
  readonly id: string;
  readonly apiKeyHint: string | null;
  readonly keys: readonly (KeyName & { readonly status: string; readonly disabledFor: number | null })[];
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

interface Script {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

let upstream: Server;
let baseUrl: string;
/** What the provider answers next; undefined: it hangs up. */
let script: Script | undefined;
/** What it answers to some keys instead. */
const scriptsByKey = new Map<string, Script>();
const asked: { model: string; authorization: string | undefined }[] = [];
let console: RunningConsole;
let channelId: string;
let accountId: string;
/** The secret of a key of that account. */
let caller: string;

beforeAll(async () => {
  upstream = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { model } = JSON.parse(Buffer.concat(chunks).toString()) as { model: string };
      asked.push({ model, authorization: request.headers.authorization });
      const answer = scriptsByKey.get(request.headers.authorization?.replace('Bearer ', '') ?? '') ?? script;
      if (!answer) response.destroy();
      else
        response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers }).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => {
    upstream.listen(0, '127.0.0.1', resolve);
  });
  baseUrl = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}/v1`;
  console = await startConsole({ CODE_ROUTER_KEY_REFUSED_MS: '1' });
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
  accountId = (await console.ask<{ id: string }>('POST', '/api/accounts', { name: 'Callers' })).id;
  await console.ask('POST', `/api/accounts/${accountId}/grants`, { amountCredits: '10', reference: 'start' });
  caller = (await console.ask<CreatedKey>('POST', `/api/accounts/${accountId}/keys`, { name: 'key' })).secret;
});

afterAll(async () => {
  await console?.stop();
  upstream?.closeAllConnections();
  upstream?.close();
  delete process.env['CODE_ROUTER_KEY_REFUSED_MS'];
});

const answers = (status: number, body: object | string) => {
  script = { status, body: typeof body === 'string' ? body : JSON.stringify(body) };
};
const test = (json: object = {}) => console.ask<TestResult>('POST', `/api/channels/${channelId}/test`, json);
const health = async (id = channelId) => {
  const { items } = await console.ask<{ items: Health[] }>('GET', '/api/channels/health');
  return items.find((item) => item.channelId === id)!;
};
const call = (model: string) =>
  console.send('POST', '/v1/chat/completions', {
    token: caller,
    json: { model, messages: [{ role: 'user', content: 'Hello!' }], max_tokens: 100 },
  });
const recordOf = (requestId: string | null) =>
  waitFor(async () => (await console.ask<Page<UsageRecord>>('GET', `/api/usage?requestId=${requestId}`)).items[0]);

describe('the test of a channel', () => {
  it('says what came back and what a request like it costs, exactly as a real one is priced', async () => {
    answers(200, COMPLETION);
    const result = await test();
    expect(result).toEqual({
      ok: true,
      model: 'model',
      key: { id: expect.any(String), label: null, hint: 'sk-…6789' },
      isKeyEnabledAgain: false,
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

    const { status, headers } = await call('model');
    expect(status).toBe(200);
    const record = await recordOf(headers.get('x-request-id'));
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

  it('is no fault of the channel where the provider does not like what is asked', async () => {
    answers(200, COMPLETION);
    await test();
    answers(400, { error: { message: 'Unsupported parameter.' } });
    expect(await test()).toMatchObject({ ok: false, httpStatus: 400, message: 'Unsupported parameter.' });
    expect(await health()).toMatchObject({ state: 'healthy', consecutiveFailures: 0 });
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

describe('a channel of several keys', () => {
  const FIRST = 'sk-the-first-of-several-1111';
  const SECOND = 'sk-the-second-of-them-2222';
  const ok = { status: 200, body: JSON.stringify(COMPLETION) };
  const refused = { status: 401, body: JSON.stringify({ error: { message: `Incorrect API key: ${FIRST}` } }) };
  let id: string;
  let first: string;
  let second: string;

  const keysPath = () => `/api/channels/${id}/keys`;
  const read = () => console.ask<Channel>('GET', `/api/channels/${id}`);
  const change = (keyId: string, json: object) => console.ask('PATCH', `${keysPath()}/${keyId}`, json);
  const keysAsked = () => asked.map(({ authorization }) => authorization?.replace('Bearer ', ''));

  beforeAll(async () => {
    script = ok;
    const rates = { input: '3000000000', output: '15000000000' };
    await console.ask('POST', '/api/models', { name: 'shared', contextWindow: 8_000, maxOutputTokens: 1_000 });
    await console.ask('POST', '/api/prices', { model: 'shared', terms: { rates } });
    const channel = await console.ask<Channel>('POST', '/api/channels', {
      name: 'several',
      provider: 'openai-compatible',
      baseUrl,
      apiKey: FIRST,
      models: [{ name: 'shared' }],
    });
    id = channel.id;
    first = channel.keys[0]!.id;
    second = (await console.ask<KeyName>('POST', keysPath(), { apiKey: SECOND, label: 'second' })).id;
  });

  it('shows each by its label and last characters, and sends requests with each in turn', async () => {
    expect(await read()).toMatchObject({
      apiKeyHint: 'sk-…1111',
      keys: [
        { id: first, label: null, hint: 'sk-…1111', status: 'active', disabledFor: null },
        { id: second, label: 'second', hint: 'sk-…2222', status: 'active', disabledFor: null },
      ],
    });
    asked.length = 0;
    for (let count = 0; count < 4; count += 1) expect((await call('shared')).status).toBe(200);
    expect(keysAsked().toSorted()).toEqual([FIRST, FIRST, SECOND, SECOND]);
  });

  it('goes on with the other when the provider limits one, and says so', async () => {
    scriptsByKey.set(FIRST, { status: 429, body: '{}', headers: { 'retry-after': '600' } });
    const replies = [await call('shared'), await call('shared')];
    expect(replies.map(({ status }) => status)).toEqual([200, 200]);
    const records = await Promise.all(replies.map(({ headers }) => recordOf(headers.get('x-request-id'))));
    expect(records.find(({ attempts }) => attempts === 2)?.tries).toMatchObject([
      { channelName: 'several', providerKey: 'sk-…1111', httpStatus: 429, result: 'rate_limit_exceeded' },
      { channelName: 'several', providerKey: 'second', httpStatus: 200, result: 'answered' },
    ]);
    expect(await health(id)).toMatchObject({
      state: 'healthy',
      reason: null,
      keys: [
        {
          id: first,
          state: 'resting',
          restsUntil: expect.any(String),
          lastErrorStatus: 429,
          lastErrorCode: 'rate_limit_exceeded',
          lastErrorAt: expect.any(String),
          lastUsedAt: expect.any(String),
          refusedAt: null,
          failures: 1,
        },
        { id: second, state: 'healthy', restsUntil: null, lastErrorStatus: null, failures: 0 },
      ],
    });
    asked.length = 0;
    await call('shared');
    await call('shared');
    expect(keysAsked()).toEqual([SECOND, SECOND]);
  });

  it('is tried last when all of its keys rest, and is still tried', async () => {
    scriptsByKey.set(SECOND, { status: 429, body: '{}', headers: { 'retry-after': '300' } });
    expect((await call('shared')).status).toBe(429);
    expect(await health(id)).toMatchObject({ state: 'resting', reason: 'all_keys_resting' });
    scriptsByKey.clear();
    asked.length = 0;
    expect((await call('shared')).status).toBe(200);
    expect(keysAsked()).toEqual([SECOND]);
    // An operator who says so has a key used again at once.
    await change(first, { status: 'active' });
    expect(await health(id)).toMatchObject({ state: 'healthy', keys: [{ state: 'healthy' }, { state: 'healthy' }] });
  });

  it('loses a key that the provider refuses again and again, until a test finds it accepted', async () => {
    scriptsByKey.set(FIRST, refused);
    await waitFor(
      async () => {
        expect((await call('shared')).status).toBe(200);
        return (await read()).keys[0]?.status === 'disabled';
      },
      { what: 'the refused key to be disabled' },
    );
    expect((await read()).keys).toMatchObject([{ disabledFor: 401 }, { status: 'active' }]);
    const disabled = { state: 'disabled', disabledFor: 401, lastErrorStatus: 401, refusedAt: expect.any(String) };
    expect(await health(id)).toMatchObject({ state: 'healthy', keys: [disabled, { state: 'healthy' }] });
    const again = () => console.ask<TestResult>('POST', `/api/channels/${id}/test`, { keyId: first });
    expect(await again()).toMatchObject({
      ok: false,
      key: { id: first },
      message: 'Incorrect API key: …',
      isKeyEnabledAgain: false,
    });
    scriptsByKey.clear();
    expect(await again()).toMatchObject({ ok: true, isKeyEnabledAgain: true });
    expect((await read()).keys[0]).toMatchObject({ status: 'active', disabledFor: null });
    asked.length = 0;
    await call('shared');
    await call('shared');
    expect(keysAsked().toSorted()).toEqual([FIRST, SECOND]);
  });

  it('keeps its last key, whatever the provider answers', async () => {
    await change(second, { status: 'disabled' });
    scriptsByKey.set(FIRST, refused);
    for (let count = 0; count < 6; count += 1) expect((await call('shared')).status).toBe(502);
    expect((await read()).keys[0]).toMatchObject({ status: 'active' });
    scriptsByKey.clear();
    expect((await call('shared')).status).toBe(200);
    await change(second, { status: 'active' });
  });

  it('is not chosen when no key is enabled, says so, and is tested all the same', async () => {
    for (const key of [first, second]) await change(key, { status: 'disabled' });
    const { status, body } = await console.send<Refusal>('POST', '/v1/chat/completions', {
      token: caller,
      json: { model: 'shared', messages: [{ role: 'user', content: 'Hello!' }] },
    });
    expect([status, body.error.code]).toEqual([503, 'no_channel_available']);
    expect(await health(id)).toMatchObject({ state: 'unusable', reason: 'no_enabled_key' });
    const { items } = await console.ask<{ items: TestResult[] }>('POST', `${keysPath()}/test`, { model: 'shared' });
    expect(items.map(({ ok: isOk, key, isKeyEnabledAgain }) => [isOk, key?.id, isKeyEnabledAgain])).toEqual([
      [true, first, false],
      [true, second, false],
    ]);
    await change(second, { status: 'active' });
    expect((await call('shared')).status).toBe(200);
  });

  it('refuses what is wrong, and says which field', async () => {
    const wrong: readonly [string, string, object, number, string][] = [
      ['POST', '', {}, 400, 'apiKey'],
      ['POST', '', { apiKey: '' }, 400, 'apiKey'],
      ['POST', '', { apiKey: 'with a space' }, 400, 'apiKey'],
      ['POST', '', { apiKey: SECOND }, 409, 'apiKey'],
      ['POST', '', { apiKey: `${SECOND}-2`, label: ' x' }, 400, 'label'],
      ['PATCH', `/${first}`, {}, 400, 'null'],
      ['PATCH', `/${first}`, { status: 'resting' }, 400, 'status'],
      ['PATCH', `/${first}`, { apiKey: SECOND }, 409, 'apiKey'],
      ['PATCH', `/${id}`, { label: 'x' }, 404, 'keyId'],
      ['PATCH', '/nonsense', { label: 'x' }, 400, 'keyId'],
      ['POST', '/test', { model: 'another' }, 400, 'model'],
    ];
    for (const [method, path, json, status, param] of wrong) {
      const answer = await console.send<Refusal>(method, `${keysPath()}${path}`, { json });
      expect([path, json, answer.status, String(answer.body.error.param)]).toEqual([path, json, status, param]);
    }
    for (const json of [{ apiKey: 'sk-the-only-one' }, { baseUrl: 'https://elsewhere.example.com' }]) {
      const answer = await console.send<Refusal>('PATCH', `/api/channels/${id}`, { json });
      expect([answer.status, answer.body.error.param]).toEqual([400, 'apiKey']);
    }
    const tested = await console.send<Refusal>('POST', `/api/channels/${id}/test`, { json: { keyId: id } });
    expect([tested.status, tested.body.error.param]).toEqual([400, 'keyId']);
  });

  it('loses a key that is removed, and is judged by the others', async () => {
    expect(await console.ask('DELETE', `${keysPath()}/${first}`)).toEqual({ id, keyId: first, removed: true });
    expect((await console.send('DELETE', `${keysPath()}/${first}`)).status).toBe(404);
    expect((await read()).keys.map((key) => key.id)).toEqual([second]);
    expect((await health(id)).keys.map((key) => key.id)).toEqual([second]);
    expect(console.answers.filter(({ text }) => text.includes(FIRST) || text.includes(SECOND))).toEqual([]);
  });
});
