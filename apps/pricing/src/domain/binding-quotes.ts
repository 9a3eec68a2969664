import type { BindingQuote, Quote } from '@code-router/contracts';

/** A quote as it was promised. */
export type PromisedQuote = Omit<Quote, 'validUntil'>;

/** The quotes that accounts were promised, kept until they expire. */
export abstract class BindingQuotes {
  /**
   * Keeps a quote for `ttlMs` from now, by the clock of the database.
   *
   * @returns null when the account has as many unexpired ones as it may.
   */
  abstract keep(accountId: string, quote: PromisedQuote, ttlMs: number): Promise<BindingQuote | null>;

  /** Null when it has expired, is unknown, or was promised to another account. */
  abstract find(id: string, accountId: string): Promise<BindingQuote | null>;

  /** Forgets some that have expired. @returns how many. */
  abstract deleteExpired(): Promise<number>;
}
