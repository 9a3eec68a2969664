import { describe, expect, it } from '@jest/globals';
import { answering, completion } from './stage/wire.js';
import type { Stage } from './stage/stage.js';

const MULTILINGUAL = 'Grüße aus Zürich, 世界 — مرحبا بالعالم, नमस्ते, 👩🏽‍🚀 and \u0000\u001f "quotes" \\ back.';

/** A body that JSON.parse and JSON.stringify would change: spacing, large and precise numbers, order, escapes, twins. */
function awkwardBody(model: string): string {
  return `{ "seed" : 12345678901234567890,\t"zeta":1.0,"alpha":1e2,\r\n "model":"${model}",
    "future_field":{"b":[1,2,{"a":null}],"a":"\\u00e9\\/"},"messages":[{"role":"user","content":"\\ud83d\\ude00 h\u00e9","x":0.1000}],
    "metadata":{"model":"not this one","messages":"nor these"},"temperature":0.70000000000000001 }`;
}

export function describeChatCompletions(stage: Stage): void {
  describe('a chat completion', () => {
    it('has exactly the text and the usage of the provider, in any script', async () => {
      const scene = await stage.scene({ channel: { baseUrl: `${stage.aimock.url}/v1` } });
      const usage = { prompt_tokens: 21, completion_tokens: 34, total_tokens: 55 };
      stage.aimock.on({ model: scene.model }, { content: MULTILINGUAL, usage });
      const answer = await scene.openai().chat.completions.create(scene.body());
      expect(answer.choices[0]?.message.content).toBe(MULTILINGUAL);
      expect(answer.usage).toMatchObject(usage);
    });

    it('brings the tool calls of the provider, with their arguments as they were', async () => {
      const scene = await stage.scene({ channel: { baseUrl: `${stage.aimock.url}/v1` } });
      const toolCalls = [
        { id: 'call_1', name: 'weather', arguments: '{"city":"Zürich","days":12345678901234567890}' },
        { id: 'call_2', name: 'clock', arguments: '{}' },
      ];
      stage.aimock.on({ model: scene.model }, { toolCalls });
      const tools = toolCalls.map(({ name }) => ({ type: 'function' as const, function: { name } }));
      const answer = await scene.openai().chat.completions.create({ ...scene.body(), tools });
      expect(answer.choices[0]?.finish_reason).toBe('tool_calls');
      expect(answer.choices[0]?.message.tool_calls).toEqual(
        toolCalls.map(({ id, name, arguments: given }) => ({
          id,
          type: 'function',
          function: { name, arguments: given },
        })),
      );
    });

    it('reaches the provider byte for byte: unknown fields, large numbers, spacing and order', async () => {
      const scene = await stage.scene();
      const body = awkwardBody(scene.model);
      expect((await scene.post(body)).status).toBe(200);
      expect(scene.endpoint.calls[0]?.body.toString('utf8')).toBe(body);
      expect(scene.endpoint.calls[0]?.path).toMatch(/\/v1\/chat\/completions$/);
    });

    it('differs for the provider in nothing but the model, where the channel has another name for it', async () => {
      const scene = await stage.scene();
      await stage.admin.updateChannel(scene.channel.id, {
        models: [{ name: scene.model, upstreamName: 'vendor/other "name"' }],
      });
      const body = awkwardBody(scene.model);
      expect((await scene.post(body)).status).toBe(200);
      expect(scene.endpoint.calls[0]?.body.toString('utf8')).toBe(
        body.replace(`"${scene.model}"`, JSON.stringify('vendor/other "name"')),
      );
    });

    it('reaches the client byte for byte when its key does not show costs', async () => {
      const text = `{ "id":1, "big":12345678901234567890,"choices":[{"message":{"content":"h\u00e9"}}],\n"usage":{"prompt_tokens":1,"completion_tokens":2} }`;
      const scene = await stage.scene({ script: (call) => call.answer(200, text), key: { showCost: false } });
      expect((await scene.ask()).text).toBe(text);
    });

    it('is changed for the client in nothing but usage.cost when its key shows costs', async () => {
      const text = `{ "id":1, "big":12345678901234567890,"choices":[{"message":{"content":"h\u00e9"}}],\n"usage": {"prompt_tokens":1,"completion_tokens":2} }`;
      const scene = await stage.scene({ script: (call) => call.answer(200, text) });
      const received = (await scene.ask()).text;
      expect(received).toContain('"cost":');
      expect(received.replace(/"cost":[\d.]+,/, '')).toBe(text);
    });

    it('takes a prompt of a megabyte, and brings it back', async () => {
      const prompt = '0123456789abcdeé'.repeat(61_681);
      const scene = await stage.scene({ script: answering(({ json }) => json.messages[0]?.content ?? '') });
      const messages = [{ role: 'user' as const, content: prompt }];
      const answer = await scene.openai().chat.completions.create({ ...scene.body(), messages });
      expect(Buffer.byteLength(prompt)).toBeGreaterThan(1_000_000);
      expect(answer.choices[0]?.message.content === prompt).toBe(true);
    });

    it('takes a body of ten megabytes, which agents send, without a setting', async () => {
      const scene = await stage.scene();
      const messages = [{ role: 'user', content: 'x'.repeat(10 * 1024 * 1024) }];
      expect((await scene.ask({ messages })).status).toBe(200);
      expect(scene.endpoint.calls[0]?.body.length).toBeGreaterThan(10 * 1024 * 1024);
    });

    it('never mixes up answers, however many are under way', async () => {
      const waiting: (() => void)[] = [];
      const count = 60;
      const scene = await stage.scene({
        script: async (call) => {
          await new Promise<void>((resolve) => {
            waiting.push(resolve);
            // The last one to arrive is answered first.
            if (waiting.length === count) for (const goOn of waiting.toReversed()) goOn();
          });
          call.answer(200, completion(`You said ${call.json.messages[0]?.content}`));
        },
      });
      const questions = Array.from({ length: count }, (_, index) => `question ${index}`);
      const answers = await Promise.all(
        questions.map((content) =>
          scene.openai().chat.completions.create({ ...scene.body(), messages: [{ role: 'user', content }] }),
        ),
      );
      expect(answers.map(({ choices }) => choices[0]?.message.content)).toEqual(
        questions.map((said) => `You said ${said}`),
      );
    });

    it('has a request id of its own, which the provider sees too', async () => {
      const scene = await stage.scene();
      const answers = await Promise.all([scene.ask(), scene.ask()]);
      const ids = answers.map(({ requestId }) => requestId);
      expect(new Set(ids).size).toBe(2);
      expect(ids.every((id) => /^req_[0-9a-f]{32}$/.test(id))).toBe(true);
      expect(scene.endpoint.calls.map(({ headers }) => headers['x-client-request-id']).toSorted()).toEqual(
        ids.toSorted(),
      );
    });

    it('has a part of its own of the idempotency keys that all share who call with the key of the channel', async () => {
      const [scene, other] = [await stage.scene(), await stage.scene()];
      for (const one of [scene, scene, other]) {
        await one.ask({}, { authorization: `Bearer ${one.key.secret}`, 'idempotency-key': 'order-1' });
      }
      const sent = [...scene.endpoint.calls, ...other.endpoint.calls].map((call) => call.headers['idempotency-key']);
      expect(sent[0]).toMatch(/^[0-9a-f]{64}$/);
      expect(sent[0]).toBe(sent[1]);
      expect(sent[2]).not.toBe(sent[0]);
    });

    it("is asked for with the channel's key, and never with the client's", async () => {
      const scene = await stage.scene({ channel: { apiKey: 'sk-the-providers-own' } });
      await scene.ask();
      const [call] = scene.endpoint.calls;
      expect(call?.headers.authorization).toBe('Bearer sk-the-providers-own');
      expect(JSON.stringify(call?.headers)).not.toContain(scene.key.secret);
    });

    it('needs no provider at all: the one built in says the same to the same question, in tokens that it counts', async () => {
      const scene = await stage.scene({ channel: { provider: 'demo', settings: { chunkDelayMs: 0 } } });
      const ask = () => scene.openai().chat.completions.create({ ...scene.body(), max_tokens: 20 });
      const [one, other] = [await ask(), await ask()];
      expect(one.choices[0]?.message.content).toBe(other.choices[0]?.message.content);
      expect(one.choices[0]?.message.content).toMatch(/^You said: "Hello"/);
      expect(one.choices[0]?.finish_reason).toBe('length');
      expect(one.usage?.completion_tokens).toBe(20);
    });
  });
}
