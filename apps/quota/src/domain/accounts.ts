import type { Account, ActiveStatus, RateLimits } from '@code-router/contracts';
import type { PageStart, Positioned } from './page.js';
import type { RateLimitChanges } from './rate-limits-input.js';

export interface NewAccount extends RateLimits {
  readonly name: string;
  /** The user who owns it; undefined for nobody. */
  readonly ownerId: string | undefined;
  readonly group: string;
  readonly overdraftNanos: bigint;
  readonly lowerOutput: boolean;
}

/** What is absent stays as it is. */
export interface AccountChanges extends RateLimitChanges {
  readonly name?: string | undefined;
  readonly group?: string | undefined;
  readonly status?: ActiveStatus | undefined;
  readonly overdraftNanos?: bigint | undefined;
  readonly lowerOutput?: boolean | undefined;
}

/** Which accounts a list holds. */
export interface AccountFilter {
  /** Part of a name or a whole id; null for all. */
  readonly search: string | null;
  /** Only active ones that have had money, and have none left to reserve. */
  readonly onlyRunOut: boolean;
}

/** Where accounts are kept. */
export abstract class Accounts {
  /** @throws DomainError `conflict` when another account has the name; `not_found` when there is no such owner. */
  abstract create(account: NewAccount): Promise<Account>;

  /**
   * @returns null when there is no such account.
   * @throws DomainError `conflict` when another account has the name, or when a lower overdraft would not cover what the
   * account owes and holds.
   */
  abstract update(id: string, changes: AccountChanges): Promise<Account | null>;

  abstract find(id: string): Promise<Account | null>;

  /** Newest first; one item more than the page's limit when there are that many. */
  abstract list(start: PageStart, filter: AccountFilter): Promise<readonly Positioned<Account>[]>;
}
