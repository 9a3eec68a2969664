import { Injectable } from '@nestjs/common';
import type { ListWebhooks as Request, Page, Webhook } from '@code-router/contracts';
import { pageQuery, withCursor } from '../../domain/opaque-page.js';
import { Webhooks } from '../domain/webhooks.js';

/** An instant and an id. */
const POSITION = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z [0-9a-f-]{36}$/;

@Injectable()
export class ListWebhooks {
  constructor(private readonly webhooks: Webhooks) {}

  /** @throws DomainError `invalid_request_error`. */
  async execute({ accountId, status, ...page }: Request): Promise<Page<Webhook>> {
    return withCursor(await this.webhooks.list({ accountId, status, ...pageQuery(page, POSITION) }));
  }
}
