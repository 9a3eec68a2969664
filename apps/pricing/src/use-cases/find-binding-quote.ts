import { Injectable } from '@nestjs/common';
import type { BindingQuote } from '@code-router/contracts';
import { BindingQuotes } from '../domain/binding-quotes.js';
import { isName } from '../domain/input-rules.js';

/** Finds the quote that an account was promised. */
@Injectable()
export class FindBindingQuote {
  constructor(private readonly quotes: BindingQuotes) {}

  async execute(request: {
    readonly id: string;
    readonly accountId: string;
  }): Promise<{ readonly bindingQuote: BindingQuote | null }> {
    const { id, accountId } = request;
    // Ids come from clients' headers as they are; one that no quote can have need not be looked up.
    if (!isName(id) || !isName(accountId)) return { bindingQuote: null };
    return { bindingQuote: await this.quotes.find(id, accountId) };
  }
}
