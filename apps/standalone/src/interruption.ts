/**
 * npm passes on a Ctrl-C that the terminal has sent to every process already: what comes this soon after the first
 * signal is the same one again.
 */
const SAME_SIGNAL_MS = 300;

/** Waits for somebody to ask this process to stop. The first time it stops in order; the second time, at once. */
export class Interruption {
  /** Resolves at the first signal. */
  readonly requested: Promise<void>;
  private requestedAt: number | undefined;

  /** @param abandon ends this process at once, at the second signal. */
  constructor(private readonly abandon: () => void) {
    this.requested = new Promise((resolve) => {
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
        process.on(signal, () => this.hear(resolve));
      }
    });
  }

  private hear(resolve: () => void): void {
    if (this.requestedAt === undefined) {
      this.requestedAt = performance.now();
      resolve();
    } else if (performance.now() - this.requestedAt > SAME_SIGNAL_MS) {
      this.abandon();
    }
  }
}
