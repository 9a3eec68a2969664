import type { PriceTermsText, TokenUsage } from '@code-router/money';

export const ONE = 1_000_000n;

/**
 * What tokens cost, in nanos, worked out here from the published formula and not with the code that is tested:
 * round_half_up(sum(tokens x rate) x multiplier / 1e12 + perCall x multiplier / 1e6), rounded once.
 *
 * @param multiplier in millionths.
 */
export function chargeOf(tokens: TokenUsage, terms: PriceTermsText, multiplier = ONE): bigint {
  let millionths = BigInt(terms.perCallNanos) * 1_000_000n;
  for (const [tokenClass, count] of Object.entries(tokens)) {
    const rate = (terms.rates as Readonly<Record<string, string>>)[tokenClass];
    if (rate === undefined && count > 0) throw new Error(`the test's price has no rate for ${tokenClass}`);
    millionths += BigInt(count) * BigInt(rate ?? 0);
  }
  const scale = 1_000_000_000_000n;
  return (2n * millionths * multiplier + scale) / (2n * scale);
}

/** Nanos of a decimal text, such as `0.0075` credits of 1,000,000,000 nanos. @throws RangeError for part of a nano. */
export function nanosOf(decimal: string, nanosPerUnit: bigint): bigint {
  const [whole = '', fraction = ''] = decimal.split('.');
  const scaled = BigInt(whole + fraction) * nanosPerUnit;
  const scale = 10n ** BigInt(fraction.length);
  if (scaled % scale !== 0n) throw new RangeError(`${decimal} is not a whole number of nanos`);
  return scaled / scale;
}

export const NANOS_PER_CREDIT = 1_000_000_000n;
export const NANOS_PER_QUOTA_UNIT = 2_000n;
