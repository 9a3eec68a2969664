import { describe, expect, it } from '@jest/globals';
import { lostMinorUnits, nanosToReverse } from './payment-claims.js';
import type { PaymentClaim } from './payments.js';

const total = (minorUnits: number): PaymentClaim => ({ kind: 'refunded_total', minorUnits, dropped: false });
const refund = (minorUnits: number, dropped = false): PaymentClaim => ({ kind: 'refund', minorUnits, dropped });
const dispute = (minorUnits: number, dropped = false): PaymentClaim => ({ kind: 'dispute', minorUnits, dropped });

describe('what went back of a payment of 1000', () => {
  it.each<[string, PaymentClaim[], bigint]>([
    ['nothing', [], 0n],
    ['the total of a charge', [total(400)], 400n],
    ['a refund', [refund(400)], 400n],
    ['a refund, told twice', [total(400), refund(400)], 400n],
    ['two refunds, of which the total knows one', [total(400), refund(400), refund(300)], 700n],
    ['two refunds that only the total knows', [total(700), refund(400)], 700n],
    ['a refund that failed', [refund(400, true)], 0n],
    ['a refund that failed, still in the total', [total(400), refund(400, true)], 0n],
    ['a refund that failed, and another one', [total(400), refund(400, true), refund(400)], 400n],
    ['a dispute', [dispute(1000)], 1000n],
    ['a dispute that was won', [dispute(1000, true)], 0n],
    ['a refund and a dispute of the rest', [total(400), dispute(600)], 1000n],
    ['more than all', [total(1000), dispute(1000)], 1000n],
  ])('%s', (_, claims, lost) => {
    expect(lostMinorUnits(claims, 1000n)).toBe(lost);
    expect(lostMinorUnits(claims.toReversed(), 1000n)).toBe(lost);
  });

  it('takes back the same part of the credit, and all of it when all went back', () => {
    expect(nanosToReverse(10_000_000_007n, 1000n, 1000n)).toBe(10_000_000_007n);
    expect(nanosToReverse(10_000_000_007n, 1000n, 333n)).toBe(3_330_000_002n);
    expect(nanosToReverse(10_000_000_007n, 1000n, 0n)).toBe(0n);
  });
});
