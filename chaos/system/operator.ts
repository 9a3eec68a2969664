import { setTimeout as sleep } from 'node:timers/promises';
import type { Administration } from './administration.js';

/** Somebody who asks for a reconciliation again and again, instead of waiting for the schedule. */
export class Operator {
  private readonly gone = new AbortController();
  private readonly working: Promise<void>;

  constructor(
    private readonly administration: Administration,
    private readonly everyMs: number,
  ) {
    this.working = this.work(new Date());
  }

  async leave(): Promise<void> {
    this.gone.abort();
    await this.working;
  }

  private async work(since: Date): Promise<void> {
    const { signal } = this.gone;
    while (!signal.aborted) {
      // While a part is away, or another one runs, it is refused; that is what the next time is for.
      await this.administration.reconcile(since).catch(() => undefined);
      await sleep(this.everyMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
