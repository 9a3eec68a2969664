import type { Catalog, CatalogModel, CatalogRequest, ModelProfile } from '@code-router/contracts';
import { Problems } from '@code-router/input';
import type { PriceTermsText } from '@code-router/money';
import { expectText } from './input-rules.js';
import { explainMultiplier, resolveMultiplier, type Groups, type MultiplierFacts } from './multiplier.js';
import { expectChoosable, type ChosenGroup } from './group-choice.js';

/** What a catalogue is made from, as it was at one moment. */
export interface CatalogFacts {
  readonly catalogVersion: number;
  /** When a price already entered changes what is listed, or what it costs. */
  readonly nextPriceFrom?: Date | undefined;
  readonly chosenGroup: ChosenGroup;
  /** Enabled, priced and visible; sorted by name. */
  readonly models: readonly ListedModel[];
}

export interface ListedModel extends ModelProfile {
  readonly priceVersionId: string;
  readonly terms: PriceTermsText;
  readonly isPlaceholder: boolean;
  readonly multipliers: MultiplierFacts;
}

/**
 * The models that a group may use and what they cost it, those that pass every filter.
 *
 * @throws DomainError `forbidden` when the key chose a group that it may not.
 */
export function catalogFrom(request: CatalogRequest, facts: CatalogFacts): Catalog {
  expectChoosable(request, facts.chosenGroup);
  const passes = catalogFilter(request);
  return {
    catalogVersion: facts.catalogVersion,
    ...(facts.nextPriceFrom && { validUntil: facts.nextPriceFrom.toISOString() }),
    models: facts.models.filter(passes).map((model) => priced(model, request)),
  };
}

/** @throws DomainError `invalid_request_error` naming every filter that is not text. */
export function expectFilters(request: CatalogRequest): void {
  const problems = new Problems();
  for (const field of ['search', 'vendor', 'tag', 'modality', 'endpoint'] as const) {
    expectText(request[field], field, 200, problems);
  }
  problems.throwIfAny();
}

function priced({ multipliers, ...model }: ListedModel, groups: Groups): CatalogModel {
  const multiplier = resolveMultiplier(multipliers);
  return {
    ...model,
    multiplierMillionths: multiplier.millionths.toString(),
    multiplierSource: multiplier.source,
    multiplierExplanation: explainMultiplier(multiplier, model.name, groups),
  };
}

/** Vendors and tags are compared in any case, as people type them; a modality may be read or written. */
export function catalogFilter(request: CatalogRequest): (model: ModelProfile) => boolean {
  const words = folded(request.search ?? '')
    .split(/\s+/)
    .filter((word) => word !== '');
  const { vendor, tag, modality, endpoint } = request;
  return (model) =>
    (vendor === undefined || folded(model.vendor) === folded(vendor)) &&
    (tag === undefined || model.tags.some((own) => folded(own) === folded(tag))) &&
    (modality === undefined || [...model.inputModalities, ...model.outputModalities].some((own) => own === modality)) &&
    (endpoint === undefined || model.endpoints.includes(endpoint)) &&
    containsAll(model, words);
}

function containsAll(model: ModelProfile, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const { name, displayName, vendor, description, tags, aliases } = model;
  const text = folded([name, displayName, vendor, description, ...tags, ...aliases].join('\n'));
  return words.every((word) => text.includes(word));
}

function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}
