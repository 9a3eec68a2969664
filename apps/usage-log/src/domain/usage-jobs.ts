/** The work that is kept until it is done: batches of usage events that wait to be recorded. */
export abstract class UsageJobs {
  /** Resolves when the batch is kept. @param bodies the events as they were published. */
  abstract addBatch(bodies: readonly Uint8Array[]): Promise<void>;

  /**
   * Keeps each event as a job of its own, which fails with its own reason and stays among the dead letters. An event
   * that is there already is not added again.
   */
  abstract addEach(events: readonly unknown[]): Promise<void>;

  /** How many jobs wait to be worked on, also those that wait for another attempt. */
  abstract waiting(): Promise<number>;
}
