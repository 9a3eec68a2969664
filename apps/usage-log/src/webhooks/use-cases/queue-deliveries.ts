import { Injectable } from '@nestjs/common';
import { Deliveries } from '../domain/deliveries.js';
import { DeliveryJobs } from '../domain/delivery-jobs.js';
import { deliveriesFor, matchableEvent } from '../domain/matching.js';
import { Webhooks } from '../domain/webhooks.js';

/** Turns events into deliveries to those whom they concern. The batch may be acknowledged once this resolves. */
@Injectable()
export class QueueDeliveries {
  constructor(
    private readonly webhooks: Webhooks,
    private readonly deliveries: Deliveries,
    private readonly jobs: DeliveryJobs,
  ) {}

  async execute(events: readonly unknown[]): Promise<void> {
    const subscriptions = await this.webhooks.activeSubscriptions();
    if (subscriptions.length === 0) return;
    const matchable = events.map(matchableEvent).filter((event) => event !== undefined);
    const ids = await this.deliveries.add(deliveriesFor(matchable, subscriptions));
    await this.jobs.addDeliveries(ids);
  }
}
