/** The suite's own price list, and its own arithmetic: what the product computes is compared with it. */
export const INPUT_NANOS_PER_MILLION = 1_234_567n;
export const OUTPUT_NANOS_PER_MILLION = 987_654_321n;

const MILLION = 1_000_000n;
const HALF = MILLION / 2n;

/** One rounding, half up, of the exact sum. */
export function priceOf(inputTokens: number, outputTokens: number): bigint {
  const exact = BigInt(inputTokens) * INPUT_NANOS_PER_MILLION + BigInt(outputTokens) * OUTPUT_NANOS_PER_MILLION;
  return (exact + HALF) / MILLION;
}

/** An amount in credits as it is written in an answer, such as `0.000000123`, in nanos. */
export function nanosOfCredits(text: string): bigint {
  const [whole = '0', fraction = ''] = text.split('.');
  return BigInt(whole) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0').slice(0, 9));
}
