import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { MonthlyPartitions } from './monthly-partitions.js';

const INTERVAL_MS = 3_600_000;

/** Looks after the partitions when the process starts, and from then on every hour. */
@Injectable()
export class PartitionKeeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(PartitionKeeper.name);
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly partitions: MonthlyPartitions) {}

  async onApplicationBootstrap(): Promise<void> {
    this.timer = setInterval(() => (this.running = this.maintain()), INTERVAL_MS).unref();
    this.running = this.maintain();
    await this.running;
  }

  /** Before the database closes. */
  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  private async maintain(): Promise<void> {
    try {
      const dropped = await this.partitions.maintain();
      if (dropped.length > 0) this.logger.log('Usage records are past their retention and were dropped.', { dropped });
    } catch (error) {
      // Months are also made when a record needs one, and what could not be dropped now can be in an hour.
      this.logger.error('Partitions of usage records could not be looked after.', { err: error });
    }
  }
}
