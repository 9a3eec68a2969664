import type { UnitClass, UnitUsage } from '@code-router/money';

/** Where in a `usage` object providers say how often they used a tool of theirs. A dot goes down one level. */
const PLACES: Readonly<Partial<Record<UnitClass, readonly (readonly string[])[]>>> = {
  webSearchCall: [
    // Anthropic, and OpenRouter in both of its forms.
    ['server_tool_use.web_search_requests'],
    ['server_tool_use_details.web_search_requests'],
    // LiteLLM's proxies.
    ['prompt_tokens_details.web_search_requests'],
    // Perplexity.
    ['num_search_queries'],
    // xAI: the searches of its tools, or the sources of its live search, which it is paid for one by one.
    ['server_side_tool_usage_details.web_search_calls', 'server_side_tool_usage_details.x_search_calls'],
    ['num_sources_used'],
  ],
  fileSearchCall: [
    ['server_side_tool_usage_details.file_search_calls', 'server_side_tool_usage_details.document_search_calls'],
  ],
  codeInterpreterCall: [
    ['server_tool_use.code_execution_requests'],
    ['server_side_tool_usage_details.code_interpreter_calls'],
  ],
};

/** The same, with each place as the names that lead to it: this is read for every answer. */
const CLASSES = (Object.entries(PLACES) as [UnitClass, readonly (readonly string[])[]][]).map(
  ([unitClass, places]) => ({
    unitClass,
    places: places.map((together) => together.map((path) => path.split('.'))),
  }),
);
/** Where none of these is, nothing is. Most answers have none but the details of the prompt. */
const FIRST_NAMES = [...new Set(CLASSES.flatMap(({ places }) => places.flat().map(([first = '']) => first)))];

/**
 * What of its own tools a provider says a request used. A class that it says nothing of is absent; one that it says was
 * not used is zero. The same use under two names is counted once: the larger number.
 *
 * @see https://docs.claude.com/en/api/messages#response-usage
 * @see https://openrouter.ai/docs/use-cases/usage-accounting
 * @see https://docs.perplexity.ai/api-reference/chat-completions-post
 * @see https://docs.x.ai/docs/guides/tools/overview
 */
export function serverToolUnits(usage: Readonly<Record<string, unknown>>): UnitUsage | undefined {
  if (!FIRST_NAMES.some((name) => usage[name] !== undefined)) return undefined;
  const units: Partial<Record<UnitClass, number>> = {};
  for (const { unitClass, places } of CLASSES) {
    const counts = places
      .map((together) => together.map((path) => countAt(usage, path)).filter((count) => count !== undefined))
      .filter((found) => found.length > 0)
      .map((found) => found.reduce((sum, count) => sum + count, 0));
    if (counts.length > 0) units[unitClass] = Math.max(...counts);
  }
  return Object.keys(units).length === 0 ? undefined : units;
}

function countAt(usage: Readonly<Record<string, unknown>>, path: readonly string[]): number | undefined {
  let value: unknown = usage;
  for (const name of path) value = isObject(value) ? value[name] : undefined;
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
