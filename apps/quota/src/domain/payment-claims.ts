import type { PaymentClaim } from './payments.js';

/**
 * How much of a payment went back, in minor units, from everything that is known of it. The order in which it became
 * known is irrelevant. A provider may tell of a refund by itself, in the total of its charge, or both: the larger counts.
 * Refunds that failed are taken from the total, which may be older than their failure.
 */
export function lostMinorUnits(claims: readonly PaymentClaim[], priceMinorUnits: bigint): bigint {
  const sum = (kind: PaymentClaim['kind'], dropped: boolean) =>
    claims
      .filter((claim) => claim.kind === kind && claim.dropped === dropped)
      .reduce((total, claim) => total + BigInt(claim.minorUnits), 0n);
  const inTotals = sum('refunded_total', false) - sum('refund', true);
  const inRefunds = sum('refund', false);
  const lost = (inTotals > inRefunds ? inTotals : inRefunds) + sum('dispute', false);
  return lost < priceMinorUnits ? lost : priceMinorUnits;
}

/** What is taken back of the credit, rounded down; exactly all of it when all of the price went back. */
export function nanosToReverse(creditNanos: bigint, priceMinorUnits: bigint, lost: bigint): bigint {
  return (creditNanos * lost) / priceMinorUnits;
}
