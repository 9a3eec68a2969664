import { Module } from '@nestjs/common';
import { UsageRecordsModule } from '../persistence/usage-records.module.js';
import { Deliveries } from './domain/deliveries.js';
import { DeliveryCounts } from './domain/delivery-counts.js';
import { EndpointGate } from './domain/endpoint-gate.js';
import { RetrySchedule } from './domain/retry-schedule.js';
import { UrlRules } from './domain/url-rules.js';
import { WebhookSender } from './domain/webhook-sender.js';
import { Webhooks } from './domain/webhooks.js';
import { WebhookDeliveriesController } from './messaging/webhook-deliveries.controller.js';
import { WebhookEventsConsumer } from './messaging/webhook-events.consumer.js';
import { WebhookQueueModule } from './messaging/webhook-queue.module.js';
import { WebhookUpkeep } from './messaging/webhook-upkeep.js';
import { WebhookWorker } from './messaging/webhook.worker.js';
import { WebhooksController } from './messaging/webhooks.controller.js';
import { PostgresDeliveries } from './persistence/postgres-deliveries.js';
import { PostgresWebhooks } from './persistence/postgres-webhooks.js';
import { WebhookSecrets } from './persistence/webhook-secrets.js';
import { ConfiguredUrlRules } from './sending/configured-url-rules.js';
import { HttpWebhookSender } from './sending/http-webhook-sender.js';
import { CreateWebhook } from './use-cases/create-webhook.js';
import { DeleteWebhook } from './use-cases/delete-webhook.js';
import { Deliver } from './use-cases/deliver.js';
import { GetWebhook } from './use-cases/get-webhook.js';
import { ListDeliveries } from './use-cases/list-deliveries.js';
import { ListWebhooks } from './use-cases/list-webhooks.js';
import { QueueDeliveries } from './use-cases/queue-deliveries.js';
import { RemoveOldDeliveries } from './use-cases/remove-old-deliveries.js';
import { ReplayDelivery } from './use-cases/replay-delivery.js';
import { ReplayPeriod } from './use-cases/replay-period.js';
import { ResumeDeliveries } from './use-cases/resume-deliveries.js';
import { RotateSecret } from './use-cases/rotate-secret.js';
import { SendTest } from './use-cases/send-test.js';
import { StartDelivery } from './use-cases/start-delivery.js';
import { UpdateWebhook } from './use-cases/update-webhook.js';
import { WorkOffReplay } from './use-cases/work-off-replay.js';
import { readWebhookSettings, WebhookSettings } from './webhook-settings.js';

/** Of the deliveries that one process has under way, so many may be to one endpoint. */
const DELIVERIES_TO_ONE_MAX = 6;

/** Where webhooks and their deliveries are kept. */
@Module({
  imports: [UsageRecordsModule],
  providers: [
    { provide: WebhookSettings, useFactory: () => readWebhookSettings() },
    { provide: WebhookSecrets, useFactory: () => WebhookSecrets.fromEnvironment() },
    { provide: Webhooks, useClass: PostgresWebhooks },
    { provide: Deliveries, useClass: PostgresDeliveries },
  ],
  exports: [WebhookSettings, Webhooks, Deliveries],
})
export class WebhookStoreModule {}

/** Answers what administrators ask about webhooks, and turns events into deliveries. */
@Module({
  imports: [WebhookStoreModule, WebhookQueueModule],
  controllers: [WebhooksController, WebhookDeliveriesController],
  providers: [
    { provide: UrlRules, useClass: ConfiguredUrlRules },
    WebhookEventsConsumer,
    QueueDeliveries,
    CreateWebhook,
    UpdateWebhook,
    DeleteWebhook,
    GetWebhook,
    ListWebhooks,
    RotateSecret,
    SendTest,
    StartDelivery,
    ListDeliveries,
    ReplayDelivery,
    ReplayPeriod,
  ],
})
export class WebhooksConsumerModule {}

/** Makes the deliveries. */
@Module({
  imports: [WebhookStoreModule, WebhookQueueModule],
  providers: [
    { provide: WebhookSender, useClass: HttpWebhookSender },
    {
      provide: RetrySchedule,
      inject: [WebhookSettings],
      useFactory: ({ retryDelaysMs }: WebhookSettings) => new RetrySchedule(retryDelaysMs),
    },
    { provide: EndpointGate, useFactory: () => new EndpointGate(DELIVERIES_TO_ONE_MAX) },
    DeliveryCounts,
    WebhookWorker,
    WebhookUpkeep,
    Deliver,
    WorkOffReplay,
    ResumeDeliveries,
    RemoveOldDeliveries,
  ],
})
export class WebhooksWorkerModule {}
