import { DomainError, type Quote, type QuoteRequest } from '@code-router/contracts';
import type { PriceTermsText } from '@code-router/money';
import { expectChoosable, type ChosenGroup } from './group-choice.js';
import { effectiveGroup, explainMultiplier, resolveMultiplier, type MultiplierFacts } from './multiplier.js';

/** Everything that the quote of one request depends on, as it was at one moment. */
export interface QuoteFacts {
  readonly catalogVersion: number;
  /** Absent when no model answers to the name. */
  readonly model?: QuotedModel | undefined;
  readonly multipliers: MultiplierFacts;
  readonly chosenGroup: ChosenGroup;
}

export interface QuotedModel {
  readonly name: string;
  readonly enabled: boolean;
  readonly visibleTo: readonly string[] | null;
  readonly contextWindow: number;
  readonly maxOutputTokens: number;
  /** The version in force; absent while there is none. */
  readonly price?: { readonly versionId: string; readonly terms: PriceTermsText } | undefined;
  /** When the next version takes effect. */
  readonly nextPriceFrom?: Date | undefined;
}

/**
 * The price of a model for a group.
 *
 * @throws DomainError `forbidden` when the key chose a group that it may not; `model_not_found` when there is no such model for this group: one that is hidden answers exactly
 * as one that does not exist, so that names cannot be guessed; `model_not_priced` when no price is in force.
 */
export function quoteFrom(request: QuoteRequest, facts: QuoteFacts): Quote {
  const { model, catalogVersion } = facts;
  expectChoosable(request, facts.chosenGroup);
  if (!model || !model.enabled || !isVisible(model.visibleTo, effectiveGroup(request))) {
    throw modelNotFound(request.model);
  }
  if (!model.price) {
    throw new DomainError('model_not_priced', `The model \`${model.name}\` has no price yet, so it cannot be used.`, {
      param: 'model',
      model: model.name,
    });
  }
  const multiplier = resolveMultiplier(facts.multipliers);
  return {
    model: model.name,
    priceVersionId: model.price.versionId,
    terms: model.price.terms,
    multiplierMillionths: multiplier.millionths.toString(),
    multiplierSource: multiplier.source,
    multiplierExplanation: explainMultiplier(multiplier, model.name, request),
    maxOutputTokens: model.maxOutputTokens,
    contextWindow: model.contextWindow,
    ...(model.nextPriceFrom && { validUntil: model.nextPriceFrom.toISOString() }),
    catalogVersion,
  };
}

export function modelNotFound(model: string): DomainError {
  return new DomainError('model_not_found', `The model \`${model}\` does not exist or you do not have access to it.`, {
    param: 'model',
    model,
  });
}

function isVisible(visibleTo: readonly string[] | null, group: string): boolean {
  return visibleTo === null || visibleTo.includes(group);
}
