import type { Page, UsageDeadLetter } from '@code-router/contracts';

/** What could not be recorded and waits for an operator. */
export abstract class DeadLetters {
  /** Newest first; `offset` of them are passed over. */
  abstract list(offset: number, limit: number): Promise<Page<UsageDeadLetter>['items']>;

  /**
   * Hands dead letters to the workers again: those of the ids, or all of them.
   *
   * @returns how many there were.
   */
  abstract replay(ids?: readonly string[]): Promise<number>;
}
