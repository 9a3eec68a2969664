import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { ForgetExpiredQuotes } from '../use-cases/forget-expired-quotes.js';

const INTERVAL_MS = 60_000;

/** Deletes expired quotes once a minute. Every replica sweeps; none depends on it, for what has expired is not found. */
@Injectable()
export class QuoteSweeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(QuoteSweeper.name);
  private timer: NodeJS.Timeout | undefined;
  private underWay: Promise<void> | undefined;

  constructor(private readonly forgetExpiredQuotes: ForgetExpiredQuotes) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.underWay ??= this.sweep().finally(() => (this.underWay = undefined));
    }, INTERVAL_MS);
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.underWay;
  }

  private async sweep(): Promise<void> {
    try {
      await this.forgetExpiredQuotes.execute();
    } catch (error) {
      // The next sweep tries again.
      this.logger.warn('Sweeping binding quotes failed.', { err: error });
    }
  }
}
