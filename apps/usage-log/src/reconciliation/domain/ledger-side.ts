import type { PostedUsage, UsageEvent } from '@code-router/contracts';

/** What quota knows of usage, as the reconciler asks for it. */
export abstract class LedgerSide {
  /** In batches, what was posted in a period; as long ago as quota keeps it. */
  abstract posted(from: Date, to: Date): AsyncIterable<readonly PostedUsage[]>;
  /** The events of these reservations that quota still keeps. */
  abstract events(reservationIds: readonly string[]): Promise<readonly UsageEvent[]>;
  /** Which of these settlements are in the ledger. */
  abstract isPosted(reservationIds: readonly string[]): Promise<ReadonlySet<string>>;
}
