import type { PriceTermsText } from '@code-router/money';
import { MILLIONTHS } from '../../ui/fields/exact-product';

type Amounts = Readonly<Record<string, string>>;

/** A price times so many millionths; each amount is rounded half up to whole nanos. */
export function multipliedTerms(terms: PriceTermsText, millionths: bigint): PriceTermsText {
  const times = (nanos: string) => ((BigInt(nanos) * millionths + MILLIONTHS / 2n) / MILLIONTHS).toString();
  const all = (amounts: Amounts) =>
    Object.fromEntries(Object.entries(amounts).map(([name, nanos]) => [name, times(nanos)]));
  return {
    rates: all(terms.rates as Amounts),
    perCallNanos: times(terms.perCallNanos),
    tiers: terms.tiers.map(({ aboveInputTokens, rates }) => ({ aboveInputTokens, rates: all(rates as Amounts) })),
    ...(terms.units === undefined ? {} : { units: all(terms.units as Amounts) }),
  };
}
