import type { NanosText } from '@code-router/money';
import type { Account } from './accounts.js';
import type { Page } from './page.js';

/**
 * What a ledger entry records. Each moves an amount between the account and a counterpart, so every nano has two sides:
 * a charge goes to revenue, a grant comes from grants, a write-off comes from write-offs. An orphan is charged what was
 * delivered; should its settlement still come, a correction charges or gives back the difference, and what it gives back
 * of a write-off goes back to write-offs.
 */
export type LedgerKind =
  | 'grant'
  | 'charge'
  | 'charge_correction'
  | 'write_off'
  | 'write_off_reversal'
  | 'redemption'
  | 'payment'
  | 'payment_reversal'
  | 'correction'
  | 'refund';

export interface LedgerEntry {
  readonly id: string;
  readonly accountId: string;
  readonly keyId: string | null;
  readonly kind: LedgerKind;
  /** What caused it, unique within its kind: a reservation id, or the id that a grant was asked with. */
  readonly reference: string;
  /** Negative when the account pays. */
  readonly amountNanos: NanosText;
  readonly balanceAfterNanos: NanosText;
  readonly note: string;
  readonly createdAt: string;
}

/** What moved a balance from one moment up to another. */
export interface StatementRequest {
  readonly accountId: string;
  /** ISO 8601; inclusive. */
  readonly from: string;
  /** ISO 8601; exclusive. */
  readonly to: string;
  readonly cursor?: string;
  readonly limit?: number;
}

/** opening + the entries' amounts = closing. Entries come oldest first; the balances are those of the whole period. */
export interface Statement extends Page<LedgerEntry> {
  readonly accountId: string;
  readonly from: string;
  readonly to: string;
  readonly openingNanos: NanosText;
  readonly closingNanos: NanosText;
}

/** Every nano has two sides: what all accounts have, and what each counterpart gave or got, add up to zero. */
export interface LedgerTotals {
  readonly accountsNanos: NanosText;
  readonly counterparts: readonly CounterpartTotal[];
  /** The sum of all of the above. */
  readonly differenceNanos: NanosText;
}

export interface CounterpartTotal {
  readonly counterpart: string;
  /** Positive for what it got from accounts, as revenue does; negative for what it gave them. */
  readonly nanos: NanosText;
}

export interface GrantRequest {
  readonly accountId: string;
  readonly amountNanos: NanosText;
  /** Made by the caller: the same grant asked for twice is granted once. */
  readonly reference: string;
  readonly note: string;
  readonly author: string;
}

export interface GrantReply {
  readonly entry: LedgerEntry;
  readonly account: Account;
}

/** What must always be true of the books; every count is zero when all is well. */
export interface AuditRequest {
  /** An audit that began less than so many seconds ago will do; 0 when absent. Auditing reads the whole ledger. */
  readonly maxAgeSeconds?: number;
}

export interface LedgerAudit {
  readonly accountsWhoseBalanceIsNotTheirLedger: number;
  readonly accountsWhoseHoldsAreNotTheirReservations: number;
  readonly keysWhoseHoldsAreNotTheirReservations: number;
  readonly keysWhoseSpendingIsNotTheirLedger: number;
  readonly accountsBelowTheirOverdraft: number;
  readonly reservationsPendingPastTheirLease: number;
  readonly reservationsWhoseChargeIsNotTheirLedger: number;
  readonly keysWhoseBudgetIsNotTheirReservations: number;
  readonly membersWhoseBudgetIsNotTheirReservations: number;
}
