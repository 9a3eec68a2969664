import { MULTIPLIER_ONE, NANOS_PER_CREDIT } from '@code-router/money';
import { formatRatio, type MoneyStyle } from './money-format';

/** For how many tokens a rate is shown. */
export type RateBase = 'million' | 'thousand';

/** What is shown of a price: in what, for how many tokens. */
export interface RateStyle extends MoneyStyle {
  readonly per: RateBase;
}

/** Rates are kept for a million tokens; for a thousand they have three places more. */
const DIVISORS = { million: 1n, thousand: 1_000n } as const satisfies Record<RateBase, bigint>;
const PLACES_MAX = { million: 6, thousand: 9 } as const satisfies Record<RateBase, number>;
const QUOTA_PLACES_MAX = 4;

/** A rate as somebody pays it: nanos per million tokens with a multiplier, written exactly as far as it can be read. */
export function formatRate(rateNanos: bigint, multiplierMillionths: bigint, style: RateStyle): string {
  return written(rateNanos * multiplierMillionths, MULTIPLIER_ONE * DIVISORS[style.per], style, PLACES_MAX[style.per]);
}

/** The price of one call or one piece, with a multiplier. */
export function formatPieceRate(nanos: bigint, multiplierMillionths: bigint, style: MoneyStyle): string {
  return written(nanos * multiplierMillionths, MULTIPLIER_ONE, style, PLACES_MAX.thousand);
}

function written(numerator: bigint, divisor: bigint, style: MoneyStyle, placesMax: number): string {
  const { locale, unit, currencySymbol, nanosPerQuotaUnit } = style;
  if (unit === 'quota') {
    return formatRatio(numerator, divisor * nanosPerQuotaUnit, { locale, placesMin: 0, placesMax: QUOTA_PLACES_MAX });
  }
  const text = formatRatio(numerator, divisor * NANOS_PER_CREDIT, { locale, placesMin: 2, placesMax });
  return `${currencySymbol}${text}`;
}
