import { Injectable } from '@nestjs/common';
import { BINDING_QUOTE_TTL_MS, DomainError, type BindingQuote, type QuoteRequest } from '@code-router/contracts';
import { Problems } from '@code-router/input';
import { BindingQuotes } from '../domain/binding-quotes.js';
import { expectName, expectWholeNumber } from '../domain/input-rules.js';
import { QuoteModel } from './quote-model.js';

/** Promises an account today's price of a model for a while, whatever is entered meanwhile. */
@Injectable()
export class PromiseQuote {
  constructor(
    private readonly quoteModel: QuoteModel,
    private readonly quotes: BindingQuotes,
  ) {}

  /**
   * @throws DomainError `invalid_request_error`, as {@link QuoteModel}, and `rate_limit_exceeded` when the account was
   * promised very many already.
   */
  async execute(request: QuoteRequest & { readonly accountId: string; readonly ttlMs: number }): Promise<BindingQuote> {
    const { accountId, ttlMs } = request;
    const problems = new Problems();
    expectName(accountId, 'accountId', problems);
    expectWholeNumber(ttlMs, 'ttlMs', BINDING_QUOTE_TTL_MS, problems);
    problems.throwIfAny();
    const { validUntil: _, ...quote } = await this.quoteModel.execute(request);
    const promised = await this.quotes.keep(accountId, quote, ttlMs);
    if (promised) return promised;
    throw new DomainError(
      'rate_limit_exceeded',
      'The account has too many binding quotes. Use those it has, ask for shorter ones, or try again when some have expired.',
      { retryAfterMs: 60_000 },
    );
  }
}
