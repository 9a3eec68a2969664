import type { Account, LedgerAudit, LedgerEntry, LedgerTotals, UsageEvent } from '@code-router/contracts';
import type { PageStart, Positioned } from './page.js';

/** How a reservation ended, and what is to be charged. Ids are in lower case. */
export interface Settlement {
  readonly reservationId: string;
  readonly requestId: string;
  readonly accountId: string;
  readonly keyId: string;
  /** False when the request was released: nothing is charged. */
  readonly charged: boolean;
  readonly amountNanos: bigint;
  /** All that went in and came out, whatever their class. */
  readonly tokens: number;
  /** True for the event that this service itself published when the reservation expired. */
  readonly orphaned: boolean;
  /** What it was read from: it is kept beside what was posted. */
  readonly event: UsageEvent;
}

/** Why a settlement cannot be in the books. */
export type SettlementProblem = 'unknown_account' | 'unknown_key' | 'reservation_of_another_key';

/** The books refused a batch because of what it says; nothing of it was written, and trying again cannot help. */
export class UnusableSettlements extends Error {
  override readonly name = 'UnusableSettlements';
}

export interface Grant {
  readonly accountId: string;
  readonly amountNanos: bigint;
  readonly reference: string;
  readonly note: string;
  readonly author: string;
}

export interface StatementPeriod {
  readonly accountId: string;
  readonly from: string;
  readonly to: string;
  /** The id of the last entry of the page before; null on the first page. */
  readonly after: bigint | null;
  readonly limit: number;
}

export interface StatementPart {
  readonly openingNanos: bigint;
  readonly closingNanos: bigint;
  readonly entries: readonly Positioned<LedgerEntry>[];
}

/** The append-only record of every change of a balance. */
export abstract class Ledger {
  /**
   * Posts or voids reservations and charges what was used, in their order, in one transaction. What was settled before
   * stays as it is. The events of those that are in the books are kept in the same transaction.
   *
   * @param settlements with distinct reservation ids.
   * @returns the problem of each settlement that could not be written, by reservation id; all others are in the books.
   * @throws UnusableSettlements when the data cannot be stored at all.
   */
  abstract settle(settlements: readonly Settlement[]): Promise<ReadonlyMap<string, SettlementProblem>>;

  /**
   * Adds to a balance, once for each reference.
   *
   * @returns null when there is no such account.
   * @throws DomainError `conflict` when the reference was used for another grant, or the balance would grow too large.
   */
  abstract grant(grant: Grant): Promise<{ readonly entry: LedgerEntry; readonly account: Account } | null>;

  /** Newest first; one item more than the page's limit when there are that many. */
  abstract list(accountId: string, start: PageStart): Promise<readonly Positioned<LedgerEntry>[]>;

  /**
   * What moved an account's balance from one moment up to another, and the balances at both; entries from the one with
   * the id `after` on, oldest first, one more than `limit` when there are that many.
   */
  abstract statement(period: StatementPeriod): Promise<StatementPart>;

  /** What accounts and counterparts have, all at one moment. It reads the whole ledger. */
  abstract totals(): Promise<LedgerTotals>;

  /** Counts what contradicts the invariants of the books, all at one moment. */
  abstract audit(): Promise<LedgerAudit>;
}
