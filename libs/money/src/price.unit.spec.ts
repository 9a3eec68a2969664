import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { costBoundNanos, costNanos, rateFor, ratesFor, type PriceTerms, type Rates, type Surcharge } from './price.js';
import { inputTokens, outputTokens, TOKEN_CLASSES, type TokenClass, type TokenUsage } from './token-usage.js';
import { priceTermsFromText, type RatesText } from './wire.js';

interface GoldenCase {
  readonly name: string;
  readonly usage: TokenUsage;
  readonly rates: RatesText;
  readonly perCallNanos?: string;
  readonly tiers?: readonly { readonly aboveInputTokens: number; readonly rates: RatesText }[];
  readonly multiplierMillionths?: string;
  readonly surcharges?: readonly { readonly count: number; readonly nanosEach: string }[];
  readonly expectNanos: string;
}

const golden = JSON.parse(readFileSync(new URL('../test-data/golden-pricing.json', import.meta.url), 'utf8')) as {
  readonly cases: readonly GoldenCase[];
};

const ONE = 1_000_000n;

/** Terms with rates alone. */
const terms = (rates: Rates, rest: Partial<PriceTerms> = {}): PriceTerms => ({
  rates,
  perCallNanos: 0n,
  tiers: [],
  ...rest,
});

const tokenClass = fc.constantFrom(...TOKEN_CLASSES);
const count = fc.oneof(fc.nat({ max: 3 }), fc.nat({ max: 2_000_000 }), fc.maxSafeNat());
const rate = fc.oneof(fc.bigInt({ min: 0n, max: 1_000_000n }), fc.bigInt({ min: 0n, max: 1_000_000_000_000_000n }));
const multiplier = fc.oneof(
  fc.constantFrom(0n, 1n, 999_999n, ONE, 1_000_001n),
  fc.bigInt({ min: 0n, max: 1_000_000_000_000n }),
);
const rates = fc.dictionary(tokenClass, rate) as fc.Arbitrary<Rates>;
/** Counts of all classes together stay whole numbers that JavaScript can add up. */
const usageUpTo = (max: number) => fc.dictionary(tokenClass, fc.nat({ max })) as fc.Arbitrary<TokenUsage>;
const usage = fc.oneof(usageUpTo(3), usageUpTo(2_000_000), usageUpTo(2 ** 47));
const tiers = fc.uniqueArray(fc.record({ aboveInputTokens: fc.integer({ min: 1, max: 1_000_000 }), rates }), {
  maxLength: 4,
  selector: ({ aboveInputTokens }) => aboveInputTokens,
});
const anyTerms: fc.Arbitrary<PriceTerms> = fc.record({ rates, perCallNanos: rate, tiers });
const surcharges: fc.Arbitrary<Surcharge[]> = fc.array(
  fc.record({ count: fc.nat({ max: 1_000 }), nanosEach: fc.bigInt({ min: 0n, max: 1_000_000_000n }) }),
  { maxLength: 3 },
);

describe('costNanos on the worked examples', () => {
  it.each(golden.cases.map((example) => [example.name, example] as const))('%s', (_, example) => {
    const price = priceTermsFromText({
      rates: example.rates,
      perCallNanos: example.perCallNanos ?? '0',
      tiers: example.tiers ?? [],
    });
    const extra = (example.surcharges ?? []).map((surcharge) => ({
      count: surcharge.count,
      nanosEach: BigInt(surcharge.nanosEach),
    }));
    const multiplierMillionths = BigInt(example.multiplierMillionths ?? '1000000');
    expect(costNanos(example.usage, price, multiplierMillionths, extra).toString()).toBe(example.expectNanos);
  });
});

