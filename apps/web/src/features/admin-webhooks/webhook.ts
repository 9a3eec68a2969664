import type { CreatedWebhook as CreatedWebhookMessage, UsageOutcome } from '@code-router/contracts';

export type { Webhook, WebhookDelivery } from '@code-router/contracts';
export type CreatedWebhook = CreatedWebhookMessage;

export const WEBHOOK_EVENTS = ['settled', 'released', 'orphaned'] as const satisfies readonly UsageOutcome[];

export const WEBHOOKS = '/api/webhooks';
