import type { InvoiceEntry, UsageInvoiceLine, UsageRecord } from '@code-router/contracts';
import {
  costNanos,
  inputTokens,
  priceTermsFromText,
  rateFor,
  ratesFor,
  surchargesFor,
  TOKEN_CLASSES,
  UNIT_CLASSES,
  type PriceTerms,
  type TokenUsage,
} from '@code-router/money';

/** Rates are for a million tokens: amounts before the multiplier have six places behind the point. */
const PLACES = 6;
const SCALE = 10n ** BigInt(PLACES);

interface Line {
  readonly entry: Omit<InvoiceEntry, 'exactNanos'>;
  /** In millionths of a nano, exactly. */
  readonly scaled: bigint;
}

/**
 * Computes the amount of a record anew, from nothing but the record, and shows how it comes about. The sum of the lines
 * is exact; it is multiplied and rounded once, by the same function that priced the request.
 */
export function invoiceLine(record: UsageRecord): UsageInvoiceLine {
  const terms = priceTermsFromText(record.terms);
  const lines = [...tokenLines(record.tokens, terms), ...callLines(terms), ...unitLines(record.units ?? {}, terms)];
  const sum = lines.reduce((total, { scaled }) => total + scaled, 0n);
  const recomputed = costNanos(
    record.tokens,
    terms,
    BigInt(record.multiplierMillionths),
    surchargesFor(record.units ?? {}, terms),
  );
  return {
    recordId: record.id,
    requestId: record.requestId,
    model: record.modelAsked,
    priceVersionId: record.priceVersionId,
    tierAboveInputTokens: tierOf(record.tokens, terms),
    lines: lines.map(({ entry, scaled }) => ({ ...entry, exactNanos: decimal(scaled) })),
    sumNanos: decimal(sum),
    multiplierMillionths: record.multiplierMillionths,
    multiplierSource: record.multiplierSource,
    amountNanos: record.amountNanos,
    recomputedNanos: recomputed.toString(),
    agrees: recomputed === BigInt(record.amountNanos),
  };
}

function tokenLines(tokens: TokenUsage, terms: PriceTerms): readonly Line[] {
  const rates = ratesFor(tokens, terms);
  return TOKEN_CLASSES.filter((tokenClass) => (tokens[tokenClass] ?? 0) > 0).map((tokenClass) => {
    const quantity = tokens[tokenClass] ?? 0;
    const rate = rateFor(tokenClass, rates);
    return {
      entry: { kind: 'tokens', class: tokenClass, quantity, rateNanos: rate.toString(), per: 1_000_000 },
      scaled: BigInt(quantity) * rate,
    };
  });
}

function callLines({ perCallNanos }: PriceTerms): readonly Line[] {
  if (perCallNanos === 0n) return [];
  return [
    { entry: { kind: 'call', quantity: 1, rateNanos: perCallNanos.toString(), per: 1 }, scaled: perCallNanos * SCALE },
  ];
}

function unitLines(units: NonNullable<UsageRecord['units']>, terms: PriceTerms): readonly Line[] {
  return UNIT_CLASSES.filter((unitClass) => (units[unitClass] ?? 0) > 0).map((unitClass) => {
    const quantity = units[unitClass] ?? 0;
    const nanosEach = terms.units?.[unitClass] ?? 0n;
    return {
      entry: { kind: 'unit', class: unitClass, quantity, rateNanos: nanosEach.toString(), per: 1 },
      scaled: BigInt(quantity) * nanosEach * SCALE,
    };
  });
}

/** The threshold of the tier that applies: the highest that the input exceeds. */
function tierOf(tokens: TokenUsage, { tiers }: PriceTerms): number | null {
  const exceeded = tiers.map(({ aboveInputTokens }) => aboveInputTokens).filter((above) => inputTokens(tokens) > above);
  return exceeded.length > 0 ? Math.max(...exceeded) : null;
}

/** `scaled / 10^6` without a floating point number and without trailing zeros. */
function decimal(scaled: bigint): string {
  const digits = scaled.toString().padStart(PLACES + 1, '0');
  const fraction = digits.slice(-PLACES).replace(/0+$/, '');
  const whole = digits.slice(0, -PLACES);
  return fraction ? `${whole}.${fraction}` : whole;
}
