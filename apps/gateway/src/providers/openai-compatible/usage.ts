import type { ReportedUsage } from '../provider.js';
import { serverToolUnits } from './server-tools.js';

/**
 * OpenAI's `usage` object. `prompt_tokens` includes cached and audio tokens, `completion_tokens` includes reasoning and
 * audio tokens; the classes that are priced are disjoint, so each is taken out of its total.
 *
 * @see https://platform.openai.com/docs/api-reference/chat/object#chat/object-usage
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

  const input = splitTotal(prompt ?? 0, [cached, promptDetails('audio_tokens')]);
  const output = splitTotal(completion ?? 0, [completionDetails('audio_tokens')]);
  const units = serverToolUnits(usage);
  return {
    tokens: {
      input: input.rest,
      cachedInput: input.parts[0] ?? 0,
      inputAudio: input.parts[1] ?? 0,
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

function detailsOf(details: unknown): (name: string) => number {
  return (name) => (isObject(details) ? (count(details[name]) ?? 0) : 0);
}

function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
