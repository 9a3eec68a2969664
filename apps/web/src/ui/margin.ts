/** What remains of an amount after what the provider asks, as a share of it; null where nothing was earned. */
export function marginShare(amountNanos: string, costNanos: string): number | null {
  const amount = BigInt(amountNanos);
  if (amount <= 0n) return null;
  // Two decimals of a percent are enough to read, and a share is no amount of money.
  return Number(((amount - BigInt(costNanos)) * 10_000n) / amount) / 10_000;
}
