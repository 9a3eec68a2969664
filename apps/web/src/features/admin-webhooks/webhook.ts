/** A webhook as `/api/webhooks` shows it. */
export interface Webhook {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  /** Null: of all accounts. */
  readonly accountId: string | null;
  readonly events: readonly WebhookEvent[];
  readonly status: 'active' | 'disabled';
  readonly disabledReason: string | null;
  readonly createdAt: string;
  readonly lastDeliveryAt: string | null;
  readonly consecutiveFailures: number;
}

/** The secret is only in the answer to create and to rotate. */
export interface CreatedWebhook extends Webhook {
  readonly secret: string;
}

export const WEBHOOK_EVENTS = ['settled', 'released', 'orphaned'] as const;
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

export interface Delivery {
  readonly id: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly status: 'pending' | 'delivered' | 'failed';
  readonly attempts: number;
  readonly httpStatus: number | null;
  readonly error: string | null;
  readonly durationMs: number | null;
  readonly createdAt: string;
  readonly nextAttemptAt: string | null;
  readonly deliveredAt: string | null;
}

export const WEBHOOKS = '/api/webhooks';
