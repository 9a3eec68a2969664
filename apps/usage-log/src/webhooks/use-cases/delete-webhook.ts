import { Injectable } from '@nestjs/common';
import { noSuchWebhook, webhookId } from '../domain/webhook-input.js';
import { Webhooks } from '../domain/webhooks.js';

@Injectable()
export class DeleteWebhook {
  constructor(private readonly webhooks: Webhooks) {}

  /** @throws DomainError `not_found`. */
  async execute({ id }: { readonly id: string }): Promise<{ readonly deleted: true }> {
    if (!(await this.webhooks.delete(webhookId(id)))) throw noSuchWebhook(id);
    return { deleted: true };
  }
}
