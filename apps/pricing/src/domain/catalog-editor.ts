import type { KeptGroup, Model, MultiplierOverride, PriceVersion } from '@code-router/contracts';
import type { GroupTerms, Override, Pair } from './group-input.js';
import type { ModelFields, NewModel } from './model-input.js';
import type { ImportPlan, KnownCatalog } from './price-list-plan.js';
import type { NewPriceVersion } from './price-version-input.js';

/** What was entered, and the version that the whole catalogue has with it. */
export interface Changed<Entry> {
  readonly entry: Entry;
  readonly catalogVersion: number;
}

/**
 * Changes the catalogue. Each change and the new catalogue version are committed together or not at all.
 */
export abstract class CatalogEditor {
  /** @throws DomainError `conflict` when a name is taken, `not_found` when it names a group that does not exist. */
  abstract addModel(model: NewModel): Promise<Changed<Model>>;

  /** @throws DomainError `conflict` when an alias is taken, `not_found` when there is no such model or group. */
  abstract updateModel(name: string, fields: Partial<ModelFields>): Promise<Changed<Model>>;

  /**
   * @throws DomainError `not_found` when there is no such model, `invalid_request_error` when the change is so great
   * that it must be confirmed.
   */
  abstract addPriceVersion(version: NewPriceVersion): Promise<Changed<PriceVersion>>;

  /** @throws DomainError `not_found` when it names a group that does not exist. */
  abstract putGroup(group: GroupTerms): Promise<Changed<KeptGroup>>;

  /** @throws DomainError `not_found` when it names a model or group that does not exist. */
  abstract putOverride(override: Override): Promise<Changed<MultiplierOverride>>;

  /** @throws DomainError `not_found` when there is no such override. */
  abstract deleteOverride(pair: Pair): Promise<Changed<MultiplierOverride>>;

  /**
   * Carries out what `plan` makes of the catalogue as it is when no other change is under way: all of it, or nothing
   * when `plan` throws. A plan without steps changes no version; then there is no version in the answer.
   */
  abstract carryOut(
    plan: (known: KnownCatalog) => ImportPlan,
    by: { readonly author: string; readonly note: string },
  ): Promise<{ readonly plan: ImportPlan; readonly catalogVersion?: number }>;
}
