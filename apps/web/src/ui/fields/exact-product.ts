/**
 * A decimal number as somebody typed it, times a whole factor; null when it is no number of that kind, is negative, or
 * has more digits than the factor can make whole: what would have to be rounded is refused.
 */
export function exactProduct(text: string, factor: bigint): bigint | null {
  const match = /^(\d{1,19})(?:[.](\d{1,18}))?$/.exec(text.trim());
  if (!match) return null;
  const [, whole = '', fraction = ''] = match;
  const scale = 10n ** BigInt(fraction.length);
  const product = BigInt(whole + fraction) * factor;
  return product % scale === 0n ? product / scale : null;
}

/** One as millionths. */
export const MILLIONTHS = 1_000_000n;

/** A multiplier as somebody typed it, in millionths; null when it is none. */
export function parseMultiplier(text: string): bigint | null {
  return exactProduct(text, MILLIONTHS);
}

/** Millionths as a decimal that can be typed again: "0.85". */
export function multiplierText(millionths: string | bigint): string {
  const value = BigInt(millionths);
  const fraction = (value % MILLIONTHS).toString().padStart(6, '0').replace(/0+$/, '');
  return fraction === '' ? `${value / MILLIONTHS}` : `${value / MILLIONTHS}.${fraction}`;
}
