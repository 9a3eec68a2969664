import { DomainError, type Modality, type PriceListModel } from '@code-router/contracts';
import type { TokenClass } from '@code-router/money';
import type { PriceListEntry } from '../domain/price-list-plan.js';
import { countOf, isJsonObject, parseExactJson, textOf, textsOf, type ExactJsonObject } from './exact-json.js';
import { foreignEntry } from './foreign-entry.js';
import { ForeignPrice, type ForeignUnit } from './foreign-price.js';

/**
 * Reads LiteLLM's price map, `model_prices_and_context_window.json`: an object of models by name, in dollars for each
 * token. The format: https://docs.litellm.ai/docs/provider_registration/add_model_pricing
 *
 * @throws DomainError `invalid_request_error` when it is not such a map.
 */
export function readLiteLlm(text: string): readonly PriceListEntry[] {
  const map = parseExactJson(text);
  if (!isJsonObject(map)) {
    throw new DomainError('invalid_request_error', 'content must be a JSON object of models by name.', {
      param: 'content',
    });
  }
  return Object.entries(map)
    .filter(([name]) => name !== 'sample_spec')
    .map(([name, model]) =>
      isJsonObject(model)
        ? foreignEntry(name, () => entryOf(name, model))
        : { name, skipped: 'it is not described by an object' },
    );
}

const RATES: Readonly<Record<string, TokenClass>> = {
  input_cost_per_token: 'input',
  output_cost_per_token: 'output',
  cache_read_input_token_cost: 'cachedInput',
  cache_creation_input_token_cost: 'cacheWrite5m',
  cache_creation_input_token_cost_above_1hr: 'cacheWrite1h',
  input_cost_per_image_token: 'inputImage',
  input_cost_per_audio_token: 'inputAudio',
  output_cost_per_audio_token: 'outputAudio',
};

const TIER = /^(.+)_above_(\d{1,7})k_tokens$/;
/** Prices of other ways to be served than the usual one, which are not what a request of ours costs. */
const OTHER_SERVICE = /_(batches|priority|flex)$|_(batches|priority|flex)_/;
/** What is priced as its unit by the model's mode. */
const SECONDS = { audio_transcription: 'transcriptionSecond', audio_speech: 'speechSecond' } as const;
/** Modes whose models are not limited by tokens, and what is taken for their limit. */
const UNLIMITED_MODES = ['audio_transcription', 'audio_speech', 'image_generation'];
const TOKENS_ASSUMED = 4_096;

function entryOf(name: string, model: ExactJsonObject): PriceListEntry {
  const mode = textOf(model, 'mode') ?? 'chat';
  const price = new ForeignPrice();
  const left = takePrices(price, model, mode);
  if (price.namesNothing) {
    return { name, skipped: `it has no price that can be taken over${left.length > 0 ? ` (${left.join(', ')})` : ''}` };
  }
  const limits = limitsOf(model, mode);
  if (!limits) return { name, skipped: 'it names no context window (max_input_tokens or max_tokens)' };
  const { isAssumed, ...tokens } = limits;
  const profile: PriceListModel = {
    name,
    vendor: textOf(model, 'litellm_provider') ?? '',
    inputModalities: modalities(model, 'input', mode),
    outputModalities: modalities(model, 'output', mode),
    ...endpointsOf(model, mode),
    ...tokens,
    terms: price.terms,
    isPlaceholder: true,
  };
  return {
    model: profile,
    notes: [
      ...price.notes,
      ...(left.length > 0 ? [`not taken over: ${left.join(', ')}`] : []),
      ...(isAssumed ? [`${TOKENS_ASSUMED} input tokens assumed, the list names no limit`] : []),
    ],
  };
}

/** @returns the prices that have no place in ours. */
function takePrices(price: ForeignPrice, model: ExactJsonObject, mode: string): string[] {
  const left: string[] = [];
  for (const field of Object.keys(model).filter((name) => name.includes('cost') && !OTHER_SERVICE.test(name))) {
    const cost = model[field];
    if (field === 'search_context_cost_per_query' && isJsonObject(cost)) {
      // Searches cost by the size of their context; the middle one is what a search is taken for.
      const medium = textOf(cost, 'search_context_size_medium');
      if (medium !== undefined) price.unit('webSearchCall', medium, field);
    } else if (typeof cost === 'string' && !takePrice(price, field, cost, mode) && !/^[0.]+$/.test(cost)) {
      left.push(field);
    } else if (isJsonObject(cost)) {
      left.push(field);
    }
  }
  return left;
}

