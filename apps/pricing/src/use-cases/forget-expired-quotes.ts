import { Injectable } from '@nestjs/common';
import { BindingQuotes } from '../domain/binding-quotes.js';

/** Deletes binding quotes that have expired. A request that began with one has its price and needs it no longer. */
@Injectable()
export class ForgetExpiredQuotes {
  constructor(private readonly quotes: BindingQuotes) {}

  /** @returns how many were deleted. */
  async execute(): Promise<number> {
    let deleted = 0;
    for (let some = await this.quotes.deleteExpired(); some > 0; some = await this.quotes.deleteExpired()) {
      deleted += some;
    }
    return deleted;
  }
}
