import {
  INPUT_CLASSES,
  OUTPUT_CLASSES,
  TOKEN_CLASSES,
  UNIT_CLASSES,
  inputTokens,
  type TokenClass,
  type TokenUsage,
  type UnitClass,
  type UnitUsage,
} from './token-usage.js';

/** Nanos per 1,000,000 tokens, one for each token class that the price names. */
export type Rates = Readonly<Partial<Record<TokenClass, bigint>>>;

/** The rates that replace all others when a request has more than `aboveInputTokens` input tokens. */
export interface PriceTier {
  readonly aboveInputTokens: number;
  readonly rates: Rates;
}

/** What a price version says: all that is needed, with a multiplier, to price a request. */
export interface PriceTerms {
  readonly rates: Rates;
  /** A fixed amount for each call, whatever its tokens. */
  readonly perCallNanos: bigint;
  readonly tiers: readonly PriceTier[];
  /** Nanos for each piece, of the classes that the price names. */
  readonly units?: UnitPrices;
}

/** Nanos for one piece, one for each unit class that the price names. */
export type UnitPrices = Readonly<Partial<Record<UnitClass, bigint>>>;

/** A fixed price for something counted beside tokens, such as a web search that the model made. */
export interface Surcharge {
  readonly count: number;
  readonly nanosEach: bigint;
}

/** A multiplier of 1, in millionths. */
export const MULTIPLIER_ONE = 1_000_000n;

const TOKENS_PER_RATE = 1_000_000n;

/**
 * The price of one request in nanos.
 *
 * Rates, the amount per call and surcharges are all multiplied. The sum is exact; it is rounded once, half up, at the
 * very end, so that splitting a request into classes never changes what it costs.
 *
 * @throws RangeError when a count is negative or not a whole number, or the multiplier is negative.
 */
export function costNanos(
  usage: TokenUsage,
  terms: PriceTerms,
  multiplierMillionths: bigint,
  surcharges: readonly Surcharge[] = [],
): bigint {
  if (multiplierMillionths < 0n) {
    throw new RangeError(`multiplierMillionths must not be negative, got ${multiplierMillionths}`);
  }
  const rates = ratesFor(usage, terms);
  let tokenMillionths = 0n;
  for (const tokenClass of TOKEN_CLASSES) {
    const tokens = usage[tokenClass];
    if (tokens === undefined) continue;
    tokenMillionths += wholeCount(tokens, tokenClass) * rateFor(tokenClass, rates);
  }
  let fixedNanos = terms.perCallNanos;
  for (const { count, nanosEach } of surcharges) fixedNanos += wholeCount(count, 'surcharge count') * nanosEach;

  const scaled = (tokenMillionths + fixedNanos * TOKENS_PER_RATE) * multiplierMillionths;
  return divideRoundingHalfUp(scaled, TOKENS_PER_RATE * MULTIPLIER_ONE);
}

/** What the pieces cost that a request used beside tokens. A class that the price does not name costs nothing. */
export function surchargesFor(units: UnitUsage, terms: PriceTerms): readonly Surcharge[] {
  return UNIT_CLASSES.filter((unitClass) => units[unitClass] !== undefined).map((unitClass) => ({
    count: units[unitClass] ?? 0,
    nanosEach: terms.units?.[unitClass] ?? 0n,
  }));
}

/**
 * The most that a request can cost in nanos, from bounds on its tokens and on its pieces: each token at the dearest rate
 * of its side, in whichever tier costs most, since neither the classes nor the tier are known before the answer.
 */
export function costBoundNanos(
  bound: { readonly inputTokens: number; readonly outputTokens: number; readonly units?: UnitUsage | undefined },
  terms: PriceTerms,
  multiplierMillionths: bigint,
): bigint {
  const surcharges = bound.units ? surchargesFor(bound.units, terms) : [];
  let dearest = 0n;
  for (const rates of [terms.rates, ...terms.tiers.map((tier) => tier.rates)]) {
    const usage = { input: bound.inputTokens, output: bound.outputTokens };
    const boundRates = { input: dearestRate(INPUT_CLASSES, rates), output: dearestRate(OUTPUT_CLASSES, rates) };
    const cost = costNanos(
      usage,
      { rates: boundRates, perCallNanos: terms.perCallNanos, tiers: [] },
      multiplierMillionths,
      surcharges,
    );
    if (cost > dearest) dearest = cost;
  }
  return dearest;
}

function dearestRate(tokenClasses: readonly TokenClass[], rates: Rates): bigint {
  return tokenClasses.map((tokenClass) => rateFor(tokenClass, rates)).reduce((a, b) => (a > b ? a : b), 0n);
}

/** The rates that apply to a request: those of the highest tier whose threshold its input exceeds, or the base ones. */
export function ratesFor(usage: TokenUsage, terms: PriceTerms): Rates {
  if (terms.tiers.length === 0) return terms.rates;
  const input = inputTokens(usage);
  let applicable: PriceTier | undefined;
  for (const tier of terms.tiers) {
    const exceeded = input > tier.aboveInputTokens;
    if (exceeded && (!applicable || tier.aboveInputTokens > applicable.aboveInputTokens)) applicable = tier;
  }
  return applicable?.rates ?? terms.rates;
}

/**
 * The rate of one class. A class that the price does not name costs what plain output or input costs: an unnamed
 * class must never be free by accident.
 */
export function rateFor(tokenClass: TokenClass, rates: Rates): bigint {
  const named = rates[tokenClass];
  if (named !== undefined) return named;
  const fallback = OUTPUT_CLASSES.includes(tokenClass) ? (rates.output ?? rates.input) : rates.input;
  return fallback ?? 0n;
}

function wholeCount(count: number, what: string): bigint {
  if (!Number.isSafeInteger(count) || count < 0) {
    throw new RangeError(`${what} must be a whole number of at least 0, got ${count}`);
  }
  return BigInt(count);
}

/** Both operands are at least zero here, so half up is the same as half away from zero. */
function divideRoundingHalfUp(dividend: bigint, divisor: bigint): bigint {
  return (dividend * 2n + divisor) / (divisor * 2n);
}
