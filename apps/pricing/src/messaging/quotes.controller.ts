import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import {
  PricingMessages,
  type Catalog,
  type CatalogRequest,
  type Quote,
  type QuoteRequest,
} from '@code-router/contracts';
import { Answers } from '@code-router/messaging';
import { QuoteModel } from '../use-cases/quote-model.js';
import { ReadCatalog } from '../use-cases/read-catalog.js';

/** What gateways ask. */
@Controller()
export class QuotesController {
  constructor(
    private readonly quoteModel: QuoteModel,
    private readonly readCatalog: ReadCatalog,
  ) {}

  @Answers(PricingMessages.quote)
  quote(@Payload() request: QuoteRequest): Promise<Quote> {
    return this.quoteModel.execute(request);
  }

  @Answers(PricingMessages.catalog)
  catalog(@Payload() request: CatalogRequest): Promise<Catalog> {
    return this.readCatalog.execute(request);
  }
}
