import { Body, Get, Param, Post, Query } from '@nestjs/common';
import { WebhookMessages } from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import { AdminApi, MayBeNotFound, MayConflict } from '../console-api.js';
import {
  ListWebhookDeliveriesDto,
  ReplayWebhookPeriodDto,
  WebhookDeliveryDto,
  WebhookDeliveryIdDto,
  WebhookDeliveryPageDto,
  WebhookReplayDto,
} from './webhook-delivery.dto.js';
import { WebhookIdDto } from './webhook.dto.js';

@AdminApi('webhooks/:id', 'Webhooks')
export class WebhookDeliveriesController {
  constructor(private readonly client: ServiceClient) {}

  /** Sends an event that says nothing, once; also to a webhook that is disabled. Its delivery shows what came of it. */
  @Post('test')
  @MayBeNotFound()
  test(@Param() { id }: WebhookIdDto): Promise<WebhookDeliveryDto> {
    return this.client.request(WebhookMessages.test, { id });
  }

  /** Lists what the webhook got, and what is on its way. */
  @Get('deliveries')
  @MayBeNotFound()
  list(@Param() { id }: WebhookIdDto, @Query() query: ListWebhookDeliveriesDto): Promise<WebhookDeliveryPageDto> {
    return this.client.request(WebhookMessages.listDeliveries, {
      ...query,
      webhookId: id,
    }) as Promise<WebhookDeliveryPageDto>;
  }

  /** Delivers one event once more. */
  @Post('deliveries/:deliveryId/replay')
  @MayBeNotFound()
  @MayConflict()
  replayOne(@Param() { id, deliveryId }: WebhookDeliveryIdDto): Promise<WebhookDeliveryDto> {
    return this.client.request(WebhookMessages.replayDelivery, { webhookId: id, deliveryId });
  }

  /** Delivers everything of a period once more, also what happened before the webhook was made. */
  @Post('replay')
  @MayBeNotFound()
  @MayConflict()
  replay(@Param() { id }: WebhookIdDto, @Body() input: ReplayWebhookPeriodDto): Promise<WebhookReplayDto> {
    return this.client.request(WebhookMessages.replayPeriod, { ...input, webhookId: id });
  }
}
