import type { PostedEntry } from '@code-router/contracts';

export interface Correction {
  readonly accountId: string;
  readonly amountNanos: bigint;
  readonly reference: string;
  readonly reason: string;
  readonly author: string;
}

export interface Refund {
  readonly reservationId: string;
  /** Undefined for all that is left of what the request cost. */
  readonly amountNanos: bigint | undefined;
  readonly reference: string;
  readonly reason: string;
  readonly author: string;
}

/** What administrators write into the ledger by hand. */
export abstract class Adjustments {
  /**
   * Adds to a balance or takes from it, once for each reference. No more can be taken than is available: what is held
   * was promised to requests under way.
   *
   * @returns null when there is no such account.
   * @throws DomainError `conflict` when the reference was used for another correction, more would be taken than is
   * available, or the balance would grow too large.
   */
  abstract correct(correction: Correction): Promise<PostedEntry | null>;

  /**
   * Gives back what a request cost, or a part of it, once for each reference, to its account and to its key. All refunds
   * of a request together are at most what was paid for it: what was written off was not paid.
   *
   * @returns null when nothing was charged for the reservation.
   * @throws DomainError `conflict` when the reference was used for another refund, or more would be given back than is
   * left.
   */
  abstract refund(refund: Refund): Promise<PostedEntry | null>;

  /** What was given back of a request so far, in nanos. */
  abstract refunded(reservationId: string): Promise<bigint>;
}
