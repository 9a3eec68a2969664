import { DomainError, PRICE_CHANGE_FACTOR_MAX } from '@code-router/contracts';
import {
  creditsText,
  priceTermsFromText,
  rateFor,
  ratesFor,
  TOKEN_CLASSES,
  UNIT_CLASSES,
  type PriceTerms,
  type PriceTermsText,
  type Rates,
} from '@code-router/money';

/** An amount of a price that differs between two versions of it. */
export interface AmountChange {
  /** Which amount, as the terms call it: `rates.input`, `perCallNanos`, `units.image`. */
  readonly field: string;
  /** What it is, for people, with its unit. */
  readonly sentence: string;
  readonly isSuspicious: boolean;
}

/**
 * Everything that costs another amount than before. Compared is what is charged, not what is written: a class that one
 * of the prices does not name costs what plain input or output costs, and each tier is compared with what a request of
 * its length cost before.
 *
 * A change by more than {@link PRICE_CHANGE_FACTOR_MAX} times is suspicious. A price of 0 has no factor: whatever was
 * free and will cost something, or the other way round, is suspicious whatever the amount. Only a piece that the old
 * price did not name at all has nothing to be compared with, as the first price of a model has not.
 */
export function priceChanges(before: PriceTermsText, after: PriceTermsText): readonly AmountChange[] {
  const [old, next] = [priceTermsFromText(before), priceTermsFromText(after)];
  return [
    ...rateChanges(old, next),
    ...amountChange('perCallNanos', 'each call', old.perCallNanos, next.perCallNanos),
    ...unitChanges(old, next),
  ];
}

/** @throws DomainError `invalid_request_error` when the change must be confirmed; `fields` names the amounts. */
export function expectPlausible(model: string, before: PriceTermsText, after: PriceTermsText): void {
  const suspicious = priceChanges(before, after).filter((change) => change.isSuspicious);
  if (suspicious.length === 0) return;
  throw new DomainError(
    'invalid_request_error',
    `The price of \`${model}\` changes so much that it may be a slip, such as a rate per thousand tokens in place of ` +
      `one per million: ${suspicious.map(({ sentence }) => sentence).join('; ')}. ` +
      'Send it again with `confirmed: true` if it is meant.',
    { param: 'confirmed', model, fields: suspicious.map(({ field }) => `terms.${field}`).join(',') },
  );
}

function rateChanges(old: PriceTerms, next: PriceTerms): AmountChange[] {
  const thresholds = [...old.tiers, ...next.tiers].map(({ aboveInputTokens }) => aboveInputTokens);
  const ordered = [...new Set(thresholds)].toSorted((left, right) => left - right);
  return [undefined, ...ordered].flatMap((above) => {
    // One token more than the threshold is the first request that its tier applies to.
    const usage = { input: above === undefined ? 0 : above + 1 };
    const [from, to] = [ratesFor(usage, old), ratesFor(usage, next)];
    const place = above === undefined ? 'rates' : `tiers.${above}.rates`;
    const length = above === undefined ? '' : ` above ${above} input tokens`;
    return namedIn(from, to).flatMap((tokenClass) =>
      amountChange(
        `${place}.${tokenClass}`,
        `a million ${tokenClass} tokens${length}`,
        rateFor(tokenClass, from),
        rateFor(tokenClass, to),
      ),
    );
  });
}

/** The classes that either names, and the two that the others fall back to. */
function namedIn(from: Rates, to: Rates) {
  return TOKEN_CLASSES.filter(
    (tokenClass) =>
      from[tokenClass] !== undefined ||
      to[tokenClass] !== undefined ||
      (tokenClass === 'output' && rateFor('output', from) !== rateFor('output', to)),
  );
}

function unitChanges(old: PriceTerms, next: PriceTerms): AmountChange[] {
  return UNIT_CLASSES.flatMap((unitClass) => {
    const [from, to] = [old.units?.[unitClass], next.units?.[unitClass]];
    const field = `units.${unitClass}`;
    if (from !== undefined) return amountChange(field, `each ${unitClass}`, from, to ?? 0n);
    if (to === undefined) return [];
    return { field, sentence: `each ${unitClass} costs ${creditsText(to)} credits from now on`, isSuspicious: false };
  });
}

function amountChange(field: string, what: string, from: bigint, to: bigint): AmountChange[] {
  if (from === to) return [];
  const amounts = `${what} from ${creditsText(from)} to ${creditsText(to)} credits`;
  if (to === 0n) return [{ field, sentence: `${amounts}, which makes it free`, isSuspicious: true }];
  if (from === 0n) return [{ field, sentence: `${amounts}, which was free`, isSuspicious: true }];
  const [less, more] = from < to ? [from, to] : [to, from];
  const isSuspicious = more > less * BigInt(PRICE_CHANGE_FACTOR_MAX);
  const factor = isSuspicious ? `, ${more / less} times ${from < to ? 'more' : 'less'}` : '';
  return [{ field, sentence: `${amounts}${factor}`, isSuspicious }];
}
