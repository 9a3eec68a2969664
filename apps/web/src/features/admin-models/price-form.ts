import { creditsText, TOKEN_CLASSES, UNIT_CLASSES, type PriceTermsText } from '@code-router/money';
import { exactProduct } from '../../ui/fields/exact-product';

/** A price as it is typed: credits per 1,000,000 tokens, per call and per piece. */
export interface PriceValues extends Record<string, unknown> {
  readonly rates: Readonly<Record<string, string>>;
  readonly units: Readonly<Record<string, string>>;
  readonly perCall: string;
  readonly tiers: readonly TierValues[];
  readonly effectiveFrom: string;
  readonly note: string;
  readonly isPlaceholder: boolean;
}

export interface TierValues {
  readonly id: string;
  readonly aboveInputTokens: number | string;
  readonly rates: Readonly<Record<string, string>>;
}

const NANOS_PER_CREDIT = 1_000_000_000n;

const texts = (names: readonly string[], given: Readonly<Record<string, string | undefined>> = {}) =>
  Object.fromEntries(names.map((name) => [name, given[name] === undefined ? '' : creditsText(BigInt(given[name]))]));

/** The form of a price, filled with the one in force. */
export function priceValues(terms: PriceTermsText | null): PriceValues {
  return {
    rates: texts(TOKEN_CLASSES, terms?.rates),
    units: texts(UNIT_CLASSES, terms?.units),
    perCall: terms && terms.perCallNanos !== '0' ? creditsText(BigInt(terms.perCallNanos)) : '',
    tiers: (terms?.tiers ?? []).map(({ aboveInputTokens, rates }) => ({
      id: crypto.randomUUID(),
      aboveInputTokens,
      rates: texts(TOKEN_CLASSES, rates),
    })),
    effectiveFrom: '',
    note: '',
    isPlaceholder: false,
  };
}

export function newTier(): TierValues {
  return { id: crypto.randomUUID(), aboveInputTokens: 200_000, rates: texts(TOKEN_CLASSES) };
}

/** Credits as they were typed, in nanos; null when they are no amount. */
export function nanosOf(text: string): bigint | null {
  return exactProduct(text, NANOS_PER_CREDIT);
}

/** Whether a field that may be empty holds an amount. */
export function isAmount(text: string): boolean {
  return text.trim() === '' || nanosOf(text) !== null;
}

/** The price in nanos, exactly as it was typed. Every field must have been checked. */
export function termsOf({ rates, units, perCall, tiers }: PriceValues): PriceTermsText {
  const priced = amounts(units);
  return {
    rates: amounts(rates),
    perCallNanos: (nanosOf(perCall) ?? 0n).toString(),
    tiers: tiers.map((tier) => ({ aboveInputTokens: Number(tier.aboveInputTokens), rates: amounts(tier.rates) })),
    ...(Object.keys(priced).length === 0 ? {} : { units: priced }),
  };
}

function amounts(typed: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(typed)
      .filter(([, text]) => text.trim() !== '')
      .map(([name, text]) => [name, (nanosOf(text) ?? 0n).toString()]),
  );
}
