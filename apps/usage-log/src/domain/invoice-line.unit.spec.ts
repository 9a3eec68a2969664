import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  costNanos,
  priceTermsFromText,
  surchargesFor,
  TOKEN_CLASSES,
  UNIT_CLASSES,
  type PriceTermsText,
} from '@code-router/money';
import type { UsageRecord } from '@code-router/contracts';
import { usageData } from '../testing/usage-samples.js';
import { invoiceLine } from './invoice-line.js';

const amounts = fc.bigInt({ min: 0n, max: 50_000_000_000n }).map(String);
const rates = fc.record(Object.fromEntries(TOKEN_CLASSES.map((name) => [name, amounts])), { requiredKeys: [] });
const counts = (names: readonly string[], max: number) =>
  fc.record(Object.fromEntries(names.map((name) => [name, fc.nat({ max })])), { requiredKeys: [] });
const terms = fc.record({
  rates,
  perCallNanos: amounts,
  tiers: fc.array(fc.record({ aboveInputTokens: fc.nat({ max: 400_000 }), rates }), { maxLength: 3 }),
  units: fc.record(Object.fromEntries(UNIT_CLASSES.map((name) => [name, amounts])), { requiredKeys: [] }),
});

const recordOf = (changes: Partial<UsageRecord>): UsageRecord => {
  const usage = usageData(changes);
  return { ...usage, id: usage.reservationId, recordedAt: usage.completedAt, ...changes };
};

/** An exact decimal of nanos, in millionths. */
const millionths = (decimal: string): bigint => {
  const [whole = '', fraction = ''] = decimal.split('.');
  return BigInt(whole + fraction.padEnd(6, '0'));
};

describe('an invoice line', () => {
  it('agrees with what was charged, and its lines with their sum, for any price, usage and multiplier', () => {
    fc.assert(
      fc.property(
        terms,
        counts(TOKEN_CLASSES, 300_000),
        counts(UNIT_CLASSES, 50),
        fc.bigInt({ min: 0n, max: 100_000_000n }),
        (priceTerms, tokens, units, multiplier) => {
          const read = priceTermsFromText(priceTerms as PriceTermsText);
          const charged = costNanos(tokens, read, multiplier, surchargesFor(units, read));
          const record = recordOf({
            tokens,
            units,
            terms: priceTerms as PriceTermsText,
            multiplierMillionths: multiplier.toString(),
            amountNanos: charged.toString(),
          });
          const line = invoiceLine(record);
          expect(line.agrees).toBe(true);

          // By another way than the one that priced it: line by line, in whole millionths, rounded once.
          let sum = 0n;
          for (const { quantity, rateNanos, per, exactNanos } of line.lines) {
            expect(millionths(exactNanos)).toBe((BigInt(quantity) * BigInt(rateNanos) * 1_000_000n) / BigInt(per));
            sum += millionths(exactNanos);
          }
          expect(millionths(line.sumNanos)).toBe(sum);
          expect((sum * multiplier * 2n + 10n ** 12n) / (2n * 10n ** 12n)).toBe(charged);
          expect(invoiceLine({ ...record, amountNanos: (charged + 1n).toString() }).agrees).toBe(false);
        },
      ),
    );
  });

  it('names the tier whose rates apply, and the pieces beside tokens', () => {
    const line = invoiceLine(
      recordOf({
        tokens: { input: 200_001, output: 1 },
        units: { webSearchCall: 2 },
        terms: {
          rates: { input: '1', output: '2' },
          perCallNanos: '7',
          tiers: [
            { aboveInputTokens: 100_000, rates: { input: '10', output: '20' } },
            { aboveInputTokens: 200_000, rates: { input: '100', output: '200' } },
            { aboveInputTokens: 300_000, rates: { input: '1000', output: '2000' } },
          ],
          units: { webSearchCall: '5' },
        },
        multiplierMillionths: '1000000',
        amountNanos: '37',
      }),
    );
    expect(line).toMatchObject({
      tierAboveInputTokens: 200_000,
      lines: [
        { kind: 'tokens', class: 'input', quantity: 200_001, rateNanos: '100', per: 1_000_000, exactNanos: '20.0001' },
        { kind: 'tokens', class: 'output', quantity: 1, rateNanos: '200', per: 1_000_000, exactNanos: '0.0002' },
        { kind: 'call', quantity: 1, rateNanos: '7', per: 1, exactNanos: '7' },
        { kind: 'unit', class: 'webSearchCall', quantity: 2, rateNanos: '5', per: 1, exactNanos: '10' },
      ],
      sumNanos: '37.0003',
      recomputedNanos: '37',
      agrees: true,
    });
  });
});
