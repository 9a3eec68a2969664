import { describe, expect, it } from '@jest/globals';
import type { PriceTermsText, TokenUsage } from '@code-router/money';
import { chargeOf, nanosOf, NANOS_PER_CREDIT, NANOS_PER_QUOTA_UNIT, ONE } from './stage/charge.js';
import type { Answer, Scene } from './stage/scene.js';
import { TERMS, unique, type Stage } from './stage/stage.js';
import { answering, completion, finishChunk, textChunk, usageChunk, type WireUsage } from './stage/wire.js';

/** What a provider reports, and how many tokens of each class are charged for it. */
const SHAPES: readonly (readonly [string, WireUsage, TokenUsage])[] = [
  ['plain counts', { prompt_tokens: 11, completion_tokens: 7 }, { input: 11, output: 7 }],
  [
    'cached tokens, which are part of the prompt',
    { prompt_tokens: 1_000, completion_tokens: 7, prompt_tokens_details: { cached_tokens: 900 } },
    { input: 100, cachedInput: 900, output: 7 },
  ],
  [
    'cached tokens named beside the prompt, as DeepSeek does',
    { prompt_tokens: 1_000, completion_tokens: 7, prompt_cache_hit_tokens: 640, prompt_cache_miss_tokens: 360 },
    { input: 360, cachedInput: 640, output: 7 },
  ],
  [
    'more cached tokens than prompt, as proxies do that mix conventions',
    { prompt_tokens: 10, completion_tokens: 7, prompt_tokens_details: { cached_tokens: 900 } },
    { cachedInput: 10, output: 7 },
  ],
  [
    'reasoning, which is part of the completion',
    { prompt_tokens: 11, completion_tokens: 500, completion_tokens_details: { reasoning_tokens: 450 } },
    { input: 11, output: 500 },
  ],
];

