import { describe, expect, it } from '@jest/globals';
import type { PriceListEntry } from '../domain/price-list-plan.js';
import { readLiteLlm } from './litellm.js';
import { readOpenRouter } from './openrouter.js';

/** What a list says about its only model. */
function only(entries: readonly PriceListEntry[]) {
  expect(entries).toHaveLength(1);
  const [entry] = entries;
  if (!entry || 'skipped' in entry) throw new Error(`skipped: ${entry?.skipped}`);
  return entry;
}

const reasonOf = (entries: readonly PriceListEntry[]) => {
  const [entry] = entries;
  return entry && 'skipped' in entry ? entry.skipped : undefined;
};

describe("LiteLLM's price map", () => {
  /** As the file has it: numbers in scientific notation, written here as text so that nothing rewrites them. */
  const map = (fields: string, name = 'gpt-4o') =>
    `{"sample_spec": {"max_tokens": "a number"}, "${name}": {${fields}}}`;
  const limits = '"max_input_tokens": 128000, "max_output_tokens": 16384, "mode": "chat"';

  it('gives every price to the last nano', () => {
    const { model, notes } = only(
      readLiteLlm(
        map(`${limits}, "litellm_provider": "openai", "supports_vision": true,
          "input_cost_per_token": 2.5e-06, "output_cost_per_token": 1e-05, "cache_read_input_token_cost": 1.25e-06,
          "cache_creation_input_token_cost": 3.75e-06, "cache_creation_input_token_cost_above_1hr": 6e-06,
          "input_cost_per_audio_token": 4e-05, "output_cost_per_audio_token": 8e-05,
          "input_cost_per_image_token": 1.0000000000e-05, "file_search_cost_per_1k_calls": 0.0025,
          "code_interpreter_cost_per_session": 0.03,
          "search_context_cost_per_query": {"search_context_size_low": 0.025, "search_context_size_medium": 0.0275},
          "supported_endpoints": ["/v1/chat/completions", "/v1/batch"],
          "input_cost_per_token_batches": 1.25e-06, "output_cost_per_token_priority": 1.7e-05`),
      ),
    );
    expect(notes).toEqual([]);
    expect(model).toEqual({
      name: 'gpt-4o',
      vendor: 'openai',
      inputModalities: ['text', 'image'],
      outputModalities: ['text'],
      endpoints: ['/v1/chat/completions', '/v1/batch'],
      contextWindow: 128_000,
      maxOutputTokens: 16_384,
      isPlaceholder: true,
      terms: {
        rates: {
          input: '2500000000',
          output: '10000000000',
          cachedInput: '1250000000',
          cacheWrite5m: '3750000000',
          cacheWrite1h: '6000000000',
          inputAudio: '40000000000',
          outputAudio: '80000000000',
          inputImage: '10000000000',
        },
        perCallNanos: '0',
        tiers: [],
        units: { fileSearchCall: '2500', codeInterpreterCall: '30000000', webSearchCall: '27500000' },
      },
    });
  });

  it('rounds half up what is no whole nano, and says so', () => {
    const { model, notes } = only(
      readLiteLlm(map(`${limits}, "input_cost_per_token": 1.5e-15, "output_cost_per_token": 3.0000000000000004e-06`)),
    );
    expect(model.terms?.rates).toEqual({ input: '2', output: '3000000000' });
    expect(notes).toEqual([
      'rounded half up to whole nanos: input_cost_per_token 1.5e-15',
      'rounded half up to whole nanos: output_cost_per_token 3.0000000000000004e-06',
    ]);
  });

  it('completes each tier with the rates below it, for tiers replace all rates', () => {
    const { model } = only(
      readLiteLlm(
        map(`${limits}, "input_cost_per_token": 1e-06, "output_cost_per_token": 2e-06, "cache_read_input_token_cost": 1e-07,
          "input_cost_per_token_above_256k_tokens": 4e-06,
          "input_cost_per_token_above_128k_tokens": 3e-06, "output_cost_per_token_above_128k_tokens": 5e-06`),
      ),
    );
    expect(model.terms?.tiers).toEqual([
      { aboveInputTokens: 128_000, rates: { input: '3000000000', output: '5000000000', cachedInput: '100000000' } },
      { aboveInputTokens: 256_000, rates: { input: '4000000000', output: '5000000000', cachedInput: '100000000' } },
    ]);
  });

  it.each<[string, string, object]>([
    [
      'transcription by the second, once',
      '"mode": "audio_transcription", "input_cost_per_second": 0.0001, "output_cost_per_second": 0.0001',
      { terms: { rates: {}, units: { transcriptionSecond: '100000' } }, inputModalities: ['audio'] },
    ],
    [
      'images by the piece',
      '"mode": "image_generation", "output_cost_per_image": 0.04',
      { terms: { rates: {}, units: { image: '40000000' } }, outputModalities: ['image'] },
    ],
    [
      'embeddings, which write nothing',
      '"mode": "embedding", "max_input_tokens": 8191, "input_cost_per_token": 2e-08, "output_cost_per_token": 0.0',
      { terms: { rates: { input: '20000000', output: '0' } }, maxOutputTokens: 1, outputModalities: ['embedding'] },
    ],
    [
      'a price for each request',
      `${limits}, "input_cost_per_request": 0.005, "input_cost_per_token": 0`,
      { terms: { perCallNanos: '5000000', rates: { input: '0' } } },
    ],
  ])('gives %s', (_, fields, expected) => {
    expect(only(readLiteLlm(map(fields))).model).toMatchObject(expected);
  });

  it('says which prices have no place in ours', () => {
    const { notes } = only(
      readLiteLlm(map(`${limits}, "input_cost_per_token": 1e-06, "output_cost_per_reasoning_token": 3e-06`)),
    );
    expect(notes).toEqual(['not taken over: output_cost_per_reasoning_token']);
  });

  it.each([
    ['without a price', limits, 'gpt-4o', 'no price'],
    [
      'priced by the character',
      '"mode": "audio_speech", "input_cost_per_character": 1e-05',
      'tts-1',
      'input_cost_per_character',
    ],
    ['without limits', '"input_cost_per_token": 1e-06', 'gpt-4o', 'context window'],
    ['whose name cannot be one', `${limits}, "input_cost_per_token": 1e-06`, 'a name', 'name must be'],
    ['of a negative price', `${limits}, "input_cost_per_token": -1e-06`, 'gpt-4o', 'negative'],
    ['of a price that is no number', `${limits}, "input_cost_per_token": "free"`, 'gpt-4o', 'decimal number'],
    ['beyond all prices', `${limits}, "input_cost_per_token": 5`, 'gpt-4o', 'terms.rates.input'],
  ])('skips a model %s and says why', (_, fields, name, reason) => {
    expect(reasonOf(readLiteLlm(map(fields, name)))).toContain(reason);
  });

  it.each(['', '[]', 'null', '"text"', '{"a":'])('is not %j', (text) => {
    expect(() => readLiteLlm(text)).toThrow(expect.objectContaining({ code: 'invalid_request_error' }));
  });
});

