import type { KeptGroup, Model, MultiplierOverride, PriceVersion } from '@code-router/contracts';
import type { PageWindow, Placed } from './page-cursor.js';
import type { KnownCatalog } from './price-list-plan.js';

/** The lists that operators read, newest first. Each answers with one item more than the limit when there is one. */
export abstract class CatalogLists {
  /** @throws DomainError `not_found` when there is no such model. */
  abstract model(name: string): Promise<Model>;

  abstract models(window: PageWindow): Promise<readonly Placed<Model>[]>;

  /** @throws DomainError `not_found` when there is no such model. */
  abstract priceVersions(model: string, window: PageWindow): Promise<readonly Placed<PriceVersion>[]>;

  abstract groups(window: PageWindow): Promise<readonly Placed<KeptGroup>[]>;

  abstract overrides(window: PageWindow): Promise<readonly Placed<MultiplierOverride>[]>;

  /** The groups that keys of accounts of a group may choose, sorted by name. */
  abstract choosableGroups(accountGroup: string): Promise<readonly KeptGroup[]>;

  /** Every model with its price in force, and every group. */
  abstract known(): Promise<KnownCatalog>;
}
