import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { inputTokens, outputTokens } from '@code-router/money';
import { normalizeOpenAiUsage } from './usage.js';

describe('OpenAI usage in disjoint classes', () => {
  it('takes cached and audio tokens out of the input they are part of', () => {
    const usage = normalizeOpenAiUsage({
      prompt_tokens: 105,
      completion_tokens: 23,
      prompt_tokens_details: { cached_tokens: 7, audio_tokens: 10 },
      completion_tokens_details: { reasoning_tokens: 20, audio_tokens: 3 },
    });
    expect(usage).toEqual({
      tokens: { input: 88, cachedInput: 7, inputAudio: 10, output: 20, outputAudio: 3 },
      reasoningTokens: 20,
    });
  });

  it('reads DeepSeek’s cache hits', () => {
    const usage = normalizeOpenAiUsage({ prompt_tokens: 10, completion_tokens: 1, prompt_cache_hit_tokens: 4 });
    expect(usage?.tokens).toMatchObject({ input: 6, cachedInput: 4 });
  });

  it.each<[string, object, object]>([
    [
      'OpenRouter’s cache writes',
      { prompt_tokens_details: { cached_tokens: 10, cache_write_tokens: 60 } },
      { input: 30, cachedInput: 10, cacheWrite5m: 60 },
    ],
    [
      'LiteLLM’s, which come under two names, once',
      { cache_creation_input_tokens: 60, prompt_tokens_details: { cached_tokens: 0, cache_creation_tokens: 60 } },
      { input: 40, cacheWrite5m: 60 },
    ],
    [
      'those that are kept for an hour',
      {
        cache_creation_input_tokens: 60,
        cache_creation: { ephemeral_5m_input_tokens: 20, ephemeral_1h_input_tokens: 40 },
      },
      { input: 40, cacheWrite5m: 20, cacheWrite1h: 40 },
    ],
    [
      'the same in LiteLLM’s place',
      {
        prompt_tokens_details: {
          cache_creation_tokens: 60,
          cache_creation_token_details: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 60 },
        },
      },
      { input: 40, cacheWrite1h: 60 },
    ],
    [
      'images',
      { prompt_tokens_details: { image_tokens: 70, audio_tokens: 5 } },
      { input: 25, inputImage: 70, inputAudio: 5 },
    ],
    ['more writes than there is prompt', { cache_creation_input_tokens: 500 }, { input: 0, cacheWrite5m: 100 }],
  ])('takes %s out of the input', (_what, fields, expected) => {
    const usage = normalizeOpenAiUsage({ prompt_tokens: 100, completion_tokens: 1, ...fields });
    expect(usage?.tokens).toEqual({ cachedInput: 0, inputAudio: 0, output: 1, outputAudio: 0, ...expected });
  });

  it.each([
    ['Anthropic’s and OpenRouter’s searches', { server_tool_use: { web_search_requests: 2 } }, { webSearchCall: 2 }],
    ['LiteLLM’s', { prompt_tokens_details: { web_search_requests: 3 } }, { webSearchCall: 3 }],
    ['Perplexity’s', { num_search_queries: 4 }, { webSearchCall: 4 }],
    ['xAI’s sources', { num_sources_used: 12 }, { webSearchCall: 12 }],
    [
      'xAI’s tools',
      {
        num_sources_used: 0,
        server_side_tool_usage_details: { web_search_calls: 1, x_search_calls: 2, code_interpreter_calls: 3 },
      },
      { webSearchCall: 3, codeInterpreterCall: 3 },
    ],
    [
      'the same searches under two names, once',
      { server_tool_use: { web_search_requests: 2 }, prompt_tokens_details: { web_search_requests: 2 } },
      { webSearchCall: 2 },
    ],
    ['that there was none', { server_tool_use: { web_search_requests: 0 } }, { webSearchCall: 0 }],
    ['nothing where the provider says nothing', {}, undefined],
    ['nothing where it is no count', { num_search_queries: -1, num_sources_used: '5' }, undefined],
  ])('reads %s', (_what, fields, units) => {
    const usage = normalizeOpenAiUsage({ prompt_tokens: 1, completion_tokens: 1, ...fields });
    expect(usage?.units).toEqual(units);
  });

  it.each([
    [undefined],
    [null],
    ['many'],
    [{}],
    [{ total_tokens: 5 }],
    [{ prompt_tokens: '5' }],
    [{ prompt_tokens: -1 }],
  ])('finds no counts in %j', (usage) => {
    expect(normalizeOpenAiUsage(usage)).toBeUndefined();
  });

  it('never makes a negative count or a token out of nothing, whatever a provider sends', () => {
    const count = fc.oneof(fc.nat(), fc.integer(), fc.double(), fc.constant(null), fc.string());
    fc.assert(
      fc.property(fc.tuple(count, count, count, count, count), count, (counts, other) => {
        const [prompt, completion, cached, audio, written] = counts;
        const usage = normalizeOpenAiUsage({
          prompt_tokens: prompt,
          completion_tokens: completion,
          prompt_tokens_details: { cached_tokens: cached, audio_tokens: audio, image_tokens: other },
          cache_creation_input_tokens: written,
          cache_creation: { ephemeral_1h_input_tokens: other, ephemeral_5m_input_tokens: cached },
          completion_tokens_details: { audio_tokens: written },
        });
        if (!usage) return;
        for (const tokens of Object.values(usage.tokens)) expect(tokens).toBeGreaterThanOrEqual(0);
        const valid = (value: unknown): number =>
          Number.isSafeInteger(value) && Number(value) > 0 ? Number(value) : 0;
        expect(inputTokens(usage.tokens) + 0).toBe(valid(prompt));
        expect(outputTokens(usage.tokens) + 0).toBe(valid(completion));
      }),
    );
  });
});
