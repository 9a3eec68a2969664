import type { NanosText, TokenUsage, UnitUsage } from '@code-router/money';
import { defineNotice, defineRequest } from './message.js';
import type { Page, PageRequest, SearchRequest } from './page.js';
import type { UsageData } from './usage-event.js';

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
  /** ISO 8601: when the key, or the secret that it was found by, ceases to be valid; absent when neither does. */
  readonly expiresAt?: string;
  /** The only models that the key may use; absent when it may use all. */
  readonly allowedModels?: readonly string[];
  /** Whether the account would rather have fewer tokens of output than a refusal for want of money; absent when not. */
  readonly lowerOutput?: boolean;
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
  /** The model's own name, which an alias stands for. A key that may use only some models is refused without it. */
  readonly model?: string;
  /** An IPv4 or IPv6 address. A key that may be used only from some addresses is refused without it. */
  readonly clientIp?: string;
  /** The most tokens that may go in and come out; they count against the tokens per minute until the actual ones do. */
  readonly inputTokens?: number;
  readonly outputTokens?: number;
}

/**
 * Whose limit refused a reservation: a group's is one that the account has because it is in the group, a member's is one
 * of all keys that the member made.
 */
export type LimitSource = 'key' | 'member' | 'account' | 'group';

/** Which limit refused a reservation. */
export type LimitName =
  | 'existence'
  | 'status'
  | 'expiry'
  | 'models'
  | 'ips'
  | 'budget'
  | 'quota'
  | 'member_budget'
  | 'balance'
  | 'requests_per_minute'
  | 'tokens_per_minute'
  | 'concurrency';

export type RefusalCode =
  | 'insufficient_quota'
  | 'rate_limit_exceeded'
  | 'account_disabled'
  | 'key_disabled'
  | 'key_expired'
  | 'invalid_api_key'
  | 'model_not_allowed'
  | 'ip_not_allowed'
  /** More tokens than the limit per minute allows at all: waiting does not help. */
  | 'request_too_large';

/** What is left of a limit per minute, this request counted. */
export interface RateLeft {
  readonly limit: number;
  readonly remaining: number;
  /** Until nothing is counted any more, if no further request comes. */
  readonly resetMs: number;
}

export interface ReservationHeld {
  readonly held: true;
  readonly leaseExpiresAt: string;
  /** Of the limits of key and account that with the least left; absent where there is none. */
  readonly requests?: RateLeft;
  readonly tokens?: RateLeft;
}

