import { Injectable } from '@nestjs/common';
import type { Webhook } from '@code-router/contracts';
import { noSuchWebhook, webhookId } from '../domain/webhook-input.js';
import { Webhooks } from '../domain/webhooks.js';

@Injectable()
export class GetWebhook {
  constructor(private readonly webhooks: Webhooks) {}

  /** @throws DomainError `not_found`. */
  async execute({ id }: { readonly id: string }): Promise<Webhook> {
    const webhook = await this.webhooks.get(webhookId(id));
    if (!webhook) throw noSuchWebhook(id);
    return webhook;
  }
}
