import type { NanosText } from '@code-router/money';
import type { SearchRequest } from './page.js';

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
