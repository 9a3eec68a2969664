/** A number as somebody wrote it, shifted by decimal places and made whole. */
export interface ScaledDecimal {
  readonly value: bigint;
  /** False when what was beyond the last place had to be rounded away, half up. */
  readonly isExact: boolean;
}

const DECIMAL = /^([+-]?)(\d{0,40})(?:\.(\d{0,60}))?(?:[eE]([+-]?\d{1,3}))?$/;

/**
 * Reads a decimal number, scientific notation included, and multiplies it by 10^places, exactly: "2.5e-06" with 15
 * places is 2,500,000,000. Never through floating point, in which 2.5e-06 is not what it says.
 *
 * @throws RangeError when the text is not a decimal number, or has more digits than any amount.
 */
export function scaledDecimal(text: string, places: number): ScaledDecimal {
  const match = DECIMAL.exec(text);
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match ?? [];
  if (!match || whole + fraction === '') throw new RangeError(`must be a decimal number, got "${text.slice(0, 80)}"`);
  const digits = BigInt(whole + fraction);
  const shift = places + Number(exponent) - fraction.length;
  const magnitude = shift >= 0 ? { value: digits * 10n ** BigInt(shift), isExact: true } : divided(digits, -shift);
  return { ...magnitude, value: sign === '-' ? -magnitude.value : magnitude.value };
}

function divided(digits: bigint, shift: number): ScaledDecimal {
  const divisor = 10n ** BigInt(shift);
  return { value: (digits * 2n + divisor) / (divisor * 2n), isExact: digits % divisor === 0n };
}
