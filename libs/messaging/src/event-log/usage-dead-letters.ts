/** An event that a consumer can never handle, or could not after many tries. */
export interface DeadLetter {
  /** Grows with each new one. */
  readonly id: string;
  /** Which consumer it is dead to. */
  readonly consumer: string;
  readonly reason: string;
  /** ISO 8601. */
  readonly failedAt: string;
  /** As it was published; text when it is not JSON. */
  readonly event: unknown;
}

/** Events that were laid aside, until somebody has them delivered again. */
export abstract class UsageDeadLetters {
  abstract count(): Promise<number>;

  /** The newest first; those older than the one with the id `before`, when it is given. */
  abstract list(limit: number, before?: string): Promise<readonly DeadLetter[]>;

  /**
   * Publishes dead letters once more, the oldest first, and forgets them: every consumer gets them again, and those that
   * had handled them drop them. What is still wrong comes back.
   *
   * @param ids all when absent.
   * @returns how many.
   */
  abstract replay(ids?: readonly string[]): Promise<number>;
}

/** The event as JSON, if it is. */
export function eventFrom(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
