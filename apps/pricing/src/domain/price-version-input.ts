import type { CreatePriceVersion } from '@code-router/contracts';
import { Problems } from '@code-router/input';
import {
  priceTermsFromText,
  priceTermsToText,
  TOKEN_CLASSES,
  UNIT_CLASSES,
  type PriceTermsText,
} from '@code-router/money';
import { expectInstant, expectName, expectText, expectWholeText } from './input-rules.js';

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
  readonly isPlaceholder: boolean;
  /** Whether a change of more than the factor that is taken for a slip is meant. */
  readonly confirmed: boolean;
}

/** @throws DomainError `invalid_request_error` naming every field that is wrong. */
export function newPriceVersion(input: CreatePriceVersion): NewPriceVersion {
  const problems = new Problems();
  expectName(input.model, 'model', problems);
  expectTerms(input.terms, 'terms', problems);
  expectInstant(input.effectiveFrom, 'effectiveFrom', problems);
  problems.expect(typeof input.author === 'string' && input.author.length > 0, 'author', 'must be given');
  expectText(input.author, 'author', 200, problems);
  expectText(input.note, 'note', 2_000, problems);
  for (const field of ['isPlaceholder', 'confirmed'] as const) {
    problems.expect(input[field] === undefined || typeof input[field] === 'boolean', field, 'must be true or false');
  }
  problems.throwIfAny();
  return {
    model: input.model,
    terms: plainTerms(input.terms),
    effectiveFrom: input.effectiveFrom === undefined ? undefined : new Date(input.effectiveFrom),
    author: input.author,
    note: input.note ?? '',
    isPlaceholder: input.isPlaceholder ?? false,
    confirmed: input.confirmed ?? false,
  };
}

/** Terms that were checked, with only what terms consist of, the classes in their own order and amounts as they are written. */
export function plainTerms(terms: PriceTermsText): PriceTermsText {
  const { units, ...plain } = priceTermsToText(priceTermsFromText(terms));
  return units && Object.keys(units).length > 0 ? { ...plain, units } : plain;
}

/** @param path what the terms are called by, such as `terms` or `models[3].terms`. */
export function expectTerms(terms: unknown, path: string, problems: Problems): void {
  if (!isObject(terms)) return problems.expect(false, path, 'must be an object');
  expectRates(terms['rates'], `${path}.rates`, problems);
  expectWholeText(terms['perCallNanos'], `${path}.perCallNanos`, NANOS_MAX, problems);
  expectTiers(terms['tiers'], `${path}.tiers`, problems);
  const units: unknown = terms['units'] ?? {};
  expectNamed(units, `${path}.units`, UNIT_CLASSES, 'must be an object of nanos for each piece', problems);
  const unknown = Object.keys(terms).filter((key) => !['rates', 'perCallNanos', 'tiers', 'units'].includes(key));
  for (const key of unknown) problems.expect(false, `${path}.${key}`, 'is not a part of a price');
  // Free of charge is entered as rates of 0. Terms that name nothing are a mistake that would give the model away.
  const namesNothing = isEmpty(terms['rates']) && isEmpty(units) && terms['perCallNanos'] === '0';
  problems.expect(!namesNothing, `${path}.rates`, 'must name at least one rate');
}

function expectRates(rates: unknown, field: string, problems: Problems): void {
  expectNamed(rates, field, TOKEN_CLASSES, 'must be an object of nanos per 1,000,000 tokens', problems);
}

function expectNamed(
  values: unknown,
  field: string,
  classes: readonly string[],
  expected: string,
  problems: Problems,
): void {
  if (!isObject(values)) return problems.expect(false, field, expected);
  for (const [name, nanos] of Object.entries(values)) {
    if (classes.includes(name)) expectWholeText(nanos, `${field}.${name}`, NANOS_MAX, problems);
    else problems.expect(false, `${field}.${name}`, `is not one of ${classes.join(', ')}`);
  }
}

function expectTiers(tiers: unknown, path: string, problems: Problems): void {
  if (!Array.isArray(tiers)) return problems.expect(false, path, 'must be a list');
  problems.expect(tiers.length <= TIERS_MAX, path, `must be at most ${TIERS_MAX}`);
  let thresholdBefore = 0;
  tiers.forEach((tier: unknown, index) => {
    const field = `${path}[${index}]`;
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
    problems.expect(!isEmpty(tier['rates']), `${field}.rates`, 'must name at least one rate');
  });
}

function isEmpty(value: unknown): boolean {
  return isObject(value) && Object.keys(value).length === 0;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
