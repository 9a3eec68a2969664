import type { Catalog, QuoteRequest } from '@code-router/contracts';
import type { QuoteFacts } from './quote.js';

/** What is asked for on the way of every request that no cache answers. */
export abstract class PriceBook {
  /** Everything that a quote depends on, read at one moment. */
  abstract factsFor(request: QuoteRequest): Promise<QuoteFacts>;

  /** The models that are enabled, priced and visible to the group. */
  abstract catalogFor(group: string): Promise<Catalog>;
}
