import { BullModule, InjectQueue } from '@nestjs/bullmq';
import { Logger, Module, type OnModuleInit } from '@nestjs/common';
import { setDefaultBackendFactory, type Queue } from 'bullmq';
import { Infrastructure } from '@code-router/config';
import { ServiceHealth } from '@code-router/service';
import { QueueErrors } from '../../messaging/queue-errors.js';
import { createBackendOfConnection, queueConnection } from '../../messaging/usage-queue.js';
import { DeliveryJobs } from '../domain/delivery-jobs.js';
import { BullDeliveryJobs } from './bull-delivery-jobs.js';
import { WEBHOOK_JOB_OPTIONS, WEBHOOK_QUEUE } from './webhook-queue.js';

setDefaultBackendFactory(createBackendOfConnection);

/** The queue of deliveries, for those who add to it and those who work it off. */
@Module({
  imports: [
    BullModule.registerQueueAsync({
      name: WEBHOOK_QUEUE,
      inject: [Infrastructure, ServiceHealth],
      useFactory: (infrastructure: Infrastructure, health: ServiceHealth) => ({
        connection: queueConnection(infrastructure, () => health.isStopping),
        defaultJobOptions: WEBHOOK_JOB_OPTIONS,
      }),
    }),
  ],
  providers: [{ provide: DeliveryJobs, useClass: BullDeliveryJobs }],
  exports: [BullModule, DeliveryJobs],
})
export class WebhookQueueModule implements OnModuleInit {
  private readonly errors = new QueueErrors(new Logger(WebhookQueueModule.name));

  constructor(
    @InjectQueue(WEBHOOK_QUEUE) private readonly queue: Queue,
    private readonly health: ServiceHealth,
  ) {}

  async onModuleInit(): Promise<void> {
    this.queue.on('error', (error) => this.errors.log(error));
    this.health.register('webhook queue', () => this.queue.getJobCounts('failed'));
    // A queue that was not ready once never becomes it, so the process must not start without.
    await this.queue.waitUntilReady();
  }
}