describe("OpenRouter's list of models", () => {
  const list = (model: object) => JSON.stringify({ data: [model] });
  const gpt = {
    id: 'openai/gpt-4o',
    name: 'OpenAI: GPT-4o',
    description: 'Line one.\n\nLine two.',
    context_length: 128_000,
    architecture: { input_modalities: ['text', 'image', 'file'], output_modalities: ['text'] },
    top_provider: { max_completion_tokens: 16_384 },
    pricing: {
      prompt: '0.0000025',
      completion: '0.00001',
      request: '0.005',
      image: '0.003613',
      web_search: '0.01',
      internal_reasoning: '0',
      input_cache_read: '0.00000125',
      input_cache_write: '0',
    },
  };

  it('gives every price to the last nano, and says what has no place in ours', () => {
    const { model, notes } = only(readOpenRouter(list(gpt)));
    expect(model).toEqual({
      name: 'openai/gpt-4o',
      displayName: 'GPT-4o',
      vendor: 'OpenAI',
      description: 'Line one. Line two.',
      inputModalities: ['text', 'image', 'file'],
      outputModalities: ['text'],
      contextWindow: 128_000,
      maxOutputTokens: 16_384,
      isPlaceholder: true,
      terms: {
        // A cache write of 0 means that there is none; named, it would make these tokens free.
        rates: { input: '2500000000', output: '10000000000', cachedInput: '1250000000' },
        perCallNanos: '5000000',
        tiers: [],
        units: { webSearchCall: '10000000' },
      },
    });
    expect(notes).toEqual(['not taken over: image']);
  });

  it('gives free models their price of 0', () => {
    const pricing = { prompt: '0', completion: '0' };
    expect(only(readOpenRouter(list({ ...gpt, pricing }))).model.terms?.rates).toEqual({ input: '0', output: '0' });
  });

  it.each<[string, object, string]>([
    ['a price that varies', { ...gpt, pricing: { prompt: '-1', completion: '-1' } }, 'depends on what it is routed to'],
    ['no price', { ...gpt, pricing: undefined }, 'no pricing'],
    ['no context window', { ...gpt, context_length: null }, 'context window'],
    ['no id', { ...gpt, id: undefined }, 'no id'],
    ['a price that is no number', { ...gpt, pricing: { prompt: 'x' } }, 'decimal number'],
  ])('skips a model with %s and says why', (_, model, reason) => {
    expect(reasonOf(readOpenRouter(list(model)))).toContain(reason);
  });

  it.each(['', '{}', '{"data":{}}', '[]'])('is not %j', (text) => {
    expect(() => readOpenRouter(text)).toThrow(expect.objectContaining({ code: 'invalid_request_error' }));
  });
});
