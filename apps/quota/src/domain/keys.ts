import type { ActiveStatus, Key, Principal } from '@code-router/contracts';
import type { PageStart, Positioned } from './page.js';

export interface NewKey {
  readonly accountId: string;
  readonly name: string;
  readonly hash: string;
  readonly prefix: string;
  readonly group: string | null;
  readonly quotaNanos: bigint | null;
  readonly concurrencyMax: number | null;
  readonly showCost: boolean;
  /** ISO 8601. */
  readonly expiresAt: string | null;
}

/** What is absent stays as it is. */
export interface KeyChanges {
  readonly name?: string | undefined;
  readonly status?: ActiveStatus | undefined;
  readonly group?: string | null | undefined;
  readonly quotaNanos?: bigint | null | undefined;
  readonly concurrencyMax?: number | null | undefined;
  readonly showCost?: boolean | undefined;
  readonly expiresAt?: string | null | undefined;
}

/** Where keys are kept: their hashes, never their secrets. */
export abstract class Keys {
  /** @returns null when there is no such account. */
  abstract create(key: NewKey): Promise<Key | null>;

  /** @returns null when there is no such key. */
  abstract update(id: string, changes: KeyChanges): Promise<Key | null>;

  /** Newest first, of one account or of all; one item more than the page's limit when there are that many. */
  abstract list(accountId: string | null, start: PageStart): Promise<readonly Positioned<Key>[]>;

  /** Who a key speaks for, whatever its status: whether it may spend is decided when it wants to. */
  abstract findPrincipal(hash: string): Promise<Principal | null>;
}
