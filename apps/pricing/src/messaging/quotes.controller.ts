import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import {
  PricingMessages,
  type BindingQuote,
  type Catalog,
  type CatalogRequest,
  type Quote,
  type QuoteRequest,
} from '@code-router/contracts';
import { Answers } from '@code-router/messaging';
import { FindBindingQuote } from '../use-cases/find-binding-quote.js';
import { PromiseQuote } from '../use-cases/promise-quote.js';
import { QuoteModel } from '../use-cases/quote-model.js';
import { ReadCatalog } from '../use-cases/read-catalog.js';

/** What gateways ask. */
@Controller()
export class QuotesController {
  constructor(
    private readonly quoteModel: QuoteModel,
    private readonly readCatalog: ReadCatalog,
    private readonly promiseQuote: PromiseQuote,
    private readonly findBindingQuote: FindBindingQuote,
  ) {}

  @Answers(PricingMessages.quote)
  quote(@Payload() request: QuoteRequest): Promise<Quote> {
    return this.quoteModel.execute(request);
  }

  @Answers(PricingMessages.catalog)
  catalog(@Payload() request: CatalogRequest): Promise<Catalog> {
    return this.readCatalog.execute(request);
  }

  @Answers(PricingMessages.createBindingQuote)
  promise(
    @Payload() request: QuoteRequest & { readonly accountId: string; readonly ttlMs: number },
  ): Promise<BindingQuote> {
    return this.promiseQuote.execute(request);
  }

  @Answers(PricingMessages.findBindingQuote)
  find(
    @Payload() request: { readonly id: string; readonly accountId: string },
  ): Promise<{ readonly bindingQuote: BindingQuote | null }> {
    return this.findBindingQuote.execute(request);
  }
}
