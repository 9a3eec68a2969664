/**
 * Keeps a least time between the starts of two batches. Under load events gather meanwhile, and what a batch costs is
 * shared by many; after a pause the first event waits for nothing.
 */
export class Pace {
  private startedAt = -Infinity;
  private stopped = false;
  private endWait: () => void = () => undefined;

  constructor(private readonly intervalMs: number) {}

  /** Resolves when the next batch may start. */
  wait(): Promise<void> {
    const waitMs = this.startedAt + this.intervalMs - performance.now();
    if (waitMs <= 0 || this.stopped) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, waitMs);
      this.endWait = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** The next batch may start at once. */
  reset(): void {
    this.startedAt = -Infinity;
    this.endWait();
  }

  /** Ends the wait under way: a full batch is there. */
  hurry(): void {
    this.endWait();
  }

  /** Nothing is waited for any more. */
  stop(): void {
    this.stopped = true;
    this.endWait();
  }

  started(): void {
    this.startedAt = performance.now();
  }
}
