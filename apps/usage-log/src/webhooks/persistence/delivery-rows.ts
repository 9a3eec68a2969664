import type { WebhookDelivery, WebhookStatus } from '@code-router/contracts';
import type { DueDelivery, NewDelivery, Replay } from '../domain/deliveries.js';

/** A delivery as it is written. */
export function rowOf({ webhookId, event, cause, replayId }: NewDelivery) {
  return { webhook_id: webhookId, event_id: event.id, cause, replay_id: replayId };
}

export interface DeliveryRow {
  readonly id: string;
  readonly event_id: string;
  readonly event_type: string;
  readonly cause: WebhookDelivery['cause'];
  readonly status: WebhookDelivery['status'];
  readonly attempts: number;
  readonly http_status: number | null;
  readonly error: string | null;
  readonly duration_ms: number | null;
  readonly created_at: Date;
  readonly next_attempt_at: Date | null;
  readonly delivered_at: Date | null;
}

export function deliveryOf(row: DeliveryRow): WebhookDelivery {
  return {
    id: row.id,
    eventId: row.event_id,
    eventType: row.event_type,
    cause: row.cause,
    status: row.status,
    attempts: row.attempts,
    httpStatus: row.http_status,
    error: row.error,
    durationMs: row.duration_ms,
    createdAt: row.created_at.toISOString(),
    nextAttemptAt: row.next_attempt_at?.toISOString() ?? null,
    deliveredAt: row.delivered_at?.toISOString() ?? null,
  };
}

export interface DueRow {
  readonly id: string;
  readonly webhook_id: string;
  readonly webhook_status: WebhookStatus;
  readonly event_id: string;
  readonly event_type: string;
  readonly body: string;
  readonly cause: WebhookDelivery['cause'];
  readonly attempts: number;
  readonly created_at: Date;
  readonly next_attempt_at: Date;
}

export function dueDeliveryOf(row: DueRow): DueDelivery {
  return {
    id: row.id,
    webhookId: row.webhook_id,
    webhookStatus: row.webhook_status,
    event: { id: row.event_id, type: row.event_type, body: row.body },
    cause: row.cause,
    attempts: row.attempts,
    createdAt: row.created_at,
    nextAttemptAt: row.next_attempt_at,
  };
}

export interface ReplayRow {
  readonly id: string;
  readonly webhook_id: string;
  readonly from_time: Date;
  readonly to_time: Date;
  readonly position: string | null;
}

export function replayOf(row: ReplayRow): Replay {
  return {
    id: row.id,
    webhookId: row.webhook_id,
    from: row.from_time,
    to: row.to_time,
    position: row.position === null ? undefined : Number(row.position),
  };
}
