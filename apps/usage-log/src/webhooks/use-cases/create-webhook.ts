import { Injectable } from '@nestjs/common';
import type { CreatedWebhook, CreateWebhook as Request } from '@code-router/contracts';
import { UrlRules } from '../domain/url-rules.js';
import { newWebhookFields } from '../domain/webhook-input.js';
import { newWebhookSecret } from '../domain/webhook-secret.js';
import { Webhooks } from '../domain/webhooks.js';

@Injectable()
export class CreateWebhook {
  constructor(
    private readonly webhooks: Webhooks,
    private readonly rules: UrlRules,
  ) {}

  /** @throws DomainError `invalid_request_error`; see {@link Webhooks.create} for others. */
  async execute(request: Request): Promise<CreatedWebhook> {
    const { name, url, accountId, events } = request;
    const fields = newWebhookFields({ name, url, events, ...(accountId ? { accountId } : {}) }, this.rules);
    const secret = newWebhookSecret();
    return { ...(await this.webhooks.create(fields, secret)), secret };
  }
}
