import type { Group, Model, MultiplierOverride, PriceVersion } from '@code-router/contracts';
import type { GroupTerms, Override } from './group-input.js';
import type { NewModel } from './model-input.js';
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
  /** @throws DomainError `conflict` when the name is taken, `not_found` when it names a group that does not exist. */
  abstract addModel(model: NewModel): Promise<Changed<Model>>;

  /** @throws DomainError `not_found` when there is no such model. */
  abstract addPriceVersion(version: NewPriceVersion): Promise<Changed<PriceVersion>>;

  abstract putGroup(group: GroupTerms): Promise<Changed<Group>>;

  /** @throws DomainError `not_found` when it names a model or group that does not exist. */
  abstract putOverride(override: Override): Promise<Changed<MultiplierOverride>>;
}
