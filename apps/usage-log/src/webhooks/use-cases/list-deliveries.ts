import { Injectable } from '@nestjs/common';
import type { ListWebhookDeliveries as Request, Page, WebhookDelivery } from '@code-router/contracts';
import { Deliveries } from '../domain/deliveries.js';
import { pageQuery, withCursor } from '../../domain/opaque-page.js';
import { GetWebhook } from './get-webhook.js';

const POSITION = /^\d{1,18}$/;

@Injectable()
export class ListDeliveries {
  constructor(
    private readonly getWebhook: GetWebhook,
    private readonly deliveries: Deliveries,
  ) {}

  /** @throws DomainError `not_found`, `invalid_request_error`. */
  async execute({ webhookId, status, ...page }: Request): Promise<Page<WebhookDelivery>> {
    const query = pageQuery(page, POSITION);
    await this.getWebhook.execute({ id: webhookId });
    return withCursor(await this.deliveries.list({ webhookId, status, ...query }));
  }
}
