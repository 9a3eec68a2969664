import { InjectQueue } from '@nestjs/bullmq';
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { Metrics } from '@code-router/observability';
import { USAGE_QUEUE } from './usage-queue.js';

const STATES = ['waiting', 'active', 'delayed', 'failed'] as const;
/** Gauges answer at once, so the queue is asked beforehand. */
const INTERVAL_MS = 5_000;

/** Shows how many jobs wait, are worked on, wait for another attempt, and failed for good. */
@Injectable()
export class QueueMetrics implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(QueueMetrics.name);
  private counts: Readonly<Record<string, number>> = {};
  private timer: NodeJS.Timeout | undefined;
  private asking: Promise<void> | undefined;

  constructor(
    @InjectQueue(USAGE_QUEUE) private readonly queue: Queue,
    metrics: Metrics,
  ) {
    metrics.addGauge({
      name: 'code_router_usage_jobs',
      help: 'Jobs of the usage queue by state; failed ones are dead letters',
      label: 'state',
      read: () => this.counts,
    });
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => (this.asking ??= this.ask()), INTERVAL_MS).unref();
    this.asking = this.ask();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.asking;
  }

  /** What is not known is not shown: an old number would look like a good one. */
  private async ask(): Promise<void> {
    try {
      this.counts = await this.queue.getJobCounts(...STATES);
    } catch (error) {
      this.counts = {};
      this.logger.warn('The usage queue does not say how long it is.', { err: error });
    } finally {
      this.asking = undefined;
    }
  }
}
