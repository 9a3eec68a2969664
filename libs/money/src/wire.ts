import { parseNanos, type NanosText } from './amounts.js';
import type { PriceTerms, Rates, UnitPrices } from './price.js';
import { TOKEN_CLASSES, UNIT_CLASSES, type Count, type TokenClass, type UnitClass } from './token-usage.js';

/** {@link Rates} as JSON. */
export type RatesText = Readonly<Partial<Record<TokenClass, NanosText>>>;

/** {@link UnitPrices} as JSON. */
export type UnitPricesText = Readonly<Partial<Record<UnitClass, NanosText>>>;

/** {@link PriceTerms} as JSON: what a message, a usage record and a database column hold. */
export interface PriceTermsText {
  readonly rates: RatesText;
  readonly perCallNanos: NanosText;
  readonly tiers: readonly { readonly aboveInputTokens: Count; readonly rates: RatesText }[];
  readonly units?: UnitPricesText;
}

export function priceTermsToText(terms: PriceTerms): PriceTermsText {
  return {
    rates: ratesToText(terms.rates),
    perCallNanos: terms.perCallNanos.toString(),
    tiers: terms.tiers.map(({ aboveInputTokens, rates }) => ({ aboveInputTokens, rates: ratesToText(rates) })),
    ...(terms.units ? { units: mapNamed(UNIT_CLASSES, terms.units, (nanos) => nanos.toString()) } : {}),
  };
}

/** @throws RangeError when an amount is not a whole number of nanos. */
export function priceTermsFromText(text: PriceTermsText): PriceTerms {
  return {
    rates: ratesFromText(text.rates),
    perCallNanos: parseNanos(text.perCallNanos, 'perCallNanos'),
    tiers: text.tiers.map(({ aboveInputTokens, rates }) => ({ aboveInputTokens, rates: ratesFromText(rates) })),
    ...(text.units ? { units: unitsFromText(text.units) } : {}),
  };
}

function ratesToText(rates: Rates): RatesText {
  return mapNamed(TOKEN_CLASSES, rates, (rate) => rate.toString());
}

function ratesFromText(rates: RatesText): Rates {
  return mapNamed(TOKEN_CLASSES, rates, (rate, tokenClass) => parseNanos(rate, `rate of ${tokenClass}`));
}

function unitsFromText(units: UnitPricesText): UnitPrices {
  return mapNamed(UNIT_CLASSES, units, (nanos, unitClass) => parseNanos(nanos, `price of ${unitClass}`));
}

function mapNamed<Name extends string, From, To>(
  names: readonly Name[],
  values: Readonly<Partial<Record<Name, From>>>,
  map: (value: From, name: Name) => To,
): Readonly<Partial<Record<Name, To>>> {
  const mapped: Partial<Record<Name, To>> = {};
  for (const name of names) {
    const value = values[name];
    if (value !== undefined) mapped[name] = map(value, name);
  }
  return mapped;
}
