import type { NanosText } from '@code-router/money';
import { defineNotice, defineRequest } from './message.js';
import type { Page, PageRequest } from './page.js';

/** Who a key speaks for. */
export interface Principal {
  readonly keyId: string;
  readonly keyName: string;
  readonly keyStatus: ActiveStatus;
  readonly accountId: string;
  readonly accountStatus: ActiveStatus;
  readonly accountGroup: string;
  /** The group that the key chose; absent when the key follows its account. */
  readonly keyGroup?: string;
  /** Whether answers tell what they cost. */
  readonly showCost: boolean;
  /** ISO 8601; absent when the key does not expire. */
  readonly expiresAt?: string;
}

/** A hold on an account and a key, wanted for one relay request. */
export interface ReserveRequest {
  /** UUID made by the caller: asking again with the same id holds nothing twice. */
  readonly reservationId: string;
  readonly requestId: string;
  readonly accountId: string;
  readonly keyId: string;
  readonly amountNanos: NanosText;
  /** How long the hold lasts without being extended, posted or voided. */
  readonly leaseMs: number;
}

/** Which limit refused a reservation. */
export type LimitSource = 'key' | 'account';

export type RefusalCode =
  | 'insufficient_quota'
  | 'rate_limit_exceeded'
  | 'account_disabled'
  | 'key_disabled'
  | 'key_expired'
  | 'invalid_api_key';

export interface ReservationHeld {
  readonly held: true;
  readonly leaseExpiresAt: string;
}

export interface ReservationRefused {
  readonly held: false;
  readonly code: RefusalCode;
  readonly limit: LimitSource;
  readonly neededNanos?: NanosText;
  readonly availableNanos?: NanosText;
  /** Only where waiting helps. */
  readonly retryAfterMs?: number;
}

export type ReserveReply = ReservationHeld | ReservationRefused;

/** Requests that arrived at one gateway together; each is decided on its own, in this order. */
export interface ReserveBatchRequest {
  readonly reservations: readonly ReserveRequest[];
}

export interface ReserveBatchReply {
  /** One for each request, in the same order. */
  readonly decisions: readonly ReserveReply[];
}

export interface ExtendRequest {
  readonly reservationId: string;
  /** From now. */
  readonly leaseMs: number;
}

export interface ExtendReply {
  /** False when the reservation is no longer pending. */
  readonly extended: boolean;
}

export type ReservationStatus = 'pending' | 'posted' | 'voided' | 'expired';
export type ActiveStatus = 'active' | 'disabled';

export interface Account {
  readonly id: string;
  readonly name: string;
  readonly group: string;
  readonly status: ActiveStatus;
  readonly balanceNanos: NanosText;
  readonly heldNanos: NanosText;
  /** balance - held + overdraft. */
  readonly availableNanos: NanosText;
  /** How far below zero the balance may go. */
  readonly overdraftNanos: NanosText;
  readonly createdAt: string;
}

export interface CreateAccount {
  readonly name: string;
  readonly group?: string;
  readonly overdraftNanos?: NanosText;
}

export interface UpdateAccount {
  readonly id: string;
  readonly name?: string;
  readonly group?: string;
  readonly status?: ActiveStatus;
  readonly overdraftNanos?: NanosText;
}

export interface Key {
  readonly id: string;
  readonly accountId: string;
  readonly name: string;
  /** The first characters of the secret, enough to recognise it by. */
  readonly prefix: string;
  readonly status: ActiveStatus;
  readonly group: string | null;
  /** What the key may spend in all; null for as much as the account has. */
  readonly quotaNanos: NanosText | null;
  readonly spentNanos: NanosText;
  readonly heldNanos: NanosText;
  /** Requests at the same time; null for no limit. */
  readonly concurrencyMax: number | null;
  readonly showCost: boolean;
  readonly expiresAt: string | null;
  readonly createdAt: string;
}

export interface CreateKey {
  readonly accountId: string;
  readonly name: string;
  readonly group?: string | null;
  readonly quotaNanos?: NanosText | null;
  readonly concurrencyMax?: number | null;
  readonly showCost?: boolean;
  readonly expiresAt?: string | null;
}

export interface UpdateKey extends Partial<Omit<CreateKey, 'accountId'>> {
  readonly id: string;
  readonly status?: ActiveStatus;
}

/** The only time that the secret is seen. */
export interface CreatedKey extends Key {
  readonly secret: string;
}

/**
 * What a ledger entry records. Each moves an amount between the account and a counterpart, so every nano has two sides:
 * a charge goes to revenue, a grant comes from grants, a write-off comes from write-offs.
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

export interface LoginRequest {
  readonly username: string;
  readonly password: string;
  /** Where the session begins, for the list of sessions. */
  readonly ip?: string;
  readonly userAgent?: string;
}

export interface Session {
  readonly token: string;
  readonly expiresAt: string;
  readonly user: SessionUser;
}

export interface SessionUser {
  readonly id: string;
  readonly username: string;
  readonly role: 'root' | 'admin' | 'user';
}

/** Whoever was known by these may have changed: drop what is cached. Absent ids mean all of that account's. */
export interface PrincipalChange {
  readonly accountId: string;
  readonly keyId?: string;
}

/** The settlement of these reservations is in the ledger, committed. */
export interface SettlementPosted {
  readonly reservationIds: readonly string[];
}

/** What must always be true of the books; every count is zero when all is well. */
export interface LedgerAudit {
  readonly accountsWhoseBalanceIsNotTheirLedger: number;
  readonly accountsWhoseHoldsAreNotTheirReservations: number;
  readonly keysWhoseHoldsAreNotTheirReservations: number;
  readonly keysWhoseSpendingIsNotTheirLedger: number;
  readonly accountsBelowTheirOverdraft: number;
  readonly reservationsPendingPastTheirLease: number;
}

export const QuotaMessages = {
  findPrincipal: defineRequest<{ readonly keyHash: string }, { readonly principal: Principal | null }>(
    'quota.principal.find',
  ),
  reserve: defineRequest<ReserveBatchRequest, ReserveBatchReply>('quota.reserve'),
  extend: defineRequest<ExtendRequest, ExtendReply>('quota.extend'),
  createAccount: defineRequest<CreateAccount, Account>('quota.accounts.create'),
  updateAccount: defineRequest<UpdateAccount, Account>('quota.accounts.update'),
  getAccount: defineRequest<{ readonly id: string }, Account>('quota.accounts.get'),
  listAccounts: defineRequest<PageRequest, Page<Account>>('quota.accounts.list'),
  createKey: defineRequest<CreateKey, CreatedKey>('quota.keys.create'),
  updateKey: defineRequest<UpdateKey, Key>('quota.keys.update'),
  listKeys: defineRequest<PageRequest & { readonly accountId?: string }, Page<Key>>('quota.keys.list'),
  grant: defineRequest<GrantRequest, GrantReply>('quota.grant'),
  listLedger: defineRequest<PageRequest & { readonly accountId: string }, Page<LedgerEntry>>('quota.ledger.list'),
  audit: defineRequest<Record<string, never>, LedgerAudit>('quota.audit'),
  login: defineRequest<LoginRequest, Session>('quota.sessions.login'),
  findSession: defineRequest<{ readonly token: string }, { readonly user: SessionUser | null }>('quota.sessions.find'),
  logout: defineRequest<{ readonly token: string }, { readonly ended: boolean }>('quota.sessions.logout'),
} as const;

export const QuotaNotices = {
  principalChanged: defineNotice<PrincipalChange>('quota.principal-changed'),
  posted: defineNotice<SettlementPosted>('quota.posted'),
} as const;
