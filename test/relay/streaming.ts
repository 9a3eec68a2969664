import { describe, expect, it } from '@jest/globals';
import type OpenAI from 'openai';
import type { Scene } from './stage/scene.js';
import type { Stage } from './stage/stage.js';
import { answering, finishChunk, sse, textChunk, usageChunk } from './stage/wire.js';

type Chunk = OpenAI.ChatCompletionChunk;

const MULTILINGUAL = 'Grüße, 世界! مرحبا नमस्ते 👋🏽 done.';

async function readAll(scene: Scene, others: object = {}): Promise<readonly Chunk[]> {
  const chunks: Chunk[] = [];
  const stream = await scene.openai().chat.completions.create({ ...scene.body(others), stream: true });
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

function textOf(chunks: readonly Chunk[]): string {
  return chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('');
}

export function describeStreaming(stage: Stage): void {
  describe('a streamed chat completion', () => {
    it('has exactly the text of the provider, in any script', async () => {
      const scene = await stage.scene({ channel: { baseUrl: `${stage.aimock.url}/v1` } });
      stage.aimock.on({ model: scene.model }, { content: MULTILINGUAL }, { chunkSize: 7 });
      const chunks = await readAll(scene);
      expect(textOf(chunks)).toBe(MULTILINGUAL);
      expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('stop');
    });

    it('brings tool calls, whose arguments come in pieces', async () => {
      const scene = await stage.scene({ channel: { baseUrl: `${stage.aimock.url}/v1` } });
      const given = '{"city":"Zürich","note":"a \\"quoted\\" word","days":12345678901234567890}';
      stage.aimock.on(
        { model: scene.model },
        { toolCalls: [{ id: 'call_1', name: 'weather', arguments: given }] },
        { chunkSize: 5 },
      );
      const deltas = (await readAll(scene)).flatMap(({ choices }) => choices[0]?.delta.tool_calls ?? []);
      expect(deltas[0]).toMatchObject({ id: 'call_1', function: { name: 'weather' } });
      expect(deltas.map((delta) => delta.function?.arguments ?? '').join('')).toBe(given);
    });

    it('is asked for with stream_options.include_usage added, and nothing else changed', async () => {
      const scene = await stage.scene();
      const body = `{"n":1,\t"seed":12345678901234567890, "stream":true,"model":"${scene.model}","messages":[{"role":"user","content":"\\u00e9"}],"x":{"stream":false}}`;
      expect((await scene.post(body)).status).toBe(200);
      expect(scene.endpoint.calls[0]?.body.toString('utf8')).toBe(
        body.replace('{', '{"stream_options":{"include_usage":true},'),
      );
    });

    it('keeps what else its client put into stream_options', async () => {
      const scene = await stage.scene();
      await scene.ask({ stream: true, stream_options: { include_obfuscation: false, include_usage: false } });
      expect(scene.endpoint.calls[0]?.json).toMatchObject({
        stream_options: { include_obfuscation: false, include_usage: true },
      });
    });

    it('reaches the provider byte for byte when its client asked for usage', async () => {
      const scene = await stage.scene();
      const body = ` { "stream":true , "stream_options":{"include_usage":true,"y":1.0},"model":"${scene.model}","messages":[{"role":"user","content":"hi"}]}`;
      expect((await scene.post(body)).status).toBe(200);
      expect(scene.endpoint.calls[0]?.body.toString('utf8')).toBe(body);
    });

    it('has no usage chunk when its client did not ask for one', async () => {
      const scene = await stage.scene({ script: answering('Some words in pieces.') });
      const { text } = await scene.ask({ stream: true });
      expect(text).not.toContain('"usage"');
      expect(text.endsWith(sse('[DONE]'))).toBe(true);
    });

    it('is passed on byte for byte, with the usage chunk that its client asked for', async () => {
      const events = [
        ': OPENROUTER PROCESSING\n\n',
        sse(textChunk('one', { unknown: 'kept', usage: null })),
        'event: message\r\nid: 7\r\ndata: {"choices":[{"delta":{"content":"two"}}] , "big":12345678901234567890}\r\n\r\n',
        sse(finishChunk({ usage: null })),
        sse(usageChunk()),
        sse('[DONE]'),
      ];
      const script = async (call: Parameters<ReturnType<typeof answering>>[0]) => {
        call.startEvents();
        for (const event of events) await call.write(Buffer.from(event));
        call.response.end();
      };
      const scene = await stage.scene({ script, key: { showCost: false } });
      const { text, headers } = await scene.ask({ stream: true, stream_options: { include_usage: true } });
      expect(text).toBe(events.join(''));
      expect(headers.get('content-type')).toMatch(/^text\/event-stream/);
    });

    it('passes each chunk on as it arrives, and holds none back for the next', async () => {
      const received: (() => void)[] = [];
      const texts = ['first ', 'second ', 'third ', 'fourth'];
      const scene = await stage.scene({
        script: async (call) => {
          call.startEvents();
          for (const text of texts) {
            call.send(textChunk(text));
            // The next chunk is sent when the client has this one.
            await new Promise<void>((resolve) => received.push(resolve));
          }
          call.send(finishChunk());
          call.endEvents();
        },
      });
      const stream = await scene.openai().chat.completions.create({ ...scene.body(), stream: true });
      const read: (string | null | undefined)[] = [];
      for await (const chunk of stream) {
        read.push(chunk.choices[0]?.delta.content);
        received.shift()?.();
      }
      expect(read.slice(0, texts.length)).toEqual(texts);
    });

    it('survives packets that end anywhere, within characters too', async () => {
      const scene = await stage.scene({
        script: async (call) => {
          call.startEvents();
          call.response.socket?.setNoDelay(true);
          const bytes = Buffer.from([textChunk(MULTILINGUAL), finishChunk(), usageChunk(), '[DONE]'].map(sse).join(''));
          for (const byte of bytes) await call.write(Buffer.of(byte));
          call.response.end();
        },
      });
      expect(textOf(await readAll(scene))).toBe(MULTILINGUAL);
    });

    it('of ten thousand chunks arrives whole and in order', async () => {
      const count = 10_000;
      const scene = await stage.scene({
        model: { maxOutputTokens: count },
        script: (call) => {
          call.startEvents();
          for (let index = 0; index < count; index += 1) call.send(textChunk(`${index} `));
          call.send(finishChunk());
          call.send(usageChunk({ prompt_tokens: 5, completion_tokens: count }));
          call.endEvents();
        },
      });
      const text = textOf(await readAll(scene));
      expect(text === Array.from({ length: count }, (_, index) => `${index} `).join('')).toBe(true);
      expect((await scene.onlyRecord()).tokens).toMatchObject({ input: 5, output: count });
    });

    it('never mixes with another one, however many are under way', async () => {
      const count = 40;
      let arrived = 0;
      const all = Promise.withResolvers<void>();
      const scene = await stage.scene({
        script: async (call) => {
          call.startEvents();
          arrived += 1;
          if (arrived === count) all.resolve();
          await all.promise;
          for (let index = 0; index < 20; index += 1) {
            await call.write(Buffer.from(sse(textChunk(`${call.json.messages[0]?.content}.${index} `))));
          }
          call.send(finishChunk());
          call.endEvents();
        },
      });
      const questions = Array.from({ length: count }, (_, index) => `q${index}`);
      const texts = await Promise.all(
        questions.map(async (content) => textOf(await readAll(scene, { messages: [{ role: 'user', content }] }))),
      );
      expect(texts).toEqual(
        questions.map((question) => Array.from({ length: 20 }, (_, index) => `${question}.${index} `).join('')),
      );
    });

    it('ends as clients expect although the provider forgot to say that it is done', async () => {
      const scene = await stage.scene({
        script: (call) => {
          call.startEvents();
          call.send(textChunk('All of it.'));
          call.send(finishChunk());
          call.response.end();
        },
      });
      const { text } = await scene.ask({ stream: true });
      expect(text.endsWith(sse('[DONE]'))).toBe(true);
      expect((await scene.onlyRecord()).outcome).toBe('settled');
    });

    it('comes from the provider built in as it does from others', async () => {
      const scene = await stage.scene({ channel: { provider: 'demo', settings: { chunkDelayMs: 0 } } });
      const chunks = await readAll(scene, { max_tokens: 12, stream_options: { include_usage: true } });
      expect(textOf(chunks)).toMatch(/^You said: "Hello"/);
      expect(chunks.at(-1)?.usage).toMatchObject({ completion_tokens: 12 });
      expect((await scene.onlyRecord()).tokens.output).toBe(12);
    });
  });
}