function takePrice(price: ForeignPrice, field: string, cost: string, mode: string): boolean {
  const tier = TIER.exec(field);
  const tierClass = RATES[tier?.[1] ?? ''];
  const rate = RATES[field];
  if (tier && tierClass) price.tierRate(Number(tier[2]) * 1_000, tierClass, cost, field);
  else if (rate) price.rate(rate, cost, field);
  else return takeUnit(price, field, cost, mode);
  return true;
}

function takeUnit(price: ForeignPrice, field: string, cost: string, mode: string): boolean {
  const isSeconds = mode === 'audio_transcription' || mode === 'audio_speech';
  const unit = ((): readonly [Parameters<ForeignPrice['unit']>[0], ForeignUnit] | undefined => {
    if (field === 'file_search_cost_per_1k_calls') return ['fileSearchCall', 'perThousandPieces'];
    if (field === 'code_interpreter_cost_per_session') return ['codeInterpreterCall', 'perPiece'];
    if (field === 'output_cost_per_image') return ['image', 'perPiece'];
    if (field === 'input_cost_per_image' && mode === 'image_generation') return ['image', 'perPiece'];
    if (field === 'input_cost_per_second' && isSeconds) return [SECONDS[mode], 'perPiece'];
    // Transcriptions are listed with one price in both directions; the second one would charge them twice.
    if (field === 'output_cost_per_second' && mode === 'audio_speech') return ['speechSecond', 'perPiece'];
    return undefined;
  })();
  if (unit) price.unit(unit[0], cost, field, unit[1]);
  else if (field === 'input_cost_per_request') price.perCall(cost, field);
  else return field === 'output_cost_per_second' && mode === 'audio_transcription';
  return true;
}

function limitsOf(model: ExactJsonObject, mode: string) {
  const contextWindow = countOf(model, 'max_input_tokens') ?? countOf(model, 'max_tokens');
  const writesTokens = !UNLIMITED_MODES.includes(mode) && !['embedding', 'rerank', 'moderation'].includes(mode);
  const maxOutputTokens = writesTokens
    ? (countOf(model, 'max_output_tokens') ?? countOf(model, 'max_tokens') ?? contextWindow)
    : 1;
  if (contextWindow !== undefined && maxOutputTokens !== undefined) {
    return { contextWindow, maxOutputTokens, isAssumed: false };
  }
  return UNLIMITED_MODES.includes(mode)
    ? { contextWindow: TOKENS_ASSUMED, maxOutputTokens: 1, isAssumed: true }
    : undefined;
}

function modalities(model: ExactJsonObject, side: 'input' | 'output', mode: string): Modality[] {
  const named = textsOf(model, side === 'input' ? 'supported_modalities' : 'supported_output_modalities');
  const found = new Set<Modality>(named.filter(isKnown));
  const supports = (what: string) => model[`supports_${what}`] === true;
  if (side === 'input') {
    if (mode === 'audio_transcription') found.add('audio');
    if (supports('vision')) found.add('image');
    if (supports('audio_input')) found.add('audio');
    if (supports('video_input')) found.add('video');
    if (supports('pdf_input')) found.add('file');
  } else {
    if (mode === 'embedding') found.add('embedding');
    if (mode === 'image_generation') found.add('image');
    if (mode === 'audio_speech' || supports('audio_output')) found.add('audio');
  }
  const isTextless = side === 'input' ? mode === 'audio_transcription' : /embedding|image_|audio_speech/.test(mode);
  return [...(isTextless && found.size > 0 ? [] : (['text'] as const)), ...[...found].filter((one) => one !== 'text')];
}

function isKnown(modality: string): modality is Modality {
  return ['text', 'image', 'audio', 'video'].includes(modality);
}

const ENDPOINT_OF_MODE: Readonly<Record<string, string>> = {
  chat: '/v1/chat/completions',
  completion: '/v1/completions',
  responses: '/v1/responses',
  embedding: '/v1/embeddings',
  image_generation: '/v1/images/generations',
  audio_transcription: '/v1/audio/transcriptions',
  audio_speech: '/v1/audio/speech',
  moderation: '/v1/moderations',
  rerank: '/v1/rerank',
};

function endpointsOf(model: ExactJsonObject, mode: string) {
  const named = textsOf(model, 'supported_endpoints').filter((path) => path.startsWith('/'));
  const usual = ENDPOINT_OF_MODE[mode];
  if (named.length > 0) return { endpoints: named };
  return usual === undefined ? {} : { endpoints: [usual] };
}
