import { parseNanos, type NanosText } from './amounts.js';
import type { PriceTerms, Rates } from './price.js';
import { TOKEN_CLASSES, type TokenClass } from './token-usage.js';

/** {@link Rates} as JSON. */
export type RatesText = Readonly<Partial<Record<TokenClass, NanosText>>>;

/** {@link PriceTerms} as JSON: what a message, a usage record and a database column hold. */
export interface PriceTermsText {
  readonly rates: RatesText;
  readonly perCallNanos: NanosText;
  readonly tiers: readonly { readonly aboveInputTokens: number; readonly rates: RatesText }[];
}

export function priceTermsToText(terms: PriceTerms): PriceTermsText {
  return {
    rates: ratesToText(terms.rates),
    perCallNanos: terms.perCallNanos.toString(),
    tiers: terms.tiers.map((tier) => ({ ...tier, rates: ratesToText(tier.rates) })),
  };
}

/** @throws RangeError when an amount is not a whole number of nanos. */
export function priceTermsFromText(text: PriceTermsText): PriceTerms {
  return {
    rates: ratesFromText(text.rates),
    perCallNanos: parseNanos(text.perCallNanos, 'perCallNanos'),
    tiers: text.tiers.map((tier) => ({ ...tier, rates: ratesFromText(tier.rates) })),
  };
}

function ratesToText(rates: Rates): RatesText {
  return mapRates(rates, (rate) => rate.toString());
}

function ratesFromText(rates: RatesText): Rates {
  return mapRates(rates, (rate, tokenClass) => parseNanos(rate, `rate of ${tokenClass}`));
}

function mapRates<From, To>(
  rates: Readonly<Partial<Record<TokenClass, From>>>,
  map: (rate: From, tokenClass: TokenClass) => To,
): Readonly<Partial<Record<TokenClass, To>>> {
  const mapped: Partial<Record<TokenClass, To>> = {};
  for (const tokenClass of TOKEN_CLASSES) {
    const rate = rates[tokenClass];
    if (rate !== undefined) mapped[tokenClass] = map(rate, tokenClass);
  }
  return mapped;
}
