import { Injectable } from '@nestjs/common';
import type { WebhookDelivery } from '@code-router/contracts';
import { testEvent } from '../domain/test-event.js';
import { GetWebhook } from './get-webhook.js';
import { StartDelivery } from './start-delivery.js';

/** Delivers an event that says nothing, also to a webhook that is disabled: it is how one finds out whether it works. */
@Injectable()
export class SendTest {
  constructor(
    private readonly getWebhook: GetWebhook,
    private readonly startDelivery: StartDelivery,
  ) {}

  /** @throws DomainError `not_found`. */
  async execute({ id }: { readonly id: string }): Promise<WebhookDelivery> {
    const webhook = await this.getWebhook.execute({ id });
    return this.startDelivery.execute({ webhookId: id, event: testEvent(webhook, new Date()), cause: 'test' });
  }
}
