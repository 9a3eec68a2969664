import { Injectable } from '@nestjs/common';
import type { WebhookDelivery } from '@code-router/contracts';
import { Deliveries, type NewDelivery } from '../domain/deliveries.js';
import { DeliveryJobs } from '../domain/delivery-jobs.js';
import { noSuchWebhook } from '../domain/webhook-input.js';

/** Puts a single delivery on its way. */
@Injectable()
export class StartDelivery {
  constructor(
    private readonly deliveries: Deliveries,
    private readonly jobs: DeliveryJobs,
  ) {}

  /** @throws DomainError `not_found` when the webhook is gone. */
  async execute(delivery: NewDelivery): Promise<WebhookDelivery> {
    const [id] = await this.deliveries.add([delivery]);
    const started = id === undefined ? undefined : await this.deliveries.find(id);
    if (!started) throw noSuchWebhook(delivery.webhookId);
    await this.jobs.addDeliveries([started.id]);
    return started;
  }
}