export function describeBilling(stage: Stage): void {
  describe('a charge', () => {
    it.each(SHAPES)('is exact for %s, and the same wherever it is told', async (_, usage, tokens) => {
      const scene = await stage.scene({ script: answering('Text.', usage) });
      expect(await told(scene, await scene.ask())).toEqual(charged(tokens, TERMS));
    });

    it.each(SHAPES)('is exact in a stream for %s, and the same wherever it is told', async (_, usage, tokens) => {
      const scene = await stage.scene({ script: answering('Text.', usage) });
      const answer = await scene.ask({ stream: true, stream_options: { include_usage: true } });
      expect(await told(scene, answer)).toEqual(charged(tokens, TERMS));
    });

    it.each([
      [
        'the last chunk with text',
        [textChunk('a'), finishChunk({ usage: { prompt_tokens: 3, completion_tokens: 1 } })],
      ],
      [
        'every chunk, growing',
        [
          textChunk('a', { usage: { prompt_tokens: 3, completion_tokens: 0 } }),
          textChunk('b', { usage: { prompt_tokens: 3, completion_tokens: 0 } }),
          finishChunk({ usage: { prompt_tokens: 3, completion_tokens: 1 } }),
        ],
      ],
      ['a chunk before the last one', [usageChunk({ prompt_tokens: 3, completion_tokens: 1 }), finishChunk()]],
    ])('is read from the usage in %s', async (_, chunks) => {
      const scene = await stage.scene({
        script: (call) => {
          call.startEvents();
          for (const chunk of chunks) call.send(chunk);
          call.endEvents();
        },
      });
      await scene.ask({ stream: true });
      const record = await scene.onlyRecord();
      expect(record).toMatchObject({ tokens: { input: 3, output: 1 }, estimated: false });
      expect(BigInt(record.amountNanos)).toBe(chargeOf({ input: 3, output: 1 }, TERMS));
    });

    it.each<[string, unknown]>([
      ['leaves out usage', undefined],
      ['has no counts in its usage', {}],
      ['says that its usage is null', null],
      ['says that it used nothing', { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 }],
    ])('is counted here when the provider %s, and told to the client', async (_, usage) => {
      const text = 'An answer without a bill is still an answer. '.repeat(5);
      const scene = await stage.scene({ script: (call) => call.answer(200, { ...completion(text), usage }) });
      const answer = await scene.ask();
      const record = await scene.record(answer.requestId);
      expect(record.estimated).toBe(true);
      expect(record.tokens.input).toBeGreaterThan(0);
      expect(record.tokens.output).toBeGreaterThan(40);
      expect(await told(scene, answer)).toEqual(charged(record.tokens, TERMS));
    });

    it.each<[string, readonly object[]]>([
      ['without usage', []],
      ['whose usage is null', [usageChunk(null)]],
      ['that says it used nothing', [usageChunk({ prompt_tokens: 0, completion_tokens: 0 })]],
    ])('is counted here for a stream %s: a token for each chunk at least', async (_, usage) => {
      const scene = await stage.scene({
        script: (call) => {
          call.startEvents();
          for (let index = 0; index < 30; index += 1) call.send(textChunk('é'));
          call.send(finishChunk());
          for (const chunk of usage) call.send(chunk);
          call.endEvents();
        },
      });
      const answer = await scene.ask({ stream: true, stream_options: { include_usage: true } });
      expect(answer.text).not.toContain('"cost"');
      const record = await scene.record(answer.requestId);
      expect(record).toMatchObject({ estimated: true, outcome: 'settled' });
      expect(record.tokens.output).toBeGreaterThanOrEqual(30);
      expect(BigInt(record.amountNanos)).toBe(chargeOf(record.tokens, TERMS));
      expect(await scene.chargeFor(record)).toMatchObject({ amountNanos: `-${record.amountNanos}` });
    });

    it('has a price per call and a tier for long contexts', async () => {
      const tier = { aboveInputTokens: 1_000, rates: { input: '5000000011', output: '20000000003' } };
      const terms: PriceTermsText = { ...TERMS, perCallNanos: '1234567', tiers: [tier] };
      const usage = { prompt_tokens: 1_001, completion_tokens: 3 };
      const scene = await stage.scene({ script: answering('Long.', usage), terms });
      expect(await told(scene, await scene.ask())).toEqual(
        charged({ input: 1_001, output: 3 }, { ...terms, rates: tier.rates }),
      );
    });

    it('has the multiplier of the group of the account', async () => {
      const { name: group } = await stage.admin.putGroup(unique('group'), '0.333333');
      const scene = await stage.scene({ account: { group } });
      expect(await told(scene, await scene.ask())).toEqual(charged({ input: 11, output: 7 }, TERMS, 333_333n));
      expect(await scene.onlyRecord()).toMatchObject({ multiplierSource: 'account-group' });
    });

    it('has the multiplier of the group of the key before that of the account', async () => {
      const { name: accountGroup } = await stage.admin.putGroup(unique('group'), '0.5');
      const { name: group } = await stage.admin.putGroup(unique('group'), '1.7');
      const scene = await stage.scene({ account: { group: accountGroup }, key: { group } });
      expect(await told(scene, await scene.ask())).toEqual(charged({ input: 11, output: 7 }, TERMS, 1_700_000n));
      expect(await scene.onlyRecord()).toMatchObject({ multiplierSource: 'key-group' });
    });

    it('is rounded once, half up, at the end of the whole sum', async () => {
      // 3 input tokens cost 1.5 nanos and the call 0.5: two nanos, where rounding each part would make three.
      const terms: PriceTermsText = { rates: { input: '1000000', output: '0' }, perCallNanos: '1', tiers: [] };
      const { name: group } = await stage.admin.putGroup(unique('group'), '0.5');
      const usage = { prompt_tokens: 3, completion_tokens: 0 };
      const scene = await stage.scene({ script: answering('Cheap.', usage), terms, account: { group } });
      const answer = await scene.ask();
      expect(await told(scene, answer)).toEqual(charged({ input: 3 }, terms, 500_000n));
      expect(await scene.onlyRecord()).toMatchObject({ amountNanos: '2' });
    });

    it('is not told to the client of a key that does not show costs, and made all the same', async () => {
      const scene = await stage.scene({ key: { showCost: false } });
      const plain = await scene.ask();
      const streamed = await scene.ask({ stream: true, stream_options: { include_usage: true } });
      for (const { headers, text } of [plain, streamed]) {
        expect(headers.get('x-code-router-cost')).toBeNull();
        expect(text).not.toContain('"cost"');
        expect(headers.get('x-code-router-price-version')).toBe(scene.priceVersionId);
      }
      for (const { requestId } of [plain, streamed]) {
        const record = await scene.record(requestId);
        expect(BigInt(record.amountNanos)).toBe(chargeOf({ input: 11, output: 7 }, TERMS));
        await scene.chargeFor(record);
      }
    });

    it('leaves nothing held, and what was held and not used is available again at once', async () => {
      const scene = await stage.scene();
      await scene.ask();
      const { balanceNanos, availableNanos } = await scene.settled();
      const charge = chargeOf({ input: 11, output: 7 }, TERMS);
      expect([balanceNanos, availableNanos]).toEqual(Array(2).fill((100n * NANOS_PER_CREDIT - charge).toString()));
      const [key] = await stage.admin.keys(scene.accountId);
      expect(key).toMatchObject({ heldNanos: '0', spentNanos: charge.toString() });
    });
  });

  describe('usage', () => {
    it('is in the records and in the hourly and daily sums what is in the ledger', async () => {
      const scene = await stage.scene({
        script: (call) =>
          call.json.messages[0]?.content === 'fail' ? call.answer(500, '{}') : answering('Text.')(call),
      });
      const asked = [{}, { stream: true }, { messages: [{ role: 'user', content: 'fail' }] }, {}, {}];
      const answers = await Promise.all(asked.map((others) => scene.ask(others)));
      const records = await Promise.all(answers.map(({ requestId }) => scene.record(requestId)));
      await scene.settled();

      const charge = chargeOf({ input: 11, output: 7 }, TERMS);
      const total = (4n * charge).toString();
      expect((await scene.charges()).map(({ amountNanos }) => amountNanos)).toEqual(Array(4).fill(`-${charge}`));
      expect(records.map(({ amountNanos }) => BigInt(amountNanos)).reduce((sum, amount) => sum + amount)).toBe(
        4n * charge,
      );
      for (const granularity of ['hour', 'day'] as const) {
        const rollups = await stage.admin.rollups(scene.accountId, granularity);
        const sum = (name: 'amountNanos' | 'inputTokens' | 'outputTokens' | 'requests' | 'failures') =>
          rollups.reduce((all, rollup) => all + BigInt(rollup[name]), 0n).toString();
        expect(
          ['amountNanos', 'inputTokens', 'outputTokens', 'requests', 'failures'].map((name) => sum(name as 'requests')),
        ).toEqual([total, '44', '28', '5', '1']);
      }
    });

    it('says what a support engineer asks for', async () => {
      const scene = await stage.scene();
      const { requestId } = await scene.ask(
        { stream: true },
        {
          authorization: `Bearer ${scene.key.secret}`,
          'user-agent': 'an agent/1.0',
        },
      );
      expect(await scene.record(requestId)).toMatchObject({
        requestId,
        keyId: scene.key.id,
        keyName: scene.key.name,
        endpoint: '/v1/chat/completions',
        stream: true,
        modelAsked: scene.model,
        modelServed: 'upstream-model',
        channelId: scene.channel.id,
        channelName: scene.channel.name,
        attempts: 1,
        finishReason: 'stop',
        httpStatus: 200,
        clientDisconnected: false,
        clientIp: '127.0.0.1',
        userAgent: 'an agent/1.0',
        priceVersionId: scene.priceVersionId,
        terms: TERMS,
      });
    });
  });
}

