import { Injectable } from '@nestjs/common';
import { PricingMessages, type Catalog, type Principal, type Quote as QuoteMessage } from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import { costNanos, priceTermsFromText, type PriceTerms, type TokenUsage } from '@code-router/money';
import { NearCache, type Loaded } from './near-cache.js';

const QUOTES_MAX = 50_000;
const CATALOGS_MAX = 1_000;
const TTL_MS = 60_000;

/** A quote with its amounts read: what a request is priced with from its estimate to its settlement. */
export class PricedQuote {
  readonly terms: PriceTerms;
  readonly multiplierMillionths: bigint;

  constructor(readonly message: QuoteMessage) {
    this.terms = priceTermsFromText(message.terms);
    this.multiplierMillionths = BigInt(message.multiplierMillionths);
  }

  costNanos(usage: TokenUsage): bigint {
    return costNanos(usage, this.terms, this.multiplierMillionths);
  }
}

/** Step 2: what does this model cost for this group? */
@Injectable()
export class Quoting {
  private readonly quotes = new NearCache<PricedQuote>({ entriesMax: QUOTES_MAX, ttlMs: TTL_MS });
  private readonly catalogs = new NearCache<Catalog>({ entriesMax: CATALOGS_MAX, ttlMs: TTL_MS });

  constructor(private readonly client: ServiceClient) {
    client.onReconnected(() => this.forget());
  }

  /** @throws DomainError `model_not_found` when it is unknown or not for this group, `model_not_priced`. */
  quoteFor(principal: Principal, model: string): Promise<PricedQuote> {
    return this.quotes.get(`${groupsOf(principal)}\n${model}`, async () => {
      const message = await this.client.request(PricingMessages.quote, { model, ...groupFields(principal) });
      return kept(new PricedQuote(message), message.validUntil);
    });
  }

  /** The models that the principal may use. */
  catalogFor(principal: Principal): Promise<Catalog> {
    return this.catalogs.get(groupsOf(principal), async () => {
      const catalog = await this.client.request(PricingMessages.catalog, groupFields(principal));
      return kept(catalog, catalog.validUntil);
    });
  }

  /** Prices, groups or models changed somewhere. */
  forget(): void {
    this.quotes.invalidate();
    this.catalogs.invalidate();
  }
}

function kept<Value>(value: Value, validUntil: string | undefined): Loaded<Value> {
  return { value, validUntil: validUntil === undefined ? undefined : Date.parse(validUntil) };
}

/** Group names cannot hold a line break, so the pair cannot be confused with another one. */
function groupsOf({ accountGroup, keyGroup }: Principal): string {
  return `${accountGroup}\n${keyGroup ?? ''}`;
}

function groupFields({ accountGroup, keyGroup }: Principal) {
  return keyGroup === undefined ? { accountGroup } : { accountGroup, keyGroup };
}
