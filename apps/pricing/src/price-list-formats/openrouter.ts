import { DomainError, MODALITIES, type Modality } from '@code-router/contracts';
import type { TokenClass, UnitClass } from '@code-router/money';
import type { PriceListEntry } from '../domain/price-list-plan.js';
import { countOf, isJsonObject, parseExactJson, textOf, textsOf, type ExactJsonObject } from './exact-json.js';
import { foreignEntry } from './foreign-entry.js';
import { ForeignPrice } from './foreign-price.js';

/**
 * Reads the answer of OpenRouter's `GET /api/v1/models`: models with prices in dollars for each token, as strings.
 * The format: https://openrouter.ai/docs/api-reference/list-available-models
 *
 * @throws DomainError `invalid_request_error` when it is not such a list.
 */
export function readOpenRouter(text: string): readonly PriceListEntry[] {
  const list = parseExactJson(text);
  const models = isJsonObject(list) ? list['data'] : undefined;
  if (!Array.isArray(models)) {
    throw new DomainError('invalid_request_error', 'content must be a JSON object with a list of models as `data`.', {
      param: 'content',
    });
  }
  return models.map((model, index) => {
    const name = isJsonObject(model) ? textOf(model, 'id') : undefined;
    if (!isJsonObject(model) || name === undefined) return { name: `data[${index}]`, skipped: 'it has no id' };
    return foreignEntry(name, () => entryOf(name, model));
  });
}

const RATES: Readonly<Record<string, TokenClass>> = {
  prompt: 'input',
  completion: 'output',
  input_cache_read: 'cachedInput',
  input_cache_write: 'cacheWrite5m',
  audio: 'inputAudio',
  audio_output: 'outputAudio',
};
const UNITS: Readonly<Record<string, UnitClass>> = { web_search: 'webSearchCall' };
const IS_ZERO = /^-?[0.]+$/;

function entryOf(name: string, model: ExactJsonObject): PriceListEntry {
  const pricing = model['pricing'];
  if (!isJsonObject(pricing)) return { name, skipped: 'it has no pricing' };
  if (Object.values(pricing).some((dollars) => typeof dollars === 'string' && dollars.startsWith('-'))) {
    return { name, skipped: 'its price depends on what it is routed to' };
  }
  const price = new ForeignPrice();
  const left = takePrices(price, pricing);
  const contextWindow = countOf(model, 'context_length');
  if (contextWindow === undefined) return { name, skipped: 'it names no context window (context_length)' };
  const provider = model['top_provider'];
  const architecture = model['architecture'];
  const [vendor, displayName] = namesOf(name, textOf(model, 'name'));
  return {
    model: {
      name,
      displayName,
      vendor,
      description: singleLine(textOf(model, 'description') ?? ''),
      inputModalities: modalities(architecture, 'input_modalities'),
      outputModalities: modalities(architecture, 'output_modalities'),
      contextWindow,
      maxOutputTokens:
        (isJsonObject(provider) ? countOf(provider, 'max_completion_tokens') : undefined) ?? contextWindow,
      terms: price.terms,
      isPlaceholder: true,
    },
    notes: [...price.notes, ...(left.length > 0 ? [`not taken over: ${left.join(', ')}`] : [])],
  };
}

/** @returns the prices that have no place in ours. */
function takePrices(price: ForeignPrice, pricing: ExactJsonObject): string[] {
  const left: string[] = [];
  for (const [field, dollars] of Object.entries(pricing)) {
    const [rate, unit] = [RATES[field], UNITS[field]];
    if (typeof dollars !== 'string') {
      left.push(field);
    } else if (rate) {
      // A cache or audio price of 0 means that there is none; taken over, it would make these tokens free.
      if (rate === 'input' || rate === 'output' || !IS_ZERO.test(dollars)) price.rate(rate, dollars, field);
    } else if (IS_ZERO.test(dollars)) {
      continue;
    } else if (unit) {
      price.unit(unit, dollars, field);
    } else if (field === 'request') {
      price.perCall(dollars, field);
    } else if (!(field === 'internal_reasoning' && dollars === textOf(pricing, 'completion'))) {
      left.push(field);
    }
  }
  return left;
}

/** "OpenAI: GPT-4o" names the vendor and the model; without a colon the id's first part is the vendor. */
function namesOf(id: string, name = id): [vendor: string, displayName: string] {
  const [, vendor, displayName] = /^([^:]{1,60}): (.+)$/.exec(name) ?? [];
  return [vendor ?? id.split('/', 1)[0] ?? '', (displayName ?? name).slice(0, 200)];
}

function modalities(architecture: ExactJsonObject[string] | undefined, side: string): Modality[] {
  const named = isJsonObject(architecture) ? textsOf(architecture, side) : [];
  const known = named.filter((one): one is Modality => (MODALITIES as readonly string[]).includes(one));
  return known.length > 0 ? known : ['text'];
}

function singleLine(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim();
  return line.length > 1_000 ? `${line.slice(0, 999)}…` : line;
}
