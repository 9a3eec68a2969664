import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import {
  WebhookMessages,
  WebhookNotices,
  type CreatedWebhook,
  type CreateWebhook as CreateRequest,
  type ListWebhooks as ListRequest,
  type Page,
  type RotatedWebhookSecret,
  type RotateWebhookSecret,
  type UpdateWebhook as UpdateRequest,
  type Webhook,
} from '@code-router/contracts';
import { Answers, Hears, ServiceClient } from '@code-router/messaging';
import { CreateWebhook } from '../use-cases/create-webhook.js';
import { DeleteWebhook } from '../use-cases/delete-webhook.js';
import { GetWebhook } from '../use-cases/get-webhook.js';
import { ListWebhooks } from '../use-cases/list-webhooks.js';
import { RotateSecret } from '../use-cases/rotate-secret.js';
import { UpdateWebhook } from '../use-cases/update-webhook.js';
import { WebhookEventsConsumer } from './webhook-events.consumer.js';

/** The webhooks themselves. */
@Controller()
export class WebhooksController {
  constructor(
    private readonly listWebhooks: ListWebhooks,
    private readonly getWebhook: GetWebhook,
    private readonly createWebhook: CreateWebhook,
    private readonly updateWebhook: UpdateWebhook,
    private readonly deleteWebhook: DeleteWebhook,
    private readonly rotateSecret: RotateSecret,
    private readonly consumer: WebhookEventsConsumer,
    private readonly client: ServiceClient,
  ) {}

  @Answers(WebhookMessages.list)
  list(@Payload() request: ListRequest): Promise<Page<Webhook>> {
    return this.listWebhooks.execute(request);
  }

  @Answers(WebhookMessages.get)
  get(@Payload() request: { readonly id: string }): Promise<Webhook> {
    return this.getWebhook.execute(request);
  }

  @Answers(WebhookMessages.create)
  async create(@Payload() request: CreateRequest): Promise<CreatedWebhook> {
    const created = await this.createWebhook.execute(request);
    this.client.notify(WebhookNotices.changed, {});
    return created;
  }

  @Answers(WebhookMessages.update)
  update(@Payload() request: UpdateRequest): Promise<Webhook> {
    return this.updateWebhook.execute(request);
  }

  @Answers(WebhookMessages.delete)
  async delete(@Payload() request: { readonly id: string }): Promise<{ readonly deleted: true }> {
    const deleted = await this.deleteWebhook.execute(request);
    this.client.notify(WebhookNotices.changed, {});
    return deleted;
  }

  @Answers(WebhookMessages.rotateSecret)
  rotate(@Payload() request: RotateWebhookSecret): Promise<RotatedWebhookSecret> {
    return this.rotateSecret.execute(request);
  }

  @Hears(WebhookNotices.changed)
  changed(): Promise<void> {
    return this.consumer.look();
  }
}
