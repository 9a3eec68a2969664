import type { ReportedUsage } from '../provider.js';
import { serverToolUnits } from './server-tools.js';

/**
 * OpenAI's `usage` object. `prompt_tokens` includes what was read from a cache or written to it, images and audio,
 * `completion_tokens` includes reasoning and audio; the classes that are priced are disjoint, so each is taken out of its
 * total.
 *
 * @see https://platform.openai.com/docs/api-reference/chat/object#chat/object-usage
 * @see https://openrouter.ai/docs/use-cases/usage-accounting for `cache_write_tokens`
 */
export function normalizeOpenAiUsage(usage: unknown): ReportedUsage | undefined {
  if (!isObject(usage)) return undefined;
  const prompt = count(usage['prompt_tokens']);
  const completion = count(usage['completion_tokens']);
  if (prompt === undefined && completion === undefined) return undefined;

  const promptDetails = detailsOf(usage['prompt_tokens_details']);
  const completionDetails = detailsOf(usage['completion_tokens_details']);
  // DeepSeek names its cache hits beside the totals, not in the details.
  const cached = promptDetails('cached_tokens') || (count(usage['prompt_cache_hit_tokens']) ?? 0);
  const written = cacheWrites(usage, promptDetails);

  const input = splitTotal(prompt ?? 0, [
    cached,
    written.for1h,
    written.for5m,
    promptDetails('image_tokens'),
    promptDetails('audio_tokens'),
  ]);
  const output = splitTotal(completion ?? 0, [completionDetails('audio_tokens')]);
  const units = serverToolUnits(usage);
  const [cachedInput = 0, cacheWrite1h = 0, cacheWrite5m = 0, inputImage = 0, inputAudio = 0] = input.parts;
  return {
    tokens: {
      input: input.rest,
      cachedInput,
      // Most providers have none of these: a record names them where there were some.
      ...(cacheWrite5m > 0 ? { cacheWrite5m } : {}),
      ...(cacheWrite1h > 0 ? { cacheWrite1h } : {}),
      ...(inputImage > 0 ? { inputImage } : {}),
      inputAudio,
      output: output.rest,
      outputAudio: output.parts[0] ?? 0,
    },
    reasoningTokens: completionDetails('reasoning_tokens'),
    ...(units ? { units } : {}),
  };
}

/**
 * Takes parts out of a total. A part can never be more than what is left of the total: some servers report cached
 * tokens beside the prompt instead of within it, and a negative rest would be a credit.
 */
function splitTotal(total: number, parts: readonly number[]): { rest: number; parts: readonly number[] } {
  let rest = total;
  const taken = parts.map((part) => {
    const within = Math.min(part, rest);
    rest -= within;
    return within;
  });
  return { rest, parts: taken };
}

/**
 * What was written to the provider's cache, by how long it stays there: five minutes where nothing else is said. Each name
 * is another server's, and those that send two of them mean the same tokens.
 */
function cacheWrites(
  usage: Record<string, unknown>,
  promptDetails: (name: string) => number,
): { readonly for5m: number; readonly for1h: number } {
  const details = isObject(usage['prompt_tokens_details']) ? usage['prompt_tokens_details'] : {};
  // Anthropic's, and where LiteLLM's proxies put the same.
  const byTtl = [detailsOf(usage['cache_creation']), detailsOf(details['cache_creation_token_details'])];
  const most = (name: string): number => Math.max(...byTtl.map((read) => read(name)));
  const for1h = most('ephemeral_1h_input_tokens');
  const total = Math.max(
    promptDetails('cache_write_tokens'),
    promptDetails('cache_creation_tokens'),
    count(usage['cache_creation_input_tokens']) ?? 0,
    most('ephemeral_5m_input_tokens') + for1h,
  );
  return { for1h, for5m: total - for1h };
}

function detailsOf(details: unknown): (name: string) => number {
  return (name) => (isObject(details) ? (count(details[name]) ?? 0) : 0);
}

function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
