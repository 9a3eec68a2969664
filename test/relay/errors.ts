import { describe, expect, it } from '@jest/globals';
import OpenAI from 'openai';
import { freePort } from '@code-router/testing';
import type { Endpoint, Script } from './stage/scripted-upstream.js';
import { refusalOf, type Answer, type Scene } from './stage/scene.js';
import { unique, type SceneOptions, type Stage } from './stage/stage.js';
import { completion } from './stage/wire.js';

/** Everything of a refusal that clients may rely on. */
function facts(answer: Answer): object {
  const { type, code, param } = refusalOf(answer);
  return { status: answer.status, type, code, param };
}

/** What a provider does wrong, and what its client is told. */
interface Failure {
  readonly name: string;
  readonly script: Script;
  readonly channel?: SceneOptions['channel'];
  readonly facts: object;
}

const ERROR = { error: { message: 'it is broken', type: 'server_error', code: null, param: null } };
const UPSTREAM_ERROR = { type: 'server_error', code: 'upstream_error', param: null };
const never: Script = () => undefined;

const FAILURES: readonly Failure[] = [
  { name: 'fails with 500', script: (call) => call.answer(500, ERROR), facts: { status: 500, ...UPSTREAM_ERROR } },
  {
    name: 'refuses the key of the channel with 401',
    script: (call) => call.answer(401, ERROR),
    facts: { status: 502, ...UPSTREAM_ERROR },
  },
  {
    name: 'says with 429 that the account of the channel has no money left',
    script: (call) =>
      call.answer(429, { error: { ...ERROR.error, type: 'insufficient_quota', code: 'insufficient_quota' } }),
    facts: { status: 502, ...UPSTREAM_ERROR },
  },
  {
    name: 'says with 400 that it does not know the key of the channel',
    script: (call) =>
      call.answer(400, [{ error: { code: 400, message: 'No', details: [{ reason: 'API_KEY_INVALID' }] } }]),
    facts: { status: 502, ...UPSTREAM_ERROR },
  },
  {
    name: 'sends garbage',
    script: (call) => call.answer(200, '<html>Bad gateway</html>'),
    facts: { status: 502, ...UPSTREAM_ERROR },
  },
  {
    name: 'sends JSON that is no completion',
    script: (call) => call.answer(200, { ok: true }),
    facts: { status: 502, ...UPSTREAM_ERROR },
  },
  {
    name: 'reports an error with the status 200',
    script: (call) => call.answer(200, ERROR),
    facts: { status: 502, ...UPSTREAM_ERROR },
  },
  {
    name: 'resets the connection before it answers',
    script: (call) => call.reset(),
    facts: { status: 502, ...UPSTREAM_ERROR },
  },
  {
    name: 'resets the connection in the middle of its answer',
    script: async (call) => {
      call.response.writeHead(200, { 'content-type': 'application/json', 'content-length': '5000' });
      await call.write(Buffer.from('{"choices":['));
      call.reset();
    },
    facts: { status: 502, ...UPSTREAM_ERROR },
  },
  {
    name: 'never answers',
    script: never,
    channel: { timeouts: { firstByteMs: 150 } },
    facts: { status: 504, type: 'server_error', code: 'upstream_timeout', param: null },
  },
  {
    name: 'falls silent in the middle of its answer',
    script: (call) => {
      call.response.writeHead(200, { 'content-type': 'application/json' });
      call.response.write('{"choices":[');
    },
    channel: { timeouts: { idleMs: 150 } },
    facts: { status: 504, type: 'server_error', code: 'upstream_timeout', param: null },
  },
];