/** What was charged for a request: the tokens, and every amount that is told of it anywhere, each once. */
interface Charged {
  readonly tokens: TokenUsage;
  readonly amounts: readonly bigint[];
}

function charged(tokens: TokenUsage, terms: PriceTermsText, multiplier = ONE): Charged {
  return { tokens: used(tokens), amounts: [chargeOf(tokens, terms, multiplier)] };
}

/** Reads the amount where it is told: in the header (but of a stream), in the body, in the usage record and in the ledger. */
async function told(scene: Scene, { status, headers, text, requestId }: Answer): Promise<Charged> {
  expect(status).toBe(200);
  expect(headers.get('x-code-router-price-version')).toBe(scene.priceVersionId);
  const record = await scene.record(requestId);
  const entry = await scene.chargeFor(record);
  const inBody = /"cost":([\d.]+)/.exec(text)?.[1] ?? 'no cost in the body';
  const inHeader = headers.get('x-code-router-cost') ?? 'no cost in the header';
  const amounts = new Set([
    BigInt(record.amountNanos),
    -BigInt(entry.amountNanos),
    nanosOf(inBody, NANOS_PER_CREDIT),
    ...(record.stream ? [] : [nanosOf(inHeader, NANOS_PER_QUOTA_UNIT)]),
  ]);
  return { tokens: used(record.tokens), amounts: [...amounts] };
}

function used(tokens: TokenUsage): TokenUsage {
  return Object.fromEntries(Object.entries(tokens).filter(([, count]) => count > 0));
}
