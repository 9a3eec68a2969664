import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';

const POLL_MS = 100;
const RECORDED_MS_MAX = 180_000;
/** One row for each model and day: asking costs the server nothing. */
const RECORDED = `
  SELECT coalesce(sum(requests), 0)::int AS recorded FROM usage_log.usage_daily_levels WHERE level = 1 AND scope = ''`;

interface Point {
  readonly at: number;
  readonly count: number;
}

/** Compares how many events were published with how many are records, over time. */
export class RecordedLag {
  private readonly published: Point[] = [];
  private readonly lags: { readonly at: number; readonly lagMs: number }[] = [];
  private before = 0;
  private watching = false;

  constructor(private readonly client: pg.Client) {}

  get max(): number {
    return this.lags.reduce((most, { lagMs }) => Math.max(most, lagMs), 0);
  }

  get median(): number {
    return this.lags.map(({ lagMs }) => lagMs).toSorted((a, b) => a - b)[Math.floor(this.lags.length / 2)] ?? 0;
  }

  notePublished(count: number): void {
    this.published.push({ at: performance.now(), count });
  }

  /** Forgets what was published until now, all of which is recorded. */
  reset(): void {
    this.before += this.published.at(-1)?.count ?? 0;
    this.published.length = 0;
    this.lags.length = 0;
  }

  async watch(): Promise<void> {
    this.watching = true;
    while (this.watching) {
      const recorded = await this.recorded();
      const now = performance.now();
      // What was published first and is not recorded yet.
      const waiting = this.published.find(({ count }) => count > recorded);
      this.lags.push({ at: now, lagMs: waiting ? now - waiting.at : 0 });
      await sleep(POLL_MS);
    }
  }

  stop(): void {
    this.watching = false;
  }

  /** Milliseconds from `start` until the lag is below `lagMs`, and stays there. */
  belowSince(lagMs: number, start: number): number {
    const last = this.lags.findLast((lag) => lag.lagMs >= lagMs);
    return last ? Math.max(Math.round(last.at - start), 0) : 0;
  }

  async untilRecorded(): Promise<void> {
    const deadline = performance.now() + RECORDED_MS_MAX;
    while ((await this.recorded()) < (this.published.at(-1)?.count ?? 0)) {
      if (performance.now() > deadline) throw new Error('What was published was not recorded in time.');
      await sleep(POLL_MS);
    }
  }

  private async recorded(): Promise<number> {
    const { rows } = await this.client.query<{ recorded: number }>(RECORDED);
    return (rows[0]?.recorded ?? 0) - this.before;
  }
}
