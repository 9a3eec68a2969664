import { defineNotice, defineRequest } from './message.js';
import type { Page, PageRequest } from './page.js';
import type { UsageOutcome } from './usage-event.js';

export const WEBHOOK_STATUSES = ['active', 'disabled'] as const;
export type WebhookStatus = (typeof WEBHOOK_STATUSES)[number];

export const DELIVERY_STATUSES = ['pending', 'delivered', 'failed'] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** Why something is delivered: it happened, somebody asked for it once more, or somebody tries the webhook out. */
export type DeliveryCause = 'event' | 'replay' | 'test';

/** Somebody who gets usage events by HTTP. The secret that they are signed with is never shown again. */
export interface Webhook {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  /** Whose events it gets; null for those of every account. */
  readonly accountId: string | null;
  readonly events: readonly UsageOutcome[];
  readonly status: WebhookStatus;
  /** A sentence for people when it was disabled because of its failures; null otherwise. */
  readonly disabledReason: string | null;
  readonly createdAt: string;
  /** When it last took an event. */
  readonly lastDeliveryAt: string | null;
  /** Attempts that failed since. */
  readonly consecutiveFailures: number;
}

/** With the secret, `whsec_` and 32 bytes in base64, in the answer to whoever made it. */
export type CreatedWebhook = Webhook & { readonly secret: string };

export interface CreateWebhook {
  readonly name: string;
  /** Where to POST to; https unless private addresses are allowed. */
  readonly url: string;
  readonly accountId?: string | null;
  readonly events: readonly UsageOutcome[];
}

/** What is absent stays as it is. Making it active again forgets its failures. */
export interface UpdateWebhook {
  readonly id: string;
  readonly name?: string;
  readonly url?: string;
  readonly events?: readonly UsageOutcome[];
  readonly status?: WebhookStatus;
}

export interface ListWebhooks extends PageRequest {
  readonly accountId?: string;
  readonly status?: WebhookStatus;
}

export interface RotateWebhookSecret {
  readonly id: string;
  /** For how long the secret of before signs as well, 0 to 168; 24 when absent. */
  readonly overlapHours?: number;
}

export interface RotatedWebhookSecret {
  readonly secret: string;
  /** Until then the secret of before signs as well. */
  readonly previousSecretUntil: string;
}

/** One event on its way to one webhook, or arrived there. */
export interface WebhookDelivery {
  readonly id: string;
  /** Also the header `webhook-id`, by which receivers know an event again. */
  readonly eventId: string;
  readonly eventType: string;
  readonly cause: DeliveryCause;
  readonly status: DeliveryStatus;
  readonly attempts: number;
  /** What the last attempt was answered with. */
  readonly httpStatus: number | null;
  /** What went wrong with the last attempt. */
  readonly error: string | null;
  readonly durationMs: number | null;
  readonly createdAt: string;
  readonly nextAttemptAt: string | null;
  readonly deliveredAt: string | null;
}

export interface ListWebhookDeliveries extends PageRequest {
  readonly webhookId: string;
  readonly status?: DeliveryStatus;
}

export interface ReplayWebhookPeriod {
  readonly webhookId: string;
  /** Of the events' `time`; ISO 8601, inclusive. */
  readonly from: string;
  /** ISO 8601, exclusive. */
  readonly to: string;
}

/** A replay that was begun; its deliveries appear one after the other. */
export interface WebhookReplay {
  readonly id: string;
  readonly from: string;
  readonly to: string;
}

interface WebhookId {
  readonly id: string;
}

export const WebhookMessages = {
  list: defineRequest<ListWebhooks, Page<Webhook>>('usage-log.webhooks.list'),
  get: defineRequest<WebhookId, Webhook>('usage-log.webhooks.get'),
  create: defineRequest<CreateWebhook, CreatedWebhook>('usage-log.webhooks.create'),
  update: defineRequest<UpdateWebhook, Webhook>('usage-log.webhooks.update'),
  delete: defineRequest<WebhookId, { readonly deleted: true }>('usage-log.webhooks.delete'),
  rotateSecret: defineRequest<RotateWebhookSecret, RotatedWebhookSecret>('usage-log.webhooks.rotate-secret'),
  test: defineRequest<WebhookId, WebhookDelivery>('usage-log.webhooks.test'),
  listDeliveries: defineRequest<ListWebhookDeliveries, Page<WebhookDelivery>>('usage-log.webhooks.deliveries.list'),
  replayDelivery: defineRequest<{ readonly webhookId: string; readonly deliveryId: string }, WebhookDelivery>(
    'usage-log.webhooks.deliveries.replay',
  ),
  replayPeriod: defineRequest<ReplayWebhookPeriod, WebhookReplay>('usage-log.webhooks.replay'),
} as const;

export const WebhookNotices = {
  /** A webhook was made, changed or removed. */
  changed: defineNotice<Record<string, never>>('usage-log.webhooks-changed'),
  /** A webhook was disabled because of its failures. */
  disabled: defineNotice<{ readonly id: string; readonly name: string; readonly reason: string }>(
    'usage-log.webhook-disabled',
  ),
} as const;
