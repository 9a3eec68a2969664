import { setTimeout as sleep } from 'node:timers/promises';
import { bookedOf } from './books/database-book.js';
import type { ClientBook } from './clients/client-book.js';

const POLL_MS = 250;

/** How long ledger and usage log need to have every request that clients saw succeed before a moment. */
export class Recovery {
  private readonly booked = new Set<string>();

  constructor(
    private readonly clients: ClientBook,
    private readonly databaseUrl: () => string,
  ) {}

  /** @returns the milliseconds from `since` until nothing was missing; null when something was after `timeoutMs`. */
  async caughtUp(since: number, timeoutMs: number): Promise<number | null> {
    const deadline = Date.now() + timeoutMs;
    let missing = this.succeededBefore(since);
    while (missing.length > 0) {
      const found = await bookedOf(this.databaseUrl(), missing).catch(() => new Set<string>());
      for (const id of found) this.booked.add(id);
      missing = missing.filter((id) => !found.has(id));
      if (missing.length === 0) break;
      if (Date.now() > deadline) return null;
      await sleep(POLL_MS);
    }
    return Date.now() - since;
  }

  private succeededBefore(moment: number): readonly string[] {
    return this.clients.entries.flatMap(({ outcome, requestId, endedAt }) =>
      outcome === 'succeeded' && requestId && endedAt <= moment && !this.booked.has(requestId) ? [requestId] : [],
    );
  }
}
