import { InjectQueue } from '@nestjs/bullmq';
import { Injectable } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { DeliveryJobs } from '../domain/delivery-jobs.js';
import { WEBHOOK_QUEUE, type WebhookJob } from './webhook-queue.js';

/** BullMQ refuses ids of digits only; by its id, a job that waits already is not added again. */
@Injectable()
export class BullDeliveryJobs extends DeliveryJobs {
  constructor(@InjectQueue(WEBHOOK_QUEUE) private readonly queue: Queue<WebhookJob>) {
    super();
  }

  override async addDeliveries(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await this.queue.addBulk(
      ids.map((deliveryId) => ({ name: 'deliver', data: { deliveryId }, opts: { jobId: `delivery-${deliveryId}` } })),
    );
  }

  override async addReplay(replayId: string): Promise<void> {
    await this.queue.add('replay', { replayId }, { jobId: `replay-${replayId}` });
  }
}
