import type { UsageEvent } from '@code-router/contracts';

export interface ConsumeOptions {
  /** The durable name: consumers of one name share the events, each name sees them all. */
  readonly consumer: string;
  /** The most events handed over together. */
  readonly batchMax: number;
  /**
   * The least time from one batch to the next, in milliseconds: events gather meanwhile. A backlog of full batches is
   * worked off without. 0 when absent.
   */
  readonly gatherMs?: number;
  /** A consumer of a new name begins with what was published since; with the oldest event that is kept when absent. */
  readonly since?: Date;
}

export type HandleEvents = (events: readonly UsageEvent[]) => Promise<void>;

export interface EventSubscription {
  /** Takes no more events, and resolves when the batch under way is handled. */
  stop(): Promise<void>;
}

/** The durable, replayable stream of usage events. */
export abstract class UsageEventLog {
  /**
   * Resolves when the event is kept. The event id makes it idempotent within the log's window for duplicates, so a
   * publisher that is unsure publishes again.
   */
  abstract publish(event: UsageEvent): Promise<void>;

  /**
   * Hands events over in batches, oldest first, at least once. A batch is acknowledged when the handler resolves, and
   * comes again, later and later, for as long as it rejects.
   */
  abstract consume(options: ConsumeOptions, handle: HandleEvents): Promise<EventSubscription>;

  /** Forgets how far the consumers of a name have read. Of one that still reads, it may take a moment to begin anew. */
  abstract forget(consumer: string): Promise<void>;
}

/** How long to wait before a batch that failed is tried again: doubling from a quarter of a second to half a minute. */
export function retryDelayMs(failures: number): number {
  return Math.min(250 * 2 ** Math.min(failures, 10), 30_000);
}
