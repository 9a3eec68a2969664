/** Nanos in one credit, the unit of the billing currency. */
export const NANOS_PER_CREDIT = 1_000_000_000n;

/** How many quota units, the unit that people see, are one credit where nothing else was set. */
export const QUOTA_UNITS_PER_CREDIT_DEFAULT = 500_000n;

/** Decimal places of a credit: a nano is the last of them. */
const CREDIT_PLACES = 9;

const INT8_MAX = 9_223_372_036_854_775_807n;

/**
 * An amount as it travels in JSON: a decimal string, since JSON numbers lose integers above 2^53.
 *
 * @pattern ^-?[0-9]{1,19}$
 */
export type NanosText = string;

/**
 * Reads an amount in nanos.
 *
 * @throws RangeError when the text is not a whole decimal number that fits a signed 64-bit integer.
 */
export function parseNanos(text: string, what = 'amount'): bigint {
  if (!/^-?\d{1,19}$/.test(text)) throw new RangeError(`${what} must be a whole number of nanos, got "${text}"`);
  const nanos = BigInt(text);
  if (nanos > INT8_MAX || nanos < -INT8_MAX) throw new RangeError(`${what} is beyond 64 bits, got "${text}"`);
  return nanos;
}

/** Quota units as an exact decimal: "3750", or "0.0005" for a single nano. */
export function quotaUnitsText(nanos: bigint, unitsPerCredit = QUOTA_UNITS_PER_CREDIT_DEFAULT): string {
  return exactDecimal(nanos * unitsPerCredit, CREDIT_PLACES);
}

/** Credits as an exact decimal with at most nine places, "0.0075"; a valid JSON number. */
export function creditsText(nanos: bigint): string {
  return exactDecimal(nanos, CREDIT_PLACES);
}

/** Writes `scaled / 10^places` without a floating point number and without trailing zeros. */
function exactDecimal(scaled: bigint, places: number): string {
  const sign = scaled < 0n ? '-' : '';
  const digits = (scaled < 0n ? -scaled : scaled).toString().padStart(places + 1, '0');
  const whole = digits.slice(0, -places);
  const fraction = digits.slice(-places).replace(/0+$/, '');
  return fraction ? `${sign}${whole}.${fraction}` : `${sign}${whole}`;
}
