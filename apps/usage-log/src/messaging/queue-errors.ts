import type { Logger } from '@nestjs/common';

const AGAIN_MS = 30_000;

/**
 * Logs what a queue's connections complain of. While a store is away each of them says the same every second or two: once
 * in half a minute is enough.
 */
export class QueueErrors {
  private readonly loggedAt = new Map<string, number>();

  constructor(
    private readonly logger: Pick<Logger, 'error'>,
    private readonly now: () => number = () => performance.now(),
  ) {}

  log(error: Error): void {
    const last = this.loggedAt.get(error.message);
    if (last !== undefined && this.now() - last < AGAIN_MS) return;
    // Messages that differ each time must not be remembered for ever.
    if (this.loggedAt.size >= 100) this.loggedAt.clear();
    this.loggedAt.set(error.message, this.now());
    this.logger.error(error);
  }
}
