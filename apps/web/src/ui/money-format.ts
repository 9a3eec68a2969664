import { NANOS_PER_CREDIT } from '@code-router/money';
import { numberFormat } from '../i18n/intl';

/** In what amounts are shown. */
export type MoneyUnit = 'currency' | 'quota';

export interface MoneyStyle {
  readonly locale: string;
  readonly unit: MoneyUnit;
  readonly currencySymbol: string;
  readonly nanosPerQuotaUnit: bigint;
  /** `short` is for reading, `exact` shows every nano. */
  readonly precision?: 'short' | 'exact';
  /** Shows a plus sign before what is not negative. */
  readonly signed?: boolean;
  /** Amounts of requests, below a hundredth, have all of their places, so that those below each other align. */
  readonly aligned?: boolean;
}

const CREDIT_PLACES = 9;
/** From one credit on, hundredths are enough to read; below, an amount of a request has its digits further right. */
const PLACES_LARGE = 2;
const PLACES_MEDIUM = 4;
const PLACES_SMALL = 6;
const QUOTA_PLACES_EXACT = 4;
const QUOTA_PLACES_SMALL = 2;

/** An amount for people: "$12.34", "$0.000105", "52.5" quota units. No floating point number is involved. */
export function formatNanos(nanos: bigint, style: MoneyStyle): string {
  const {
    locale,
    unit,
    currencySymbol,
    nanosPerQuotaUnit,
    precision = 'short',
    signed = false,
    aligned = false,
  } = style;
  const magnitude = nanos < 0n ? -nanos : nanos;
  const sign = nanos < 0n ? '−' : signed && nanos > 0n ? '+' : '';
  if (unit === 'quota') {
    const places =
      precision === 'exact' ? QUOTA_PLACES_EXACT : magnitude >= nanosPerQuotaUnit * 100n ? 0 : QUOTA_PLACES_SMALL;
    return sign + formatRatio(magnitude, nanosPerQuotaUnit, { locale, placesMin: 0, placesMax: places });
  }
  const placesMax = precision === 'exact' ? CREDIT_PLACES : placesToRead(magnitude);
  const isAligned = aligned && precision === 'short' && placesMax === PLACES_SMALL && magnitude > 0n;
  const placesMin = isAligned ? placesMax : PLACES_LARGE;
  const text = formatRatio(magnitude, NANOS_PER_CREDIT, { locale, placesMin, placesMax });
  const isTooSmallToRead = magnitude > 0n && /^[0.]+$/.test(text);
  return isTooSmallToRead ? `${sign}<${currencySymbol}0.000001` : `${sign}${currencySymbol}${text}`;
}

/** As many as are worth reading: of a large amount nobody reads the millionths. */
function placesToRead(magnitude: bigint): number {
  if (magnitude >= NANOS_PER_CREDIT) return PLACES_LARGE;
  return magnitude >= NANOS_PER_CREDIT / 100n ? PLACES_MEDIUM : PLACES_SMALL;
}

export interface RatioStyle {
  readonly locale: string;
  readonly placesMin: number;
  readonly placesMax: number;
}

/** Writes a quotient of whole numbers with grouped digits, rounded half up at the last place. Neither may be negative. */
export function formatRatio(
  numerator: bigint,
  denominator: bigint,
  { locale, placesMin, placesMax }: RatioStyle,
): string {
  const scale = 10n ** BigInt(placesMax);
  const scaled = (numerator * scale * 2n + denominator) / (denominator * 2n);
  const whole = numberFormat(locale).format(scaled / scale);
  if (placesMax === 0) return whole;
  const digits = (scaled % scale).toString().padStart(placesMax, '0');
  const fraction = digits.slice(0, placesMin) + digits.slice(placesMin).replace(/0+$/, '');
  return fraction === '' ? whole : `${whole}.${fraction}`;
}

/** A multiplier of millionths for people: "0.85". */
export function formatMultiplier(millionths: bigint, locale: string): string {
  return formatRatio(millionths, 1_000_000n, { locale, placesMin: 0, placesMax: 6 });
}

/**
 * Reads an amount of credits as somebody typed it, exactly; null when it is none.
 *
 * Nine places are all there are: what has more is refused rather than rounded.
 */
export function parseCredits(text: string): bigint | null {
  const match = /^(\d{1,10})(?:\.(\d{1,9}))?$/.exec(text.trim());
  if (!match) return null;
  const [, whole = '', fraction = ''] = match;
  return BigInt(whole + fraction.padEnd(CREDIT_PLACES, '0'));
}
