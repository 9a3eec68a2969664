import type { UsageData, UsageOutcome } from '@code-router/contracts';

/** What the usage log says of a reservation. */
export interface RecordedUsage {
  readonly reservationId: string;
  readonly outcome: UsageOutcome;
  readonly amountNanos: string;
}

/** The records, as the reconciler looks at them. */
export abstract class RecordedUsages {
  /** Those of these reservations that are recorded. */
  abstract find(reservationIds: readonly string[]): Promise<ReadonlyMap<string, RecordedUsage>>;
  /** In batches, those whose requests were completed in a period. */
  abstract read(from: Date, to: Date, batchMax: number): AsyncIterable<readonly UsageData[]>;
}