/** A fraction of whole numbers, always reduced. */
interface Rational {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/**
 * The formula as it is written down, term by term, in fractions: sum(tokens * rate / 1e6) * m + perCall * m +
 * surcharges * m, where m = multiplier / 1e6; rounded half up at the end. It shares no line with the code under test.
 */
function oracle(
  used: TokenUsage,
  price: PriceTerms,
  multiplierMillionths: bigint,
  extra: readonly Surcharge[],
): bigint {
  const m = fraction(multiplierMillionths, 1_000_000n);
  let inputs = 0;
  for (const [name, tokens] of Object.entries(used)) if (!name.startsWith('output')) inputs += tokens;
  const tier = price.tiers
    .toSorted((left, right) => right.aboveInputTokens - left.aboveInputTokens)
    .find(({ aboveInputTokens }) => inputs > aboveInputTokens);
  const inForce = tier === undefined ? price.rates : tier.rates;
  let total = fraction(0n, 1n);
  for (const [name, tokens] of Object.entries(used) as [TokenClass, number][]) {
    const perMillion =
      inForce[name] ?? (name === 'outputAudio' ? (inForce.output ?? inForce.input) : inForce.input) ?? 0n;
    total = plus(total, times(fraction(BigInt(tokens) * perMillion, 1_000_000n), m));
  }
  total = plus(total, times(fraction(price.perCallNanos, 1n), m));
  for (const { count: pieces, nanosEach } of extra) {
    total = plus(total, times(fraction(BigInt(pieces) * nanosEach, 1n), m));
  }
  const whole = total.numerator / total.denominator;
  const rest = total.numerator % total.denominator;
  return rest * 2n >= total.denominator ? whole + 1n : whole;
}

function fraction(numerator: bigint, denominator: bigint): Rational {
  const divisor = greatestCommonDivisor(numerator, denominator);
  return { numerator: numerator / divisor, denominator: denominator / divisor };
}

function plus(left: Rational, right: Rational): Rational {
  return fraction(
    left.numerator * right.denominator + right.numerator * left.denominator,
    left.denominator * right.denominator,
  );
}

function times(left: Rational, right: Rational): Rational {
  return fraction(left.numerator * right.numerator, left.denominator * right.denominator);
}

function greatestCommonDivisor(left: bigint, right: bigint): bigint {
  return right === 0n ? left : greatestCommonDivisor(right, left % right);
}

describe('costNanos on any request', () => {
  it('is what exact rational arithmetic gives, rounded once', () => {
    fc.assert(
      fc.property(usage, anyTerms, multiplier, surcharges, (used, price, by, extra) => {
        expect(costNanos(used, price, by, extra)).toBe(oracle(used, price, by, extra));
      }),
      { numRuns: 3_000 },
    );
  });

  it('is exact for the greatest counts too', () => {
    fc.assert(
      fc.property(count, rate, multiplier, (tokens, at, by) => {
        const price = terms({ input: at });
        expect(costNanos({ input: tokens }, price, by)).toBe(oracle({ input: tokens }, price, by, []));
      }),
    );
  });

  it('never falls when more tokens of any class are used at the same rates', () => {
    fc.assert(
      fc.property(
        usage,
        tokenClass,
        fc.nat({ max: 1_000_000 }),
        rates,
        rate,
        multiplier,
        (used, more, by, at, call, m) => {
          const price = terms(at, { perCallNanos: call });
          const grown = { ...used, [more]: (used[more] ?? 0) + by };
          expect(costNanos(grown, price, m)).toBeGreaterThanOrEqual(costNanos(used, price, m));
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('never falls when more of what has a surcharge is used, or the multiplier grows', () => {
    fc.assert(
      fc.property(usage, anyTerms, multiplier, rate, fc.nat({ max: 1_000 }), (used, price, by, nanosEach, pieces) => {
        const cost = costNanos(used, price, by, [{ count: pieces, nanosEach }]);
        expect(costNanos(used, price, by, [{ count: pieces + 1, nanosEach }])).toBeGreaterThanOrEqual(cost);
        expect(costNanos(used, price, by + 1n, [{ count: pieces, nanosEach }])).toBeGreaterThanOrEqual(cost);
      }),
    );
  });

  it('differs by at most one nano when a request is split in two', () => {
    fc.assert(
      fc.property(usage, fc.dictionary(tokenClass, fc.nat()), rates, multiplier, (used, cuts, at, by) => {
        const first: Partial<Record<TokenClass, number>> = {};
        const second: Partial<Record<TokenClass, number>> = {};
        for (const [name, tokens] of Object.entries(used) as [TokenClass, number][]) {
          const cut = (cuts[name] ?? 0) % (tokens + 1);
          first[name] = cut;
          second[name] = tokens - cut;
        }
        const whole = costNanos(used, terms(at), by);
        const parts = costNanos(first, terms(at), by) + costNanos(second, terms(at), by);
        expect(parts - whole).toBeGreaterThanOrEqual(-1n);
        expect(parts - whole).toBeLessThanOrEqual(1n);
      }),
      { numRuns: 1_000 },
    );
  });

  it('is nothing at a multiplier of 0', () => {
    fc.assert(
      fc.property(usage, anyTerms, surcharges, (used, price, extra) => {
        expect(costNanos(used, price, 0n, extra)).toBe(0n);
      }),
    );
  });

  it('does not depend on the order of classes, tiers or surcharges', () => {
    fc.assert(
      fc.property(usage, anyTerms, multiplier, surcharges, (used, price, by, extra) => {
        const reversedUsage = Object.fromEntries(Object.entries(used).toReversed()) as TokenUsage;
        const reversedRates = Object.fromEntries(Object.entries(price.rates).toReversed()) as Rates;
        const reversedTerms = { ...price, rates: reversedRates, tiers: price.tiers.toReversed() };
        expect(costNanos(reversedUsage, reversedTerms, by, extra.toReversed())).toBe(costNanos(used, price, by, extra));
      }),
    );
  });
});

describe('costBoundNanos', () => {
  it('is never less than what a request within the bounds costs', () => {
    fc.assert(
      fc.property(usage, anyTerms, multiplier, fc.nat(), fc.nat(), (used, price, by, unreadTokens, unwrittenTokens) => {
        const bound = {
          inputTokens: inputTokens(used) + unreadTokens,
          outputTokens: outputTokens(used) + unwrittenTokens,
        };
        expect(costBoundNanos(bound, price, by)).toBeGreaterThanOrEqual(costNanos(used, price, by));
      }),
      { numRuns: 1_000 },
    );
  });

  it('is what the dearest request within the bounds costs, and no more', () => {
    const price = terms(
      { input: 1_000_000n, cachedInput: 500_000n, inputAudio: 3_000_000n, output: 2_000_000n },
      { perCallNanos: 7n, tiers: [{ aboveInputTokens: 100, rates: { input: 2_000_000n, output: 4_000_000n } }] },
    );
    expect(costBoundNanos({ inputTokens: 10, outputTokens: 5 }, price, 2n * ONE)).toBe(
      costNanos({ inputAudio: 10, output: 5 }, price, 2n * ONE),
    );
    expect(costBoundNanos({ inputTokens: 10, outputTokens: 500 }, price, ONE)).toBe(10n * 2n + 500n * 4n + 7n);
  });
});

describe('costNanos refuses', () => {
  it.each<[string, TokenUsage, bigint]>([
    ['a negative count', { input: -1 }, ONE],
    ['a fraction of a token', { output: 0.5 }, ONE],
    ['a count beyond what JavaScript counts exactly', { input: 2 ** 53 }, ONE],
    ['a negative multiplier', { input: 1 }, -1n],
  ])('%s', (_, used, by) => {
    expect(() => costNanos(used, terms({ input: 1n, output: 1n }), by)).toThrow(RangeError);
  });

  it('a count that is not a number', () => {
    expect(() => costNanos({ input: Number.NaN }, terms({ input: 1n }), ONE)).toThrow(RangeError);
  });

  it.each([-1, 0.5, Number.NaN])('%s pieces with a surcharge', (pieces) => {
    expect(() => costNanos({}, terms({}), ONE, [{ count: pieces, nanosEach: 1n }])).toThrow(RangeError);
  });
});

describe('costNanos never rounds on the way', () => {
  it.each<[string, bigint, bigint]>([
    ['half a nano up', 500_000n, 1n],
    ['less than half a nano down', 499_999n, 0n],
    ['one nano and a half to two', 1_500_000n, 2n],
  ])('%s', (_, inputRate, nanos) => {
    expect(costNanos({ input: 1 }, terms({ input: inputRate }), ONE)).toBe(nanos);
  });

  it('bills 105 nanos for 1,500 tokens at 0.1 times 0.7, which floating point makes 104', () => {
    expect(Math.trunc(1_500 * (0.1 * 0.7))).toBe(104);
    expect(costNanos({ input: 1_500 }, terms({ input: 100_000n }), 700_000n)).toBe(105n);
  });
});

describe('ratesFor', () => {
  const base = { input: 1n };
  const long = { input: 2n };
  const longest = { input: 3n };
  const tiered = terms(base, {
    tiers: [
      { aboveInputTokens: 1_000, rates: longest },
      { aboveInputTokens: 100, rates: long },
    ],
  });

  it.each<[string, TokenUsage, Rates]>([
    ['the base rates at a threshold', { input: 100 }, base],
    ['the tier right above its threshold', { input: 101 }, long],
    ['the highest tier that is exceeded', { input: 1_001 }, longest],
    ['a tier by everything that was read, cached or not', { input: 50, cachedInput: 50, inputImage: 1 }, long],
    ['the base rates whatever was written', { input: 100, output: 1_000_000, outputAudio: 1_000_000 }, base],
  ])('takes %s', (_, used, expected) => {
    expect(ratesFor(used, tiered)).toBe(expected);
  });
});

describe('rateFor', () => {
  it.each<[TokenClass, Rates, bigint]>([
    ['cachedInput', { input: 5n, cachedInput: 1n }, 1n],
    ['cachedInput', { input: 5n, cachedInput: 0n }, 0n],
    ['cachedInput', { input: 5n }, 5n],
    ['cacheWrite1h', { input: 5n }, 5n],
    ['inputAudio', { input: 5n, output: 9n }, 5n],
    ['outputAudio', { input: 5n, output: 9n }, 9n],
    ['input', {}, 0n],
  ])('of %s with %p named', (name, named, expected) => {
    expect(rateFor(name, named)).toBe(expected);
  });
});
