import { Injectable } from '@nestjs/common';
import type { Quote, QuoteRequest } from '@code-router/contracts';
import { isName } from '../domain/input-rules.js';
import { PriceBook } from '../domain/price-book.js';
import { modelNotFound, quoteFrom } from '../domain/quote.js';

/** Answers what a model costs a group now. */
@Injectable()
export class QuoteModel {
  constructor(private readonly book: PriceBook) {}

  /** @throws DomainError `forbidden`, `model_not_found`, `model_not_priced`. */
  async execute(request: QuoteRequest): Promise<Quote> {
    // Names come from clients as they are; one that no model can have need not be looked up.
    if (!isName(request.model)) throw modelNotFound(String(request.model).slice(0, 200));
    return quoteFrom(request, await this.book.factsFor(request));
  }
}
