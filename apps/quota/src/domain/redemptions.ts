import type { ActiveStatus, PostedEntry, RedemptionBatch } from '@code-router/contracts';
import type { PageStart, Positioned } from './page.js';

export const CODES_MAX = 1_000;
export const CODE_USES_MAX = 1_000_000;

export interface NewRedemptionBatch {
  readonly name: string;
  readonly amountNanos: bigint;
  readonly codeHashes: readonly string[];
  readonly usesMax: number;
  /** ISO 8601. */
  readonly expiresAt: string | null;
  readonly author: string;
}

/** Where redemption codes are kept: hashes, never the codes. */
export abstract class Redemptions {
  abstract createBatch(batch: NewRedemptionBatch): Promise<RedemptionBatch>;

  /** Newest first; one item more than the page's limit when there are that many. */
  abstract listBatches(start: PageStart): Promise<readonly Positioned<RedemptionBatch>[]>;

  /** @returns null when there is no such batch. */
  abstract setBatchStatus(id: string, status: ActiveStatus): Promise<RedemptionBatch | null>;

  /**
   * Uses a code once for an account and credits it, all or nothing.
   *
   * @throws DomainError `not_found` without such a code or account; `account_disabled`; `conflict` when the code is over,
   * used up, disabled, or was redeemed for this account before.
   */
  abstract redeem(codeHash: string, accountId: string, user: { readonly id: string }): Promise<PostedEntry>;
}
