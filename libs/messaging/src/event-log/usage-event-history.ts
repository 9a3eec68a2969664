/** A usage event as the log keeps it. */
export interface StoredEvent {
  /** Grows with every event. */
  readonly position: number;
  readonly publishedAt: Date;
  /** As it was published, by whatever program; undefined when it is not JSON. */
  readonly event: unknown;
}

/** Where to begin: with the first event that was published at a time or later, or with the one after a position. */
export type HistoryStart = { readonly publishedSince: Date } | { readonly afterPosition: number };

/** Reads the log of usage events without being a consumer of it: nothing is acknowledged, and nobody notices. */
export abstract class UsageEventHistory {
  /**
   * Reads in order, in batches of at most `batchMax`, and ends with what was the last event when it began. An empty log,
   * and one that is not there, are read as nothing.
   */
  abstract read(start: HistoryStart, batchMax: number): AsyncIterable<readonly StoredEvent[]>;

  /** The log may have dropped by itself what was published before this. */
  abstract keepsSince(): Promise<Date>;
}
