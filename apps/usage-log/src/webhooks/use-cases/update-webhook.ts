import { Injectable } from '@nestjs/common';
import type { UpdateWebhook as Request, Webhook } from '@code-router/contracts';
import { UrlRules } from '../domain/url-rules.js';
import { noSuchWebhook, webhookFields, webhookId } from '../domain/webhook-input.js';
import { Webhooks } from '../domain/webhooks.js';

@Injectable()
export class UpdateWebhook {
  constructor(
    private readonly webhooks: Webhooks,
    private readonly rules: UrlRules,
  ) {}

  /** @throws DomainError `invalid_request_error`, `not_found`. */
  async execute({ id, name, url, events, status }: Request): Promise<Webhook> {
    const given = Object.entries({ name, url, events, status }).filter(([, value]) => value !== undefined);
    const changes = webhookFields(Object.fromEntries(given), this.rules);
    const updated = await this.webhooks.update(webhookId(id), changes);
    if (!updated) throw noSuchWebhook(id);
    return updated;
  }
}
