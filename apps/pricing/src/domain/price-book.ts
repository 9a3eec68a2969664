import type { QuoteRequest } from '@code-router/contracts';
import type { CatalogFacts } from './catalog.js';
import type { Groups } from './multiplier.js';
import type { QuoteFacts } from './quote.js';

/** What is asked for on the way of every request that no cache answers. */
export abstract class PriceBook {
  /** Everything that a quote depends on, read at one moment. */
  abstract factsFor(request: QuoteRequest): Promise<QuoteFacts>;

  /** Everything that the groups may see, read at one moment. */
  abstract catalogFor(groups: Groups): Promise<CatalogFacts>;
}
