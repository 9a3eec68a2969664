import { DomainError } from '@code-router/contracts';
import type { PriceTermsText, RatesText, UnitPricesText } from '@code-router/money';
import { nanosOfCredits } from '../input/amount.js';
import type { CreatePriceVersionDto, CreditPriceTermsDto, PriceTermsDto } from './price.dto.js';

/**
 * The price in nanos, in whichever unit it was given.
 *
 * @throws DomainError `invalid_request_error` unless it is given in exactly one, or when an amount is beyond 64 bits.
 */
export function priceTermsOf({ terms, termsCredits }: CreatePriceVersionDto): PriceTermsText {
  if (terms && !termsCredits) return termsOfNanos(terms);
  if (termsCredits && !terms) return termsOfCredits(termsCredits);
  throw new DomainError('invalid_request_error', 'Give the price as terms or as termsCredits, exactly one of them.', {
    param: 'terms',
  });
}

function termsOfNanos({ rates, perCallNanos = '0', tiers = [], units }: PriceTermsDto): PriceTermsText {
  return { rates, perCallNanos, tiers, ...(units && { units }) };
}

function termsOfCredits({ rates, perCallCredits = '0', tiers = [], units }: CreditPriceTermsDto): PriceTermsText {
  return {
    rates: nanosOfNamed(rates, 'termsCredits.rates'),
    perCallNanos: nanosOfCredits(perCallCredits, 'termsCredits.perCallCredits'),
    tiers: tiers.map((tier, index) => ({
      aboveInputTokens: tier.aboveInputTokens,
      rates: nanosOfNamed(tier.rates, `termsCredits.tiers.${index}.rates`),
    })),
    ...(units && { units: nanosOfNamed(units, 'termsCredits.units') }),
  };
}

/** A rate in credits per million tokens becomes a rate in nanos per million tokens, a piece's credits its nanos. */
function nanosOfNamed<Prices extends RatesText | UnitPricesText>(prices: Prices, field: string): Prices {
  const given = Object.entries(prices).filter(([, credits]) => credits !== undefined);
  return Object.fromEntries(
    given.map(([name, credits]) => [name, nanosOfCredits(credits, `${field}.${name}`)]),
  ) as Prices;
}
