import { describe, expect, it } from '@jest/globals';
import { costNanos, surchargesFor, type PriceTerms, type PriceTier, type Rates } from './price.js';
import { TOKEN_CLASSES, UNIT_CLASSES, type TokenClass, type TokenUsage, type UnitUsage } from './token-usage.js';

const CASES = 1_000_000;
/** Another one in every run, and printed when a case fails; set it to run that case again. */
const SEED = Number(process.env['MONEY_TEST_SEED'] ?? Date.now() % 4_294_967_296);

interface Case {
  readonly usage: TokenUsage;
  readonly units: UnitUsage;
  readonly terms: PriceTerms;
  readonly multiplier: bigint;
}

// Looking a global up is slow where Jest runs tests, and this file looks them up many million times.
const { imul, floor } = Math;
const whole = BigInt;

/**
 * Whether it is what a request costs, in the words of the formula and none of the code that is tested: a fraction
 * without any rounding, whose nearest whole number is recognised instead of being computed, by what it is: at most half
 * away, and the upper one of two that are.
 */
function isPriceOf(nanos: bigint, { usage, units, terms, multiplier }: Case): boolean {
  const rates = ratesByTheBook(usage, terms);
  let ofTokens = 0n;
  for (const name of TOKEN_CLASSES) {
    const tokens = usage[name];
    if (tokens !== undefined) ofTokens += whole(tokens) * rateByTheBook(name, rates);
  }
  let ofPieces = terms.perCallNanos;
  for (const name of UNIT_CLASSES) {
    const pieces = units[name];
    if (pieces !== undefined) ofPieces += whole(pieces) * (terms.units?.[name] ?? 0n);
  }
  // Tokens are priced by the million, and multipliers are millionths.
  const numerator = (ofTokens + ofPieces * 1_000_000n) * multiplier;
  const denominator = 1_000_000_000_000n;
  const twiceAway = 2n * (numerator - nanos * denominator);
  return twiceAway >= -denominator && twiceAway < denominator;
}

function ratesByTheBook(usage: TokenUsage, terms: PriceTerms): Rates {
  if (terms.tiers.length === 0) return terms.rates;
  let read = 0;
  for (const name of TOKEN_CLASSES) if (name !== 'output' && name !== 'outputAudio') read += usage[name] ?? 0;
  let [rates, threshold] = [terms.rates, -1];
  for (const tier of terms.tiers) {
    if (read > tier.aboveInputTokens && tier.aboveInputTokens > threshold) {
      [rates, threshold] = [tier.rates, tier.aboveInputTokens];
    }
  }
  return rates;
}

function rateByTheBook(name: TokenClass, rates: Rates): bigint {
  if (name === 'output' || name === 'outputAudio') return rates[name] ?? rates.output ?? rates.input ?? 0n;
  return rates[name] ?? rates.input ?? 0n;
}

/** Whole numbers of 32 bits that look random and are the same for the same seed (mulberry32, public domain). */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

const POOL = 8_192;

function casesFrom(seed: number): () => Case {
  const random = randomNumbers(seed);
  const below = (max: number) => floor((random() / 4_294_967_296) * max);
  // Big integers are slow to make: cases draw them from pools, and no two cases draw alike.
  const pool = <Value>(make: (kind: number) => Value): (() => Value) => {
    const values = Array.from({ length: POOL }, (_, index) => make(index % 6));
    return () => values[random() & (POOL - 1)] as Value;
  };
  const count = pool((kind) => [0, 1, below(10), below(1_000), below(300_000), below(2_000_000_000)][kind] ?? 0);
  // Rates that end in anything, in zeros, and close to half a nano for a token.
  const rate = pool(
    (kind) =>
      [
        0n,
        whole(below(1_000_000)),
        whole(below(2_000)) * 5_000_000n,
        500_000n + whole(below(3)),
        whole(below(2 ** 31)) * 465_661n,
        whole(below(1_000_000)) * 1_000_000_000n,
      ][kind] ?? 0n,
  );
  const multiplier = pool(
    (kind) => [1_000_000n, 0n, 800_000n, 1n, whole(below(2_000_000)), whole(below(1_000_000)) * 1_000_000n][kind] ?? 0n,
  );
  /** Each name with a chance of a half, or of a quarter. */
  const some = <Name extends string, Value>(names: readonly Name[], rarely: boolean, value: () => Value) => {
    const chosen: Partial<Record<Name, Value>> = {};
    const mask = rarely ? random() & random() : random();
    for (let index = 0; index < names.length; index += 1) {
      if (mask & (1 << index)) chosen[names[index] as Name] = value();
    }
    return chosen;
  };
  const tier = (): PriceTier => ({ aboveInputTokens: 1 + count(), rates: some(TOKEN_CLASSES, false, rate) });

  return () => ({
    usage: some(TOKEN_CLASSES, false, count),
    units: some(UNIT_CLASSES, true, () => random() & 127),
    terms: {
      rates: some(TOKEN_CLASSES, false, rate),
      perCallNanos: random() & 3 ? 0n : rate(),
      tiers: random() & 3 ? [] : [tier(), tier()],
      ...(random() & 1 ? { units: some(UNIT_CLASSES, true, rate) } : {}),
    },
    multiplier: multiplier(),
  });
}

