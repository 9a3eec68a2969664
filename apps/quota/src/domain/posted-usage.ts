import type { PostedUsage } from '@code-router/contracts';

/** After which one a page begins; in the order of the list. */
export interface PostedUsagePosition {
  /** In microseconds since 1970. */
  readonly postedAtMicros: bigint;
  readonly reservationId: string;
}

export interface PostedUsagePeriod {
  readonly from: string;
  readonly to: string;
  readonly after: PostedUsagePosition | null;
  readonly limit: number;
}

/**
 * The usage events behind what was posted, kept for some days: so that what a broker or a log has lost can be restored
 * from the side of the ledger.
 */
export abstract class PostedUsages {
  /** Those of these reservations whose settlement is in the books, or was in them before; an orphan's is not. */
  abstract posted(reservationIds: readonly string[]): Promise<readonly string[]>;

  /** Oldest first; one item more than the limit when there are that many. */
  abstract list(
    period: PostedUsagePeriod,
  ): Promise<readonly { readonly item: PostedUsage; readonly position: PostedUsagePosition }[]>;

  /** The events of these reservations, as JSON, as far as they are still kept. */
  abstract events(reservationIds: readonly string[]): Promise<readonly string[]>;

  /** Makes room for the days to come, and drops what is older than so many days. */
  abstract keepDays(days: number): Promise<void>;
}
