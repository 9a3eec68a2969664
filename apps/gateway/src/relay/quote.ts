import { Injectable } from '@nestjs/common';
import {
  DomainError,
  PricingMessages,
  type Catalog,
  type Principal,
  type Quote as QuoteMessage,
} from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import {
  costNanos,
  priceTermsFromText,
  surchargesFor,
  type PriceTerms,
  type TokenUsage,
  type UnitUsage,
} from '@code-router/money';
import type { RequestHeaders } from './authenticate.js';
import { NearCache, type Loaded } from './near-cache.js';

const QUOTES_MAX = 50_000;
const CATALOGS_MAX = 1_000;
/** A request that carries the id of a quote is priced with it. */
const QUOTE_HEADER = 'x-code-router-quote';
const TTL_MS = 60_000;

/** A quote with its amounts read: what a request is priced with from its estimate to its settlement. */
export class PricedQuote {
  readonly terms: PriceTerms;
  readonly multiplierMillionths: bigint;

  constructor(readonly message: QuoteMessage) {
    this.terms = priceTermsFromText(message.terms);
    this.multiplierMillionths = BigInt(message.multiplierMillionths);
  }

  costNanos(usage: TokenUsage, units?: UnitUsage): bigint {
    return this.multipliedBy(this.multiplierMillionths, usage, units);
  }

  /** What a provider asks that charges this share of the list price, whatever the group pays. */
  providerCostNanos(shareMillionths: string, usage: TokenUsage, units?: UnitUsage): bigint {
    return this.multipliedBy(BigInt(shareMillionths), usage, units);
  }

  private multipliedBy(multiplierMillionths: bigint, usage: TokenUsage, units: UnitUsage | undefined): bigint {
    const surcharges = units ? surchargesFor(units, this.terms) : [];
    return costNanos(usage, this.terms, multiplierMillionths, surcharges);
  }
}

/** Step 2: what does this model cost for this group? */
@Injectable()
export class Quoting {
  private readonly quotes = new NearCache<PricedQuote>({ entriesMax: QUOTES_MAX, ttlMs: TTL_MS });
  /** Promises do not change; they only expire. */
  private readonly promised = new NearCache<PricedQuote>({ entriesMax: QUOTES_MAX, ttlMs: TTL_MS });
  private readonly catalogs = new NearCache<Catalog>({ entriesMax: CATALOGS_MAX, ttlMs: TTL_MS });

  constructor(private readonly client: ServiceClient) {
    client.onReconnected(() => this.forget());
  }

  /**
   * The quote that a request is priced with: the one that it was promised and sends back, or the price in force.
   *
   * @throws DomainError `model_not_found` when it is unknown or not for this group, `model_not_priced`; and
   *   `invalid_request_error` when the quote that was sent is unknown, expired, or for another model.
   */
  quoteFor(principal: Principal, model: string, headers: RequestHeaders): Promise<PricedQuote> {
    const promised = headers[QUOTE_HEADER];
    return typeof promised === 'string' && promised !== ''
      ? this.promisedQuote(principal, model, promised)
      : this.currentQuote(principal, model);
  }

  /** The price in force. */
  currentQuote(principal: Principal, model: string): Promise<PricedQuote> {
    return this.quotes.get(`${groupsOf(principal)}\n${model}`, async () => {
      const message = await this.client.request(PricingMessages.quote, { model, ...groupFields(principal) });
      return kept(new PricedQuote(message), message.validUntil);
    });
  }

  private async promisedQuote(principal: Principal, model: string, id: string): Promise<PricedQuote> {
    const { accountId } = principal;
    const quote = await this.promised.get(`${accountId}\n${id}`, async () => {
      const { bindingQuote } = await this.client.request(PricingMessages.findBindingQuote, { id, accountId });
      if (!bindingQuote) throw invalidQuote(`The quote '${id}' is not known, or has expired. Ask for a new one.`);
      return kept(new PricedQuote(bindingQuote.quote), bindingQuote.expiresAt);
    });
    // An alias of the model is as good as its name; the price in force knows what the alias stands for.
    const named = quote.message.model === model ? model : (await this.currentQuote(principal, model)).message.model;
    if (named !== quote.message.model) {
      throw invalidQuote(`The quote '${id}' is for the model '${quote.message.model}', not for '${model}'.`);
    }
    return quote;
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

function invalidQuote(message: string): DomainError {
  return new DomainError('invalid_request_error', message, { param: QUOTE_HEADER });
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
