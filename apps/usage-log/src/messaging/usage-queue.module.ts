import { InjectQueue, BullModule } from '@nestjs/bullmq';
import { Logger, Module, type OnModuleInit } from '@nestjs/common';
import { setDefaultBackendFactory, type Queue } from 'bullmq';
import { Infrastructure } from '@code-router/config';
import { ServiceHealth } from '@code-router/service';
import { DeadLetters } from '../domain/dead-letters.js';
import { UsageJobs } from '../domain/usage-jobs.js';
import { BullDeadLetters } from './bull-dead-letters.js';
import { BullUsageJobs } from './bull-usage-jobs.js';
import { QueueMetrics } from './queue-metrics.js';
import { QueueErrors } from './queue-errors.js';
import { createBackendOfConnection, JOB_OPTIONS, queueConnection, USAGE_QUEUE } from './usage-queue.js';

setDefaultBackendFactory(createBackendOfConnection);

/** The job queue, for those who add to it and those who work it off. */
@Module({
  imports: [
    BullModule.registerQueueAsync({
      name: USAGE_QUEUE,
      inject: [Infrastructure, ServiceHealth],
      useFactory: (infrastructure: Infrastructure, health: ServiceHealth) => ({
        connection: queueConnection(infrastructure, () => health.isStopping),
        defaultJobOptions: JOB_OPTIONS,
      }),
    }),
  ],
  providers: [
    { provide: UsageJobs, useClass: BullUsageJobs },
    { provide: DeadLetters, useClass: BullDeadLetters },
    QueueMetrics,
  ],
  exports: [BullModule, UsageJobs, DeadLetters],
})
export class UsageQueueModule implements OnModuleInit {
  private readonly errors = new QueueErrors(new Logger(UsageQueueModule.name));

  constructor(
    @InjectQueue(USAGE_QUEUE) private readonly queue: Queue,
    private readonly health: ServiceHealth,
  ) {}

  async onModuleInit(): Promise<void> {
    this.queue.on('error', (error) => this.errors.log(error));
    this.health.register('usage queue', () => this.queue.getJobCounts('failed'));
    // A queue that was not ready once never becomes it, so the process must not start without.
    await this.queue.waitUntilReady();
  }
}