export interface ReservationRefused {
  readonly held: false;
  readonly code: RefusalCode;
  readonly limit: LimitSource;
  readonly limitName: LimitName;
  /** Of `insufficient_quota`. */
  readonly neededNanos?: NanosText;
  readonly availableNanos?: NanosText;
  /** In requests or tokens, of `rate_limit_exceeded` and `request_too_large`: the limit, what was needed, what is left. */
  readonly most?: number;
  readonly needed?: number;
  readonly left?: number;
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

/** What the usage event of a request says before the request has ended. */
export type UsageContext = Omit<
  UsageData,
  | 'outcome'
  | 'reservationId'
  | 'requestId'
  | 'accountId'
  | 'keyId'
  | 'tokens'
  | 'reasoningTokens'
  | 'units'
  | 'estimated'
  | 'amountNanos'
  | 'httpStatus'
  | 'clientDisconnected'
  | 'completedAt'
  | 'latencyMs'
>;

/** How much of an answer was delivered so far. */
export interface DeliveredUsage {
  /** What it costs: this is charged if nothing more is heard of the request. It never shrinks. */
  readonly amountNanos: NanosText;
  readonly tokens: TokenUsage;
  readonly reasoningTokens?: number;
  /** What is priced by the piece; absent when there was none. */
  readonly units?: UnitUsage;
}

export interface ExtendRequest {
  readonly reservationId: string;
  /** From now. */
  readonly leaseMs: number;
  /** The checkpoint at which the reservation ends if its gateway dies. */
  readonly delivered?: DeliveredUsage;
  /** With it, an orphan becomes a usage event. The first that is sent is kept. */
  readonly context?: UsageContext;
}

export interface ExtendReply {
  /** False when the reservation is no longer pending. */
  readonly extended: boolean;
}

export type ReservationStatus = 'pending' | 'posted' | 'voided' | 'expired';
export type ActiveStatus = 'active' | 'disabled';
/** A revoked key stays so for good. */
export type KeyStatus = ActiveStatus | 'revoked';

/** Limits besides money. */
export interface RateLimits {
  /** Requests in any 60 seconds; null for no limit of its own. */
  readonly requestsPerMinute: number | null;
  /** Tokens, in and out, in any 60 seconds; null for no limit of its own. */
  readonly tokensPerMinute: number | null;
  /** Requests at the same time; null for no limit of its own. */
  readonly concurrencyMax: number | null;
}

/** What each account of a group is limited to, unless it has a limit of its own. */
export interface GroupLimits extends RateLimits {
  readonly group: string;
}

export interface Account extends RateLimits {
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
  /**
   * Whether the output of a request is lowered to what can be paid, where all of it cannot. A request says otherwise in the
   * header `x-code-router-lower-max-tokens`.
   */
  readonly lowerOutput: boolean;
  readonly createdAt: string;
}

export interface CreateAccount extends Partial<RateLimits> {
  readonly name: string;
  /** The user who owns it from the start; absent: it has no members yet. */
  readonly ownerId?: string;
  readonly group?: string;
  readonly overdraftNanos?: NanosText;
  readonly lowerOutput?: boolean;
}

/** Accounts, newest first. */
export interface ListAccounts extends SearchRequest {
  /** Only active accounts that have had money, and have none left to reserve. */
  readonly onlyRunOut?: boolean;
}

export interface UpdateAccount extends Partial<RateLimits> {
  readonly id: string;
  readonly name?: string;
  readonly group?: string;
  readonly status?: ActiveStatus;
  readonly overdraftNanos?: NanosText;
  readonly lowerOutput?: boolean;
}

export const BUDGET_PERIODS = ['daily', 'weekly', 'monthly', 'days'] as const;
/** `weekly` begins on Mondays, `monthly` on the first; `days` has `days` days, the first period from the day it was set. */
export type BudgetPeriod = (typeof BUDGET_PERIODS)[number];

/** What a key may spend in each period. It counts from when it is set: what was spent before does not matter. */
export interface SetKeyBudget {
  readonly nanos: NanosText;
  readonly period: BudgetPeriod;
  /** Of the period `days`, and only of that. */
  readonly days?: number | null;
  /** IANA time zone, in which periods begin at midnight; UTC when absent. */
  readonly timeZone?: string;
}

export interface KeyBudget {
  readonly nanos: NanosText;
  readonly period: BudgetPeriod;
  readonly days: number | null;
  readonly timeZone: string;
  /** By requests that were admitted in this period. */
  readonly spentNanos: NanosText;
  readonly heldNanos: NanosText;
  /** From when on it counts, and when it begins anew; ISO 8601. */
  readonly countsSince: string;
  readonly resetsAt: string;
}

export interface Key extends RateLimits {
  readonly id: string;
  readonly accountId: string;
  readonly name: string;
  /** The first characters of the secret, enough to recognise it by. */
  readonly prefix: string;
  readonly status: KeyStatus;
  readonly group: string | null;
  /** What the key may spend in all; null for as much as the account has. */
  readonly quotaNanos: NanosText | null;
  readonly spentNanos: NanosText;
  readonly heldNanos: NanosText;
  readonly budget: KeyBudget | null;
  /** Models by their own names, as they are; null for all. */
  readonly allowedModels: readonly string[] | null;
  /** Addresses and networks, `192.0.2.1`, `10.0.0.0/8`, `2001:db8::/32`; null for all. */
  readonly allowedIps: readonly string[] | null;
  readonly showCost: boolean;
  readonly expiresAt: string | null;
  /** When the last of its requests ended; null when none has. */
  readonly lastUsedAt: string | null;
  /** Secrets that a rotation left valid for a while. */
  readonly retiring: readonly RetiringSecret[];
  readonly createdAt: string;
}

export interface RetiringSecret {
  readonly prefix: string;
  /** ISO 8601. */
  readonly validUntil: string;
}

export interface CreateKey extends Partial<RateLimits> {
  readonly accountId: string;
  readonly name: string;
  readonly group?: string | null;
  readonly quotaNanos?: NanosText | null;
  readonly budget?: SetKeyBudget | null;
  readonly allowedModels?: readonly string[] | null;
  readonly allowedIps?: readonly string[] | null;
  readonly showCost?: boolean;
  readonly expiresAt?: string | null;
}

/** A budget whose amount alone is changed goes on counting; with another period or time zone it counts from now. */
export interface UpdateKey extends Partial<Omit<CreateKey, 'accountId'>> {
  readonly id: string;
  readonly status?: ActiveStatus;
}

export interface RotateKey {
  readonly id: string;
  /** How long the secret so far stays valid, ISO 8601; absent for not at all. */
  readonly oldValidUntil?: string;
}

/** What a key could spend now, in nanos. */
export interface AvailableNanos {
  readonly accountNanos: NanosText;
  /** The lesser of its quota and its budget; null when it has neither. */
  readonly keyNanos: NanosText | null;
  /** What is left of the budget of the member who made it; null when there is none. */
  readonly memberNanos: NanosText | null;
}

/** The only time that the secret is seen. */
export interface CreatedKey extends Key {
  readonly secret: string;
}

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
  readonly reservationsWhoseChargeIsNotTheirLedger: number;
  readonly keysWhoseBudgetIsNotTheirReservations: number;
  readonly membersWhoseBudgetIsNotTheirReservations: number;
}

