import { describe, expect, it } from '@jest/globals';
import { waitFor } from '@code-router/testing';
import { chargeOf } from './stage/charge.js';
import type { Scene } from './stage/scene.js';
import type { Script, UpstreamCall } from './stage/scripted-upstream.js';
import { channelTo, TERMS, type Stage } from './stage/stage.js';
import { answering, completion, finishChunk, sse, textChunk, usageChunk } from './stage/wire.js';

/** What was delivered is billed by its pieces when no usage came: a token for each at least, and not the whole hold. */
async function expectBilledForPieces(scene: Scene, pieces: number): Promise<void> {
  const record = await scene.onlyRecord();
  expect(record).toMatchObject({ outcome: 'settled', estimated: true });
  expect(record.tokens.output).toBeGreaterThanOrEqual(pieces);
  expect(record.tokens.output).toBeLessThan(pieces * 4);
  expect(BigInt(record.amountNanos)).toBe(chargeOf(record.tokens, TERMS));
  await scene.chargeFor(record);
  expect((await scene.settled()).heldNanos).toBe('0');
}

export function describeResilience(stage: Stage): void {
  describe('another channel', () => {
    const withSecond = async (first: Script, second: Script, timeouts = {}) => {
      const scene = await stage.scene({ script: first, channel: { priority: 10, timeouts } });
      const endpoint = stage.upstream.endpoint(second);
      await stage.admin.createChannel(channelTo(endpoint, scene.model, { priority: 1 }));
      return { scene, endpoint };
    };
    const good = answering('From the second.');

    it.each<[string, Script, object]>([
      ['fails', (call) => call.answer(500, '{}'), {}],
      ['is busy', (call) => call.answer(429, '{}', { 'retry-after': '60' }), {}],
      ['refuses its key', (call) => call.answer(401, '{}'), {}],
      ['does not know the model', (call) => call.answer(404, '{}'), {}],
      ['breaks the connection', (call) => call.reset(), {}],
      ['sends garbage', (call) => call.answer(200, 'garbage'), {}],
      ['does not answer in time', () => undefined, { firstByteMs: 150 }],
    ])('answers when the first one %s, once, and that answer alone is billed', async (_, first, timeouts) => {
      for (const stream of [false, true]) {
        const { scene, endpoint } = await withSecond(first, good, timeouts);
        const { status, text, requestId } = await scene.ask({ stream });
        expect(status).toBe(200);
        expect(text).toContain('From');
        expect([scene.endpoint.calls.length, endpoint.calls.length]).toEqual([1, 1]);
        const record = await scene.record(requestId);
        expect(record).toMatchObject({ attempts: 2, outcome: 'settled' });
        expect(record.channelId).not.toBe(scene.channel.id);
        await scene.settled();
        expect(await scene.charges()).toHaveLength(1);
      }
    });

    it('answers when the first one breaks off a stream before any of it has left for the client', async () => {
      const { scene } = await withSecond(async (call) => {
        call.startEvents();
        await call.write(Buffer.from('data: {"choices":[{"delta":{"cont'));
        call.reset();
      }, good);
      const { status, text } = await scene.ask({ stream: true });
      expect(status).toBe(200);
      expect(text.startsWith(sse(textChunk('From')))).toBe(true);
    });

    it('is not asked once any of the answer has left for the client', async () => {
      const { scene, endpoint } = await withSecond(async (call) => {
        call.startEvents();
        await call.write(Buffer.from(sse(textChunk('Half'))));
        call.reset();
      }, good);
      const exchange = await scene.open({ stream: true });
      await exchange.waitForClose();
      expect(exchange.received).toContain('Half');
      expect(endpoint.calls).toHaveLength(0);
    });

    it('is not asked when the request itself was refused', async () => {
      const { scene, endpoint } = await withSecond((call) => call.answer(400, '{}'), good);
      expect((await scene.ask()).status).toBe(400);
      expect(endpoint.calls).toHaveLength(0);
    });
  });

  describe('another key of the same channel', () => {
    const [FIRST, SECOND] = ['Bearer sk-of-the-upstream', 'Bearer sk-the-second-0123456789'];

    it('answers before another channel when the provider limits or refuses the first one, and the record tells', async () => {
      for (const status of [429, 401, 403]) {
        const scene = await stage.scene({
          script: (call) => {
            if (call.headers.authorization === FIRST) call.answer(status, '{}', { 'retry-after': '60' });
            else call.answer(200, completion('By the second key.'));
          },
          channel: { priority: 10 },
        });
        const other = stage.upstream.endpoint(answering('From another channel.'));
        await stage.admin.createChannel(channelTo(other, scene.model, { priority: 1 }));
        await stage.admin.addProviderKey(scene.channel.id, { apiKey: 'sk-the-second-0123456789', label: 'second' });
        const answers = [await scene.ask(), await scene.ask()];
        expect(answers.map(({ text }) => text.includes('By the second key.'))).toEqual([true, true]);
        // The first key rests after the first request.
        const keysAsked = scene.endpoint.calls.map(({ headers }) => headers.authorization);
        expect(keysAsked).toEqual([FIRST, SECOND, SECOND]);
        expect(other.calls).toHaveLength(0);
        const { attempts, tries } = await scene.record(answers[0]?.requestId ?? '');
        expect([attempts, tries]).toMatchObject([
          2,
          [
            { channelId: scene.channel.id, providerKey: 'sk-…ream', httpStatus: status },
            { channelId: scene.channel.id, providerKey: 'second', result: 'answered' },
          ],
        ]);
      }
    });
  });

  describe('a stream that the provider cuts short', () => {
    const cuts: readonly (readonly [string, (call: UpstreamCall) => void])[] = [
      ['breaks the connection', (call) => call.reset()],
      ['ends without having finished', (call) => void call.response.end()],
      [
        'reports an error and ends properly',
        (call) => {
          call.send({ error: { message: 'overloaded', type: 'server_error' } });
          call.endEvents();
        },
      ],
    ];

    it.each(cuts)('never ends cleanly for the client, and is billed for what was delivered: it %s', async (_, cut) => {
      const scene = await stage.scene({
        script: async (call) => {
          call.startEvents();
          for (let index = 0; index < 10; index += 1) await call.write(Buffer.from(sse(textChunk(`w${index}`))));
          cut(call);
        },
      });
      const exchange = await scene.open({ stream: true });
      await exchange.waitForClose();
      expect(exchange.received).toContain('w9');
      expect(exchange.received).toContain('"error"');
      expect(exchange.received).not.toContain('[DONE]');
      expect(exchange.endedCleanly).toBe(false);
      await expectBilledForPieces(scene, 10);
      expect(await scene.onlyRecord()).toMatchObject({ errorCode: 'upstream_error' });
    });

    it('makes the client of OpenAI throw', async () => {
      for (const [, cut] of cuts) {
        const scene = await stage.scene({
          script: async (call) => {
            call.startEvents();
            await call.write(Buffer.from(sse(textChunk('Half'))));
            cut(call);
          },
        });
        const stream = await scene.openai().chat.completions.create({ ...scene.body(), stream: true });
        const read = async () => {
          for await (const chunk of stream) expect(chunk.choices[0]?.delta.content).toBe('Half');
        };
        await expect(read()).rejects.toBeInstanceOf(Error);
      }
    });

    it('never ends cleanly either when the mock server that others keep cuts it', async () => {
      const scene = await stage.scene({ channel: { baseUrl: `${stage.aimock.url}/v1` } });
      const content = 'A sentence that will not come to its end.';
      stage.aimock.on({ model: scene.model }, { content }, { chunkSize: 4, latency: 5, truncateAfterChunks: 4 });
      const exchange = await scene.open({ stream: true });
      await exchange.waitForClose();
      expect(exchange.received).toContain('"content":"A se"');
      expect(exchange.received).not.toContain('end.');
      expect(exchange.received).toContain('upstream_error');
      expect(exchange.endedCleanly).toBe(false);
      const record = await scene.onlyRecord();
      expect(record).toMatchObject({ outcome: 'settled', errorCode: 'upstream_error' });
      expect((await scene.chargeFor(record)).amountNanos).toBe(`-${record.amountNanos}`);
    });

    it('because it fell silent says so, and is billed for what was delivered', async () => {
      const scene = await stage.scene({
        channel: { timeouts: { idleMs: 200 } },
        script: (call) => {
          call.startEvents();
          call.send(textChunk('Well'));
        },
      });
      const exchange = await scene.open({ stream: true });
      await exchange.waitForClose();
      expect(exchange.received).toContain('upstream_timeout');
      expect(exchange.endedCleanly).toBe(false);
      await expectBilledForPieces(scene, 1);
    });
  });

  describe('a client that goes away', () => {
    it('in mid-stream pays for what was produced; the provider is read on for a while, then cut off', async () => {
      const gone = Promise.withResolvers<void>();
      const scene = await stage.scene({
        script: async (call) => {
          call.startEvents();
          call.send(textChunk('one'));
          await gone.promise;
          for (let index = 0; index < 5; index += 1) call.send(textChunk('more'));
        },
      });
      const exchange = await scene.open({ stream: true });
      await exchange.waitForText('one');
      await exchange.leave();
      gone.resolve();
      await scene.endpoint.calls[0]?.cut;
      await expectBilledForPieces(scene, 6);
      expect(await scene.onlyRecord()).toMatchObject({ clientDisconnected: true });
    });

    it('in mid-stream is billed exactly when the provider finishes soon after', async () => {
      const gone = Promise.withResolvers<void>();
      const scene = await stage.scene({
        script: async (call) => {
          call.startEvents();
          call.send(textChunk('one'));
          await gone.promise;
          call.send(finishChunk());
          call.send(usageChunk({ prompt_tokens: 5, completion_tokens: 3 }));
          call.endEvents();
        },
      });
      const exchange = await scene.open({ stream: true });
      await exchange.waitForText('one');
      await exchange.leave();
      gone.resolve();
      const record = await scene.onlyRecord();
      expect(record).toMatchObject({ estimated: false, clientDisconnected: true, tokens: { input: 5, output: 3 } });
      await scene.chargeFor(record);
      await scene.settled();
    });

    it('before anything came pays nothing; the provider is cut off, and nothing stays held', async () => {
      for (const stream of [false, true]) {
        const scene = await stage.scene({ script: () => undefined });
        const exchange = await scene.open({ stream });
        await waitFor(() => scene.endpoint.calls.length === 1, { what: 'the request to reach the provider' });
        expect((await scene.account()).heldNanos).not.toBe('0');
        await exchange.leave();
        await scene.endpoint.calls[0]?.cut;
        expect(await scene.onlyRecord()).toMatchObject({ outcome: 'released', clientDisconnected: true });
        expect((await scene.settled()).balanceNanos).toBe('100000000000');
      }
    });

    it('before a plain answer pays for it when it still comes, as the provider is paid for it', async () => {
      const gone = Promise.withResolvers<void>();
      const scene = await stage.scene({
        script: async (call) => {
          await gone.promise;
          call.answer(200, completion('Too late.'));
        },
      });
      const exchange = await scene.open();
      await waitFor(() => scene.endpoint.calls.length === 1, { what: 'the request to reach the provider' });
      await exchange.leave();
      gone.resolve();
      const record = await scene.onlyRecord();
      expect(record).toMatchObject({ outcome: 'settled', clientDisconnected: true, tokens: { input: 11, output: 7 } });
      await scene.chargeFor(record);
      await scene.settled();
    });
  });
}