export function describeErrors(stage: Stage): void {
  describe('a request that is wrong is refused, and says what is wrong with it:', () => {
    const invalid = (param: string | null) => ({
      status: 400,
      type: 'invalid_request_error',
      code: 'invalid_request_error',
      param,
    });

    it.each<[string, string | ((model: string) => string), string | null]>([
      ['JSON that is malformed', '{"model":', null],
      ['an empty body', '', null],
      ['JSON that is no object', '[]', null],
      ['no model', '{"messages":[{"role":"user","content":"hi"}]}', 'model'],
      ['a model that is no string', '{"model":7,"messages":[{"role":"user","content":"hi"}]}', 'model'],
      ['no messages', (model) => `{"model":"${model}"}`, 'messages'],
      ['messages that are no array', (model) => `{"model":"${model}","messages":"hi"}`, 'messages'],
      ['no message among the messages', (model) => `{"model":"${model}","messages":[]}`, 'messages'],
      ['a max_tokens of 0', (model) => `{"model":"${model}","messages":[{}],"max_tokens":0}`, 'max_tokens'],
    ])('%s', async (_, body, param) => {
      const scene = await stage.scene();
      const answer = await scene.post(typeof body === 'string' ? body : body(scene.model));
      expect(facts(answer)).toEqual(invalid(param));
      expect(answer.requestId).toMatch(/^req_/);
      expect(scene.endpoint.calls).toHaveLength(0);
    });

    it('a body that is too large, before it is sent', async () => {
      const scene = await stage.scene();
      const exchange = await scene.open({}, { 'content-length': '33554433' });
      await exchange.waitForText('body_too_large');
      expect(exchange.received).toMatch(/^HTTP\/1\.1 413 /);
      expect(JSON.parse(exchange.received.split('\r\n\r\n')[1] ?? '')).toMatchObject({
        error: { type: 'invalid_request_error', code: 'body_too_large' },
      });
      await exchange.leave();
    });

    it('a model that does not exist', async () => {
      const scene = await stage.scene();
      expect(facts(await scene.ask({ model: unique('nothing') }))).toMatchObject({
        status: 404,
        code: 'model_not_found',
      });
    });

    it('a model that has no price', async () => {
      const scene = await stage.scene();
      const { name: model } = await stage.admin.createModel({
        name: unique('unpriced'),
        contextWindow: 1,
        maxOutputTokens: 1,
      });
      expect(facts(await scene.ask({ model }))).toMatchObject({ status: 400, code: 'model_not_priced' });
    });

    it('a model that no channel serves now', async () => {
      const scene = await stage.scene({ channel: { status: 'disabled' } });
      expect(facts(await scene.ask())).toMatchObject({
        status: 503,
        type: 'server_error',
        code: 'no_channel_available',
      });
      expect((await scene.settled()).balanceNanos).toBe('100000000000');
    });
  });

  describe('a provider that', () => {
    for (const { name, script, channel, facts: expected } of FAILURES) {
      it(`${name} costs nothing, holds nothing, and is reported as an upstream failure`, async () => {
        const scene = await stage.scene({ script, ...(channel ? { channel } : {}) });
        const answer = await scene.ask();
        expect(facts(answer)).toEqual(expected);
        await expectFree(scene, answer);
      });

      it(`${name} when it was asked for a stream is answered alike, and not with a stream`, async () => {
        const scene = await stage.scene({ script, ...(channel ? { channel } : {}) });
        const answer = await scene.ask({ stream: true });
        expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
        const { status, code } = facts(answer) as { status: number; code: string };
        const { status: wantedStatus, code: wantedCode } = expected as { status: number; code: string };
        expect({ status, code }).toEqual({ status: wantedStatus, code: wantedCode });
        await expectFree(scene, answer);
      });
    }

    it('cannot be reached is reported with 502, and costs nothing', async () => {
      const scene = await stage.scene({ channel: { baseUrl: `http://127.0.0.1:${await freePort()}/v1` } });
      const answer = await scene.ask();
      expect(facts(answer)).toEqual({ status: 502, ...UPSTREAM_ERROR });
      await expectFree(scene, answer);
    });

    it('refuses the request itself is quoted, with its status and its field', async () => {
      const error = {
        message: 'temperature is too high',
        type: 'invalid_request_error',
        param: 'temperature',
        code: 'x',
      };
      const scene = await stage.scene({ script: (call) => call.answer(422, { error }) });
      const answer = await scene.ask();
      expect(facts(answer)).toMatchObject({ status: 422, code: 'invalid_request_error', param: 'temperature' });
      expect(refusalOf(answer).message).toBe('temperature is too high');
      await expectFree(scene, answer);
    });

    it('reports an error as the first event of a stream is answered with an error, and not with a stream', async () => {
      const scene = await stage.scene({
        script: (call) => {
          call.startEvents();
          call.send(ERROR);
          call.endEvents();
        },
      });
      const answer = await scene.ask({ stream: true });
      expect(facts(answer)).toEqual({ status: 502, ...UPSTREAM_ERROR });
      await expectFree(scene, answer);
    });

    it('ends a stream before it began is answered with an error', async () => {
      const scene = await stage.scene({
        script: (call) => {
          call.startEvents();
          call.response.end();
        },
      });
      const answer = await scene.ask({ stream: true });
      expect(facts(answer)).toEqual({ status: 502, ...UPSTREAM_ERROR });
      await expectFree(scene, answer);
    });

    it('is busy passes its Retry-After on', async () => {
      const scene = await stage.scene({ script: (call) => call.answer(429, ERROR, { 'retry-after': '17' }) });
      const answer = await scene.ask();
      expect(facts(answer)).toMatchObject({ status: 429, type: 'rate_limit_error', code: 'rate_limit_exceeded' });
      // What it says is about the operator's account.
      expect(refusalOf(answer).message).not.toContain(ERROR.error.message);
      expect(answer.headers.get('retry-after')).toBe('17');
      await expectFree(scene, answer);
    });
  });

  describe("OpenAI's own client", () => {
    const counting = (scene: Scene, maxRetries: number) => {
      const statuses: number[] = [];
      const client = scene.openai({
        maxRetries,
        fetch: async (url, init) => {
          const response = await fetch(url, init);
          statuses.push(response.status);
          return response;
        },
      });
      return { client, statuses };
    };

    it('does not try again when money is missing', async () => {
      const scene = await stage.scene({ grantNanos: 0n });
      const { client, statuses } = counting(scene, 2);
      const failure = await client.chat.completions.create(scene.body()).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(OpenAI.APIError);
      expect(failure).toMatchObject({ status: 402, code: 'insufficient_quota', type: 'insufficient_quota' });
      expect(statuses).toEqual([402]);
      expect(scene.endpoint.calls).toHaveLength(0);
    });

    it('tries again when a provider was busy, and pays for the answer only', async () => {
      const script = onceThen(
        (call) => call.answer(429, ERROR, { 'retry-after': '1' }),
        (call) => call.answer(200, completion('Now.')),
      );
      const scene = await stage.scene({ script });
      const { client, statuses } = counting(scene, 2);
      const answer = await client.chat.completions.create(scene.body());
      expect(answer.choices[0]?.message.content).toBe('Now.');
      expect(statuses).toEqual([429, 200]);
      await scene.settled();
      expect(await scene.charges()).toHaveLength(1);
    });

    it('reads every refusal as its own kind of error', async () => {
      const scene = await stage.scene();
      const ask = (apiKey: string, model: string) =>
        scene.openai({ apiKey }).chat.completions.create({ ...scene.body(), model });
      await expect(ask('sk-wrong', scene.model)).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
      await expect(ask(scene.key.secret, 'no such model')).rejects.toBeInstanceOf(OpenAI.NotFoundError);
      await expect(ask(scene.key.secret, '')).rejects.toBeInstanceOf(OpenAI.BadRequestError);
    });
  });
}

function onceThen(first: Script, then: Script): Script {
  let calls = 0;
  return (call) => {
    calls += 1;
    return calls === 1 ? first(call) : then(call);
  };
}

/** The books after a request that brought nothing: no charge, no hold, and a record that says so. */
async function expectFree(scene: Scene & { readonly endpoint: Endpoint }, answer: Answer): Promise<void> {
  const record = await scene.record(answer.requestId);
  expect(record).toMatchObject({ outcome: 'released', amountNanos: '0', httpStatus: answer.status });
  expect(record.errorCode).toBe(refusalOf(answer).code);
  const account = await scene.settled();
  expect(account.balanceNanos).toBe('100000000000');
  expect(await scene.charges()).toEqual([]);
}
