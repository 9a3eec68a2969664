import type { ActiveStatus, BudgetPeriod, Key, Principal, RateLimits } from '@code-router/contracts';
import type { PageStart, Positioned } from './page.js';

export interface NewBudget {
  readonly nanos: bigint;
  readonly period: BudgetPeriod;
  readonly days: number | null;
  readonly timeZone: string;
}

/** What of a key may be changed later. */
export interface KeyFields extends RateLimits {
  readonly name: string;
  readonly group: string | null;
  readonly quotaNanos: bigint | null;
  readonly budget: NewBudget | null;
  readonly allowedModels: readonly string[] | null;
  /** As {@link ipRule} reads them. */
  readonly allowedIps: readonly string[] | null;
  readonly showCost: boolean;
  /** ISO 8601. */
  readonly expiresAt: string | null;
}

/** What a secret is recognised by. */
export interface SecretMarks {
  readonly hash: string;
  readonly prefix: string;
}

export interface NewKey extends KeyFields, SecretMarks {
  readonly accountId: string;
}

/** What is absent stays as it is. */
export type KeyChanges = {
  readonly [Field in keyof KeyFields]?: KeyFields[Field] | undefined;
} & { readonly status?: ActiveStatus | undefined };

/** Where keys are kept: their hashes, never their secrets. */
export abstract class Keys {
  /**
   * @returns null when there is no such account.
   * @throws DomainError `invalid_request_error` when the database does not know the time zone of the budget.
   */
  abstract create(key: NewKey): Promise<Key | null>;

  /**
   * A budget with another period or time zone counts from now; else it goes on counting.
   *
   * @returns null when there is no such key.
   * @throws DomainError `conflict` when the key was revoked; `invalid_request_error` as {@link create} does.
   */
  abstract update(id: string, changes: KeyChanges): Promise<Key | null>;

  /**
   * Gives a key another secret. Those it had so far stay valid until `oldValidUntil` at the longest, null for not at all.
   *
   * @returns null when there is no such key.
   * @throws DomainError `conflict` when the key was revoked.
   */
  abstract rotate(id: string, secret: SecretMarks, oldValidUntil: string | null): Promise<Key | null>;

  /** Ends a key for good; again, it changes nothing. @returns null when there is no such key. */
  abstract revoke(id: string): Promise<Key | null>;

  /** @returns null when there is no such key. */
  abstract find(id: string): Promise<Key | null>;

  /** Newest first, of one account or of all; one item more than the page's limit when there are that many. */
  abstract list(accountId: string | null, start: PageStart): Promise<readonly Positioned<Key>[]>;

  /**
   * Who a key speaks for, by the hash of any secret that is valid now. Whether it may spend is decided when it wants to;
   * only a revoked key speaks for nobody.
   */
  abstract findPrincipal(hash: string): Promise<Principal | null>;

  /** Who the key with this id speaks for; null when there is none, or it was revoked. */
  abstract principalOfKey(id: string): Promise<Principal | null>;
}
