import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import {
  WebhookMessages,
  type ListWebhookDeliveries,
  type Page,
  type ReplayWebhookPeriod,
  type WebhookDelivery,
  type WebhookReplay,
} from '@code-router/contracts';
import { Answers } from '@code-router/messaging';
import { ListDeliveries } from '../use-cases/list-deliveries.js';
import { ReplayDelivery } from '../use-cases/replay-delivery.js';
import { ReplayPeriod } from '../use-cases/replay-period.js';
import { SendTest } from '../use-cases/send-test.js';

/** What webhooks got, and what they are to get once more. */
@Controller()
export class WebhookDeliveriesController {
  constructor(
    private readonly sendTest: SendTest,
    private readonly listDeliveries: ListDeliveries,
    private readonly replayDelivery: ReplayDelivery,
    private readonly replayPeriod: ReplayPeriod,
  ) {}

  @Answers(WebhookMessages.test)
  test(@Payload() request: { readonly id: string }): Promise<WebhookDelivery> {
    return this.sendTest.execute(request);
  }

  @Answers(WebhookMessages.listDeliveries)
  list(@Payload() request: ListWebhookDeliveries): Promise<Page<WebhookDelivery>> {
    return this.listDeliveries.execute(request);
  }

  @Answers(WebhookMessages.replayDelivery)
  replayOne(@Payload() request: { readonly webhookId: string; readonly deliveryId: string }): Promise<WebhookDelivery> {
    return this.replayDelivery.execute(request);
  }

  @Answers(WebhookMessages.replayPeriod)
  replay(@Payload() request: ReplayWebhookPeriod): Promise<WebhookReplay> {
    return this.replayPeriod.execute(request);
  }
}
