import { DomainError } from '@code-router/contracts';
import type { PriceTermsText, RatesText } from '@code-router/money';
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

function termsOfNanos({ rates, perCallNanos = '0', tiers = [] }: PriceTermsDto): PriceTermsText {
  return { rates, perCallNanos, tiers };
}

function termsOfCredits({ rates, perCallCredits = '0', tiers = [] }: CreditPriceTermsDto): PriceTermsText {
  return {
    rates: ratesOfCredits(rates, 'termsCredits.rates'),
    perCallNanos: nanosOfCredits(perCallCredits, 'termsCredits.perCallCredits'),
    tiers: tiers.map((tier, index) => ({
      aboveInputTokens: tier.aboveInputTokens,
      rates: ratesOfCredits(tier.rates, `termsCredits.tiers.${index}.rates`),
    })),
  };
}

/** A rate in credits per million tokens becomes a rate in nanos per million tokens. */
function ratesOfCredits(rates: RatesText, field: string): RatesText {
  const given = Object.entries(rates).filter(([, credits]) => credits !== undefined);
  return Object.fromEntries(
    given.map(([tokenClass, credits]) => [tokenClass, nanosOfCredits(credits, `${field}.${tokenClass}`)]),
  );
}
