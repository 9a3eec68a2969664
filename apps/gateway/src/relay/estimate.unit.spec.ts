import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Quote } from '@code-router/contracts';
import { TokenCounter } from '../tokens/token-counter.js';
import { readChatRequest, type ChatRequest } from './chat-request.js';
import { Estimating } from './estimate.js';
import { LocalUsage } from './local-usage.js';
import { PricedQuote } from './quote.js';

const quote = (changes: Partial<Quote> = {}): PricedQuote =>
  new PricedQuote({
    model: 'm',
    priceVersionId: '1',
    terms: { rates: { input: '1000000', output: '2000000' }, perCallNanos: '0', tiers: [] },
    multiplierMillionths: '1000000',
    multiplierSource: 'default',
    multiplierExplanation: 'No multiplier applies.',
    maxOutputTokens: 4_096,
    contextWindow: 128_000,
    catalogVersion: 1,
    ...changes,
  });

const chat = (content: unknown, fields: object = {}): ChatRequest =>
  readChatRequest(Buffer.from(JSON.stringify({ model: 'm', messages: [{ role: 'user', content }], ...fields })));

const estimating = new Estimating(new TokenCounter());

describe('the estimate of a request', () => {
  it('bounds the input by the bytes of the body, and never by more than the model can read', () => {
    const request = chat('grüße 日本 😀');
    expect(estimating.bound(request, quote()).inputTokens).toBe(request.body.length);
    expect(estimating.bound(request, quote({ contextWindow: 10 })).inputTokens).toBe(10);
  });

  it.each([
    ['the model’s limit where the request sets none', {}, 4_096],
    ['the request’s limit', { max_tokens: 5 }, 5],
    ['the model’s limit where the request’s is higher', { max_tokens: 1_000_000 }, 4_096],
    ['the limit of every answer asked for', { max_tokens: 5, n: 3 }, 15],
  ])('bounds the output by %s', (_what, fields, expected) => {
    expect(estimating.bound(chat('hi', fields), quote()).outputTokens).toBe(expected);
  });

  it('covers the searches that are asked for, also when it is counted or lowered', async () => {
    const terms = {
      rates: { input: '1000000', output: '2000000' },
      perCallNanos: '0',
      tiers: [],
      units: { webSearchCall: '1000' },
    };
    const searching = quote({ terms, multiplierMillionths: '2000000' });
    const [request, plain] = [chat('news?', { web_search_options: {}, n: 2 }), chat('news?', { n: 2 })];
    const bound = estimating.bound(request, searching);
    expect(bound.units).toEqual({ webSearchCall: 10 });
    const without = estimating.bound(plain, searching);
    const ofBytes = BigInt(request.body.length - plain.body.length) * 2n;
    expect(bound.costNanos - without.costNanos).toBe(10n * 1_000n * 2n + ofBytes);
    const counted = await estimating.count(request, searching, bound);
    expect(counted?.units).toEqual({ webSearchCall: 10 });
    const lowered = estimating.withLessOutput(request, searching, bound, bound.costNanos - 100n);
    expect(lowered?.units).toEqual({ webSearchCall: 10 });
    expect(lowered?.costNanos).toBeLessThanOrEqual(bound.costNanos - 100n);
    expect(estimating.bound(request, quote()).units).toBeUndefined();
  });

  it('covers input at the dearest of its rates, since all of it may be written to a cache', () => {
    const terms = { rates: { input: '1000000', cacheWrite1h: '2000000', output: '0' }, perCallNanos: '0', tiers: [] };
    const { inputTokens, costNanos } = estimating.bound(chat('hi'), quote({ terms }));
    expect(costNanos).toBe(BigInt(inputTokens * 2));
  });

  it('allows for what is linked, whose size the body does not tell', () => {
    const image = { type: 'image_url', image_url: { url: 'https://example.org/a.png' } };
    const request = chat([image, { type: 'text', text: 'What is this?' }]);
    expect(estimating.bound(request, quote()).inputTokens).toBeGreaterThan(request.body.length + 4_000);
  });

  it.each([
    ['a file by its id', [{ type: 'file', file: { file_id: 'file-1' } }], true],
    ['a file that is embedded', [{ type: 'file', file: { file_data: 'data:application/pdf;base64,JVBERi0x' } }], true],
    ['a video', [{ type: 'video_url', video_url: { url: 'https://example.org/a.mp4' } }], true],
    ['a part that nobody knows yet', [{ type: 'hologram', id: '1' }], true],
    ['an earlier refusal', [{ type: 'refusal', refusal: 'No.' }], false],
    ['a sound, whose bytes bound it', [{ type: 'input_audio', input_audio: { data: 'UklGRg', format: 'wav' } }], false],
    ['an image', [{ type: 'image_url', image_url: { url: 'https://example.org/a.png' } }], false],
  ])('holds for %s what the model can read at most: %s', async (_what, parts, isWhole) => {
    const request = chat(parts);
    const bound = estimating.bound(request, quote());
    expect(bound.inputTokens === 128_000).toBe(isWhole);
    expect((await estimating.count(request, quote(), bound)) === undefined).toBe(isWhole);
  });

  it('holds the whole window for an earlier answer that was spoken, and is named only', () => {
    const messages = [{ role: 'assistant', audio: { id: 'audio_1' } }];
    const request = readChatRequest(Buffer.from(JSON.stringify({ model: 'm', messages })));
    expect(estimating.bound(request, quote()).inputTokens).toBe(128_000);
  });

  it('is lower when counted, and still covers the real count', async () => {
    const request = chat('The quick brown fox jumps over the lazy dog. '.repeat(100));
    const bound = estimating.bound(request, quote());
    const counted = await estimating.count(request, quote(), bound);
    expect(counted?.inputTokens).toBeLessThan(bound.inputTokens / 2);
    // Ten tokens a sentence, in the encoding that it is counted with.
    expect(counted?.inputTokens).toBeGreaterThan(1_000);
  });

  const long = 'The quick brown fox jumps over the lazy dog. '.repeat(100);

  it.each([
    ['tools', { tools: [{ type: 'function', function: { name: 'f', description: long } }] }],
    ['functions, as tools were called', { functions: [{ name: 'f', description: long }] }],
    [
      'the schema of the answer',
      { response_format: { type: 'json_schema', json_schema: { name: 's', schema: { description: long } } } },
    ],
    ['what only some providers know', { documents: [{ text: long }] }],
  ])('counts %s, which the model reads as well', async (_what, fields) => {
    const request = chat('hi', fields);
    const counted = await estimating.count(request, quote(), estimating.bound(request, quote()));
    expect(counted?.inputTokens).toBeGreaterThan(1_000);
    const local = await new LocalUsage(new TokenCounter()).ofAnswer(request, 'ok');
    expect(local.tokens.input).toBeGreaterThan(1_000);
    expect(local.tokens.input).toBeLessThanOrEqual(counted?.inputTokens ?? 0);
  });

  it('counts nothing that no model reads', async () => {
    const request = chat('hi', { metadata: { note: long.slice(0, 512) }, user: long, logit_bias: { '1': 5 } });
    const counted = await estimating.count(request, quote(), estimating.bound(request, quote()));
    expect(counted?.inputTokens).toBeLessThan(100);
  });

  it('covers a prediction that turns out wrong, which is billed as output', async () => {
    const request = chat('hi', { prediction: { type: 'content', content: long }, max_tokens: 5 });
    const bound = estimating.bound(request, quote());
    expect(bound.outputTokens).toBeGreaterThan(5 + long.length);
    const counted = await estimating.count(request, quote(), bound);
    expect(counted?.outputTokens).toBeGreaterThan(1_000);
    expect(counted?.outputTokens).toBeLessThan(bound.outputTokens / 2);
    expect(counted?.inputTokens).toBeLessThan(100);
    // OpenAI takes no limit beside a prediction.
    expect(estimating.withLessOutput(request, quote(), bound, bound.costNanos - 1n)).toBeUndefined();
  });
});

describe('a request with less output', () => {
  it('gets as much as the amount pays for, and not a token more', () => {
    fc.assert(
      fc.property(fc.nat({ max: 20_000 }), fc.integer({ min: 1, max: 8 }), (available, n) => {
        const request = chat('hi', { n, max_tokens: 2_000 });
        const bound = estimating.bound(request, quote());
        const costOf = (perChoice: number): number => bound.inputTokens + 2 * perChoice * n;
        const most = Math.min(1_999, Math.floor((available - bound.inputTokens) / (2 * n)));
        const expected =
          most < 1
            ? undefined
            : { inputTokens: bound.inputTokens, outputTokens: most * n, costNanos: BigInt(costOf(most)) };
        expect(estimating.withLessOutput(request, quote(), bound, BigInt(available))).toEqual(expected);
      }),
    );
  });
});
