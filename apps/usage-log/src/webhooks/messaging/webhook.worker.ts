import { InjectQueue, OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import { Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { DelayedError, type Job, type Queue } from 'bullmq';
import { closeWorker } from '../../messaging/close-worker.js';
import { QueueErrors } from '../../messaging/queue-errors.js';
import { workerOptions } from '../../messaging/worker-options.js';
import { Deliver } from '../use-cases/deliver.js';
import { WorkOffReplay } from '../use-cases/work-off-replay.js';
import { WEBHOOK_QUEUE, type WebhookJob } from './webhook-queue.js';

/** Deliveries wait for others most of the time, so one process has many under way. */
export const DELIVERIES_MAX = 48;

/** Works the queue of webhooks off. A job may be begun again: what was delivered is known. */
@Processor(WEBHOOK_QUEUE, workerOptions(DELIVERIES_MAX))
export class WebhookWorker extends WorkerHost implements BeforeApplicationShutdown {
  private readonly logger = new Logger(WebhookWorker.name);
  private readonly errors = new QueueErrors(this.logger);

  constructor(
    private readonly deliver: Deliver,
    private readonly workOffReplay: WorkOffReplay,
    @InjectQueue(WEBHOOK_QUEUE) private readonly queue: Queue<WebhookJob>,
  ) {
    super();
  }

  /** A delivery that is to be tried again stays one job, which comes back when it is time. */
  override async process(job: Job<WebhookJob>, token?: string): Promise<void> {
    if ('replayId' in job.data) return this.workOffReplay.execute(job.data.replayId);
    const result = await this.deliver.execute(job.data.deliveryId);
    if (result === 'done') return;
    await job.moveToDelayed(result.againAt.getTime(), token);
    throw new DelayedError();
  }

  @OnWorkerEvent('failed')
  onFailed(job: Job<WebhookJob> | undefined, error: Error): void {
    this.logger.warn('A job of webhooks did not come to its end; it will be done again.', { job: job?.id, err: error });
  }

  @OnWorkerEvent('error')
  onError(error: Error): void {
    this.errors.log(error);
  }

  /** Before the database closes: the jobs under way still need it. */
  async beforeApplicationShutdown(): Promise<void> {
    await closeWorker(this.worker, this.queue);
  }
}
