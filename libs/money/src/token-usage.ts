/**
 * The classes that tokens are priced in. They are disjoint: a cached token is never also an input token, an audio
 * token never also a text token. Reasoning tokens are part of `output`.
 */
export const TOKEN_CLASSES = [
  'input',
  'cachedInput',
  'cacheWrite5m',
  'cacheWrite1h',
  'inputImage',
  'inputAudio',
  'output',
  'outputAudio',
] as const;

export type TokenClass = (typeof TOKEN_CLASSES)[number];

/**
 * How many: a whole number.
 *
 * @asType integer
 * @minimum 0
 */
export type Count = number;

/** How many tokens of each class one request used; an absent class is zero. */
export type TokenUsage = Readonly<Partial<Record<TokenClass, Count>>>;

/** What the model reads. */
export const INPUT_CLASSES: readonly TokenClass[] = [
  'input',
  'cachedInput',
  'cacheWrite5m',
  'cacheWrite1h',
  'inputImage',
  'inputAudio',
];

/** What the model writes. */
export const OUTPUT_CLASSES: readonly TokenClass[] = ['output', 'outputAudio'];

/** Everything the model read, cached or not: what the threshold of a price tier is compared with. */
export function inputTokens(usage: TokenUsage): number {
  return INPUT_CLASSES.reduce((sum, tokenClass) => sum + (usage[tokenClass] ?? 0), 0);
}

/** Everything the model wrote. */
export function outputTokens(usage: TokenUsage): number {
  return OUTPUT_CLASSES.reduce((sum, tokenClass) => sum + (usage[tokenClass] ?? 0), 0);
}

/** What is priced by the piece instead of by the token. Seconds are whole: providers bill each one begun. */
export const UNIT_CLASSES = [
  'webSearchCall',
  'fileSearchCall',
  'codeInterpreterCall',
  'image',
  'speechSecond',
  'transcriptionSecond',
] as const;

export type UnitClass = (typeof UNIT_CLASSES)[number];

/** How many pieces of each class one request used; an absent class is zero. */
export type UnitUsage = Readonly<Partial<Record<UnitClass, Count>>>;