export const QuotaMessages = {
  findPrincipal: defineRequest<{ readonly keyHash: string }, { readonly principal: Principal | null }>(
    'quota.principal.find',
  ),
  /** By the key's id instead of its secret, for somebody who may use the key; who that is, is the asker's to know. */
  principalOfKey: defineRequest<{ readonly keyId: string }, { readonly principal: Principal | null }>(
    'quota.principal.of-key',
  ),
  reserve: defineRequest<ReserveBatchRequest, ReserveBatchReply>('quota.reserve'),
  extend: defineRequest<ExtendRequest, ExtendReply>('quota.extend'),
  createAccount: defineRequest<CreateAccount, Account>('quota.accounts.create'),
  updateAccount: defineRequest<UpdateAccount, Account>('quota.accounts.update'),
  getAccount: defineRequest<{ readonly id: string }, Account>('quota.accounts.get'),
  listAccounts: defineRequest<ListAccounts, Page<Account>>('quota.accounts.list'),
  createKey: defineRequest<CreateKey, CreatedKey>('quota.keys.create'),
  getKey: defineRequest<{ readonly id: string }, Key>('quota.keys.get'),
  updateKey: defineRequest<UpdateKey, Key>('quota.keys.update'),
  listKeys: defineRequest<PageRequest & { readonly accountId?: string }, Page<Key>>('quota.keys.list'),
  available: defineRequest<{ readonly keyId: string }, AvailableNanos>('quota.available'),
  rotateKey: defineRequest<RotateKey, CreatedKey>('quota.keys.rotate'),
  revokeKey: defineRequest<{ readonly id: string }, Key>('quota.keys.revoke'),
  putGroupLimits: defineRequest<GroupLimits, GroupLimits>('quota.group-limits.put'),
  listGroupLimits: defineRequest<Record<string, never>, { readonly items: readonly GroupLimits[] }>(
    'quota.group-limits.list',
  ),
  grant: defineRequest<GrantRequest, GrantReply>('quota.grant'),
  listLedger: defineRequest<PageRequest & { readonly accountId: string }, Page<LedgerEntry>>('quota.ledger.list'),
  statement: defineRequest<StatementRequest, Statement>('quota.ledger.statement'),
  ledgerTotals: defineRequest<Record<string, never>, LedgerTotals>('quota.ledger.totals'),
  audit: defineRequest<Record<string, never>, LedgerAudit>('quota.audit'),
  login: defineRequest<LoginRequest, Session>('quota.sessions.login'),
  findSession: defineRequest<{ readonly token: string }, { readonly user: SessionUser | null }>('quota.sessions.find'),
  logout: defineRequest<{ readonly token: string }, { readonly ended: boolean }>('quota.sessions.logout'),
} as const;

export const QuotaNotices = {
  principalChanged: defineNotice<PrincipalChange>('quota.principal-changed'),
  posted: defineNotice<SettlementPosted>('quota.posted'),
} as const;