const priceOf = ({ usage, units, terms, multiplier }: Case) =>
  costNanos(usage, terms, multiplier, surchargesFor(units, terms));

/** Looks at a number of cases; a failure names the seed and shows the case. */
function forCases(count: number, holds: (one: Case, random: () => number) => boolean): void {
  const next = casesFrom(SEED);
  const random = randomNumbers(SEED + 1);
  for (let index = 0; index < count; index += 1) {
    const one = next();
    if (holds(one, random)) continue;
    const shown = JSON.stringify(one, (_key, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
    throw new Error(`MONEY_TEST_SEED=${SEED}, case ${index}: ${shown} costs ${priceOf(one)}`);
  }
}

describe('the price of a request', () => {
  it('is that of an independent oracle, in a million cases', () => {
    expect(() => forCases(CASES, (one) => isPriceOf(priceOf(one), one))).not.toThrow();
    // Seconds on an idle machine, and many times that on a busy one.
  }, 300_000);

  it('never falls when more of anything is used at the same rates', () => {
    const holds = (one: Case, random: () => number) => {
      const plain = { ...one, terms: { ...one.terms, tiers: [] } };
      const more = random() % 1_000;
      const tokens = TOKEN_CLASSES[random() % TOKEN_CLASSES.length] ?? 'input';
      const pieces = UNIT_CLASSES[random() % UNIT_CLASSES.length] ?? 'image';
      const grown = {
        ...plain,
        usage: { ...plain.usage, [tokens]: (plain.usage[tokens] ?? 0) + more },
        units: { ...plain.units, [pieces]: (plain.units[pieces] ?? 0) + more },
      };
      return priceOf(grown) >= priceOf(plain);
    };
    expect(() => forCases(CASES / 20, holds)).not.toThrow();
  });

  it('differs by at most one nano when a request is split in two, pieces included', () => {
    const holds = ({ usage, units, terms, multiplier }: Case, random: () => number) => {
      const plain = { ...terms, perCallNanos: 0n, tiers: [] };
      const [left, right] = [split(usage, random), split(units, random)];
      const price = (part: 0 | 1) => priceOf({ usage: left[part], units: right[part], terms: plain, multiplier });
      const undivided = priceOf({ usage, units, terms: plain, multiplier });
      const difference = price(0) + price(1) - undivided;
      return difference >= -1n && difference <= 1n;
    };
    expect(() => forCases(CASES / 20, holds)).not.toThrow();
  });

  it('is nothing at a multiplier of 0', () => {
    expect(() => forCases(CASES / 20, (one) => priceOf({ ...one, multiplier: 0n }) === 0n)).not.toThrow();
  });

  it('does not depend on the order in which anything is named', () => {
    const holds = (one: Case) => {
      const { usage, units, terms } = one;
      const named = { rates: reversed(terms.rates), ...(terms.units && { units: reversed(terms.units) }) };
      const reversedTerms = { ...terms, ...named, tiers: terms.tiers.toReversed() };
      const thresholds = new Set(terms.tiers.map(({ aboveInputTokens }) => aboveInputTokens));
      // Two tiers of the same threshold cannot be entered.
      if (thresholds.size < terms.tiers.length) return true;
      const other = { ...one, usage: reversed(usage), units: reversed(units), terms: reversedTerms };
      return priceOf(other) === priceOf(one);
    };
    expect(() => forCases(CASES / 20, holds)).not.toThrow();
  });
});

function split<Counts extends Readonly<Record<string, number>>>(
  counts: Counts,
  random: () => number,
): [Counts, Counts] {
  const left: Record<string, number> = {};
  const right: Record<string, number> = {};
  for (const [name, count] of Object.entries(counts)) {
    left[name] = random() % (count + 1);
    right[name] = count - left[name];
  }
  return [left as Counts, right as Counts];
}

function reversed<Named extends object>(named: Named): Named {
  return Object.fromEntries(Object.entries(named).toReversed()) as Named;
}
