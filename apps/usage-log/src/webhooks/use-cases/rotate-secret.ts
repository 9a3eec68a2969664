import { Injectable } from '@nestjs/common';
import type { RotatedWebhookSecret, RotateWebhookSecret } from '@code-router/contracts';
import { noSuchWebhook, overlapHours, webhookId } from '../domain/webhook-input.js';
import { newWebhookSecret } from '../domain/webhook-secret.js';
import { Webhooks } from '../domain/webhooks.js';

@Injectable()
export class RotateSecret {
  constructor(private readonly webhooks: Webhooks) {}

  /** @throws DomainError `invalid_request_error`, `not_found`; `service_unavailable` without a key to encrypt with. */
  async execute({ id, overlapHours: hours }: RotateWebhookSecret): Promise<RotatedWebhookSecret> {
    const secret = newWebhookSecret();
    const until = await this.webhooks.rotateSecret(webhookId(id), secret, overlapHours(hours));
    if (!until) throw noSuchWebhook(id);
    return { secret, previousSecretUntil: until.toISOString() };
  }
}
