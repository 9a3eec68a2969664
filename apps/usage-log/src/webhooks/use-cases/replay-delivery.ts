import { Injectable } from '@nestjs/common';
import { DomainError, type WebhookDelivery } from '@code-router/contracts';
import { Deliveries } from '../domain/deliveries.js';
import { expectActive } from '../domain/webhook-input.js';
import { GetWebhook } from './get-webhook.js';
import { StartDelivery } from './start-delivery.js';

const DELIVERY_ID = /^\d{1,18}$/;

/** Delivers what was delivered, or was not, once more. The log keeps both. */
@Injectable()
export class ReplayDelivery {
  constructor(
    private readonly getWebhook: GetWebhook,
    private readonly deliveries: Deliveries,
    private readonly startDelivery: StartDelivery,
  ) {}

  /** @throws DomainError `not_found`; `conflict` when the webhook is disabled. */
  async execute(request: { readonly webhookId: string; readonly deliveryId: string }): Promise<WebhookDelivery> {
    const { webhookId } = request;
    const deliveryId = String(request.deliveryId);
    expectActive(await this.getWebhook.execute({ id: webhookId }));
    const event = DELIVERY_ID.test(deliveryId) ? await this.deliveries.eventOf(webhookId, deliveryId) : undefined;
    if (!event) throw new DomainError('not_found', `The webhook ${webhookId} has no delivery ${deliveryId}.`);
    return this.startDelivery.execute({ webhookId, event, cause: 'replay' });
  }
}
