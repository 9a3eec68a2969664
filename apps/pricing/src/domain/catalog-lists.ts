import type { Group, Model, MultiplierOverride, PriceVersion } from '@code-router/contracts';
import type { PageWindow, Placed } from './page-cursor.js';

/** The lists that operators read, newest first. Each answers with one item more than the limit when there is one. */
export abstract class CatalogLists {
  abstract models(window: PageWindow): Promise<readonly Placed<Model>[]>;

  /** @throws DomainError `not_found` when there is no such model. */
  abstract priceVersions(model: string, window: PageWindow): Promise<readonly Placed<PriceVersion>[]>;

  abstract groups(window: PageWindow): Promise<readonly Placed<Group>[]>;

  abstract overrides(window: PageWindow): Promise<readonly Placed<MultiplierOverride>[]>;
}
