import { setTimeout as sleep } from 'node:timers/promises';
import { bookedOf } from './books/database-book.js';
import type { ClientBook } from './clients/client-book.js';

const POLL_MS = 250;

/** How long ledger and usage log need to have the requests that clients saw succeed. */
export class Recovery {
  /** What had ended by then is what an earlier fault has to answer for. */
  private lookedUntil = 0;
  /** How long faults were in force, one after the other, until the last one was over. */
  private faultyMsBefore = 0;
  private faultySince: number | undefined;

  constructor(
    private readonly clients: ClientBook,
    private readonly databaseUrl: () => string,
  ) {}

  /** @returns to be called when what the fault broke is mended. */
  faultBegins(): () => void {
    const since = Date.now();
    this.faultySince = since;
    return () => {
      this.faultyMsBefore += Date.now() - since;
      this.faultySince = undefined;
    };
  }

  /**
   * Waits for those that ended since it was asked before, and up to now.
   *
   * @param timeoutMs not counting the time in which another fault keeps the books from being written.
   * @returns the milliseconds from now until nothing was missing; null when something was after `timeoutMs`.
   */
  async caughtUp(timeoutMs: number): Promise<number | null> {
    const now = Date.now();
    const faultyMs = this.faultyMs;
    let missing = this.succeeded(this.lookedUntil, now);
    this.lookedUntil = now;
    while (missing.length > 0) {
      const found = await bookedOf(this.databaseUrl(), missing).catch(() => new Set<string>());
      missing = missing.filter((id) => !found.has(id));
      if (missing.length === 0) break;
      if (Date.now() > now + timeoutMs + this.faultyMs - faultyMs) return null;
      await sleep(POLL_MS);
    }
    return Date.now() - now;
  }

  private get faultyMs(): number {
    return this.faultyMsBefore + (this.faultySince === undefined ? 0 : Date.now() - this.faultySince);
  }

  private succeeded(after: number, until: number): readonly string[] {
    return this.clients.entries.flatMap(({ outcome, requestId, endedAt }) =>
      outcome === 'succeeded' && requestId && endedAt > after && endedAt <= until ? [requestId] : [],
    );
  }
}
