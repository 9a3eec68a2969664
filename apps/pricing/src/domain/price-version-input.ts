import type { CreatePriceVersion } from '@code-router/contracts';
import { priceTermsFromText, priceTermsToText, TOKEN_CLASSES, type PriceTermsText } from '@code-router/money';
import { expectInstant, expectName, expectText, expectWholeText } from './input-rules.js';
import { Problems } from './problems.js';

/** A million credits for a million tokens; far above any price, far below what would overflow an amount. */
const NANOS_MAX = 1_000_000_000_000_000n;
const TIERS_MAX = 20;

/** A price version as it is entered, complete and checked. */
export interface NewPriceVersion {
  readonly model: string;
  readonly terms: PriceTermsText;
  /** Absent: at once, by the clock of the database. */
  readonly effectiveFrom?: Date | undefined;
  readonly author: string;
  readonly note: string;
}

/** @throws DomainError `invalid_request_error` naming every field that is wrong. */
export function newPriceVersion(input: CreatePriceVersion): NewPriceVersion {
  const problems = new Problems();
  expectName(input.model, 'model', problems);
  expectTerms(input.terms, problems);
  expectInstant(input.effectiveFrom, 'effectiveFrom', problems);
  problems.expect(typeof input.author === 'string' && input.author.length > 0, 'author', 'must be given');
  expectText(input.author, 'author', 200, problems);
  expectText(input.note, 'note', 2_000, problems);
  problems.throwIfAny();
  return {
    model: input.model,
    // There and back: only what terms consist of is kept, with the classes in their own order.
    terms: priceTermsToText(priceTermsFromText(input.terms)),
    effectiveFrom: input.effectiveFrom === undefined ? undefined : new Date(input.effectiveFrom),
    author: input.author,
    note: input.note ?? '',
  };
}

function expectTerms(terms: unknown, problems: Problems): void {
  if (!isObject(terms)) return problems.expect(false, 'terms', 'must be an object');
  expectRates(terms['rates'], 'terms.rates', problems);
  expectWholeText(terms['perCallNanos'], 'terms.perCallNanos', NANOS_MAX, problems);
  expectTiers(terms['tiers'], problems);
  const unknown = Object.keys(terms).filter((key) => !['rates', 'perCallNanos', 'tiers'].includes(key));
  for (const key of unknown) problems.expect(false, `terms.${key}`, 'is not a part of a price');
  // Free of charge is entered as rates of 0. Terms that name nothing are a mistake that would give the model away.
  const namesNothing = isObject(terms['rates']) && Object.keys(terms['rates']).length === 0;
  problems.expect(!(namesNothing && terms['perCallNanos'] === '0'), 'terms.rates', 'must name at least one rate');
}

function expectRates(rates: unknown, field: string, problems: Problems): void {
  if (!isObject(rates)) return problems.expect(false, field, 'must be an object of nanos per 1,000,000 tokens');
  for (const [tokenClass, rate] of Object.entries(rates)) {
    const known = (TOKEN_CLASSES as readonly string[]).includes(tokenClass);
    if (known) expectWholeText(rate, `${field}.${tokenClass}`, NANOS_MAX, problems);
    else problems.expect(false, `${field}.${tokenClass}`, `is not a token class (${TOKEN_CLASSES.join(', ')})`);
  }
}

function expectTiers(tiers: unknown, problems: Problems): void {
  if (!Array.isArray(tiers)) return problems.expect(false, 'terms.tiers', 'must be a list');
  problems.expect(tiers.length <= TIERS_MAX, 'terms.tiers', `must be at most ${TIERS_MAX}`);
  let thresholdBefore = 0;
  tiers.forEach((tier: unknown, index) => {
    const field = `terms.tiers[${index}]`;
    if (!isObject(tier)) return problems.expect(false, field, 'must be an object');
    const threshold = tier['aboveInputTokens'];
    const positive = typeof threshold === 'number' && Number.isSafeInteger(threshold) && threshold > 0;
    problems.expect(positive, `${field}.aboveInputTokens`, 'must be a whole number of at least 1');
    if (positive) {
      problems.expect(
        threshold > thresholdBefore,
        `${field}.aboveInputTokens`,
        'must be greater than that of the tier before',
      );
      thresholdBefore = threshold;
    }
    expectRates(tier['rates'], `${field}.rates`, problems);
    // The rates of a tier replace all others, so a tier without any would make long requests free.
    const namesNothing = isObject(tier['rates']) && Object.keys(tier['rates']).length === 0;
    problems.expect(!namesNothing, `${field}.rates`, 'must name at least one rate');
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
