import { UNIT_CLASSES, type PriceTerms, type UnitClass, type UnitUsage } from '@code-router/money';

/** What a request asks for that is priced by the piece. */
export interface RequestedUnits {
  /** What is used whatever the model decides: counted where the provider does not say how many it was. */
  readonly least: UnitUsage;
  /** What is held. */
  readonly most: UnitUsage;
}

/**
 * How often a model may use a tool when the request does not limit it. Providers document no limit of theirs; what a model
 * uses beyond it is charged all the same, see docs/overspend.md.
 */
const CALLS_MAX_DEFAULT = 5;
/** xAI's own default of `search_parameters.max_search_results`; it is paid for each source. */
const SOURCES_MAX_DEFAULT = 20;
/** Nobody is held for more than this on account of a number that a client made up. */
const CALLS_MAX = 1_000;

/** Tools that providers run themselves, by how the names of their types begin. Functions are the client's own. */
const SERVER_TOOLS: readonly (readonly [prefix: string, unitClass: UnitClass])[] = [
  ['web_search', 'webSearchCall'],
  ['x_search', 'webSearchCall'],
  ['openrouter:web_search', 'webSearchCall'],
  ['file_search', 'fileSearchCall'],
  ['collections_search', 'fileSearchCall'],
  ['code_interpreter', 'codeInterpreterCall'],
  ['code_execution', 'codeInterpreterCall'],
];

/** OpenAI's models that search by themselves are named so: `gpt-4o-search-preview`, `gpt-5-search-api`. */
const SEARCH_MODEL = /(^|[-/])search([-/]|$)/;

/**
 * Finds out which tools of the provider a chat completions request may use. Undefined for the many that use none.
 *
 * @see https://platform.openai.com/docs/guides/tools-web-search for `web_search_options`: one search for each request
 * @see https://openrouter.ai/docs/features/web-search for `plugins`
 * @see https://docs.x.ai/docs/guides/live-search for `search_parameters`
 */
export function requestedUnits(fields: Readonly<Record<string, unknown>>): RequestedUnits | undefined {
  const { model, web_search_options: searchOptions, search_parameters: search, plugins, tools } = fields;
  const least: Partial<Record<UnitClass, number>> = {};
  const most: Partial<Record<UnitClass, number>> = {};
  const mayUse = (unitClass: UnitClass, count: number): void => {
    most[unitClass] = Math.min((most[unitClass] ?? 0) + count, CALLS_MAX);
  };

  if (isObject(searchOptions)) {
    least.webSearchCall = 1;
    mayUse('webSearchCall', CALLS_MAX_DEFAULT);
  } else if (typeof model === 'string' && SEARCH_MODEL.test(model)) {
    mayUse('webSearchCall', CALLS_MAX_DEFAULT);
  }
  if (isObject(search) && search['mode'] !== 'off') {
    mayUse('webSearchCall', countOf(search['max_search_results'], SOURCES_MAX_DEFAULT));
  }
  for (const plugin of listOf(plugins)) {
    if (plugin['id'] !== 'web' || plugin['enabled'] === false) continue;
    least.webSearchCall = 1;
    mayUse('webSearchCall', countOf(plugin['max_results'], CALLS_MAX_DEFAULT));
  }
  for (const tool of listOf(tools)) {
    const { type } = tool;
    const known = typeof type === 'string' && SERVER_TOOLS.find(([prefix]) => type.startsWith(prefix));
    if (known) mayUse(known[1], countOf(tool['max_uses'], CALLS_MAX_DEFAULT));
  }
  return Object.keys(most).length === 0 ? undefined : { least, most };
}

/** The most that a request may use of what its price names, for all of its choices; undefined when that is nothing. */
export function unitsHeldFor(
  requested: RequestedUnits | undefined,
  choices: number,
  terms: PriceTerms,
): UnitUsage | undefined {
  if (!requested) return undefined;
  const held = UNIT_CLASSES.filter((unitClass) => terms.units?.[unitClass] !== undefined)
    .map((unitClass) => [unitClass, (requested.most[unitClass] ?? 0) * choices] as const)
    .filter(([, count]) => count > 0);
  return held.length === 0 ? undefined : Object.fromEntries(held);
}

/**
 * What a request used beside tokens. What the provider says counts; of what it does not say, what the request asked for
 * counts, and a search where the answer cites the web. Nothing is counted twice: for each class one of these decides.
 */
export function unitsUsed(
  requested: RequestedUnits | undefined,
  { reported, citesTheWeb }: { readonly reported?: UnitUsage | undefined; readonly citesTheWeb: boolean },
  terms: PriceTerms,
): UnitUsage | undefined {
  if (!requested && !reported && !citesTheWeb) return undefined;
  const used: Partial<Record<UnitClass, number>> = {};
  for (const unitClass of UNIT_CLASSES) {
    const isPriced = terms.units?.[unitClass] !== undefined;
    const least = Math.max(requested?.least[unitClass] ?? 0, unitClass === 'webSearchCall' && citesTheWeb ? 1 : 0);
    const count = reported?.[unitClass] ?? (isPriced ? least : 0);
    if (count > 0) used[unitClass] = count;
  }
  return Object.keys(used).length === 0 ? undefined : used;
}

function countOf(value: unknown, whenAbsent: number): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
    ? Math.min(value, CALLS_MAX)
    : whenAbsent;
}

function listOf(value: unknown): readonly Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
