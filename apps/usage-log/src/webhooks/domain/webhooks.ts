import type { Page, Webhook, WebhookStatus } from '@code-router/contracts';
import type { WebhookFields } from './webhook-input.js';

/** A webhook with what only this service knows of it. */
export interface Endpoint {
  readonly id: string;
  readonly url: string;
  /** The current one first; the one of before as long as it signs as well. */
  readonly secrets: readonly string[];
}

/** The secret of a webhook cannot be decrypted, so nothing can be signed with it. */
export class SecretUnreadable extends Error {
  override readonly name = 'SecretUnreadable';
}

/** What decides whether an event is for a webhook. */
export interface Subscription {
  readonly id: string;
  readonly accountId: string | null;
  readonly events: readonly string[];
  /** It gets what happened since; it was made or made active again then. */
  readonly activeSince: Date;
}

export interface WebhooksQuery {
  readonly accountId?: string | undefined;
  readonly status?: WebhookStatus | undefined;
  /** The `createdAt` and the id of the last webhook of the page before. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/** The kept webhooks. Methods that name one resolve to undefined when there is none of that id. */
export abstract class Webhooks {
  /** @throws DomainError `conflict` when there are too many; `service_unavailable` without a key to encrypt secrets with. */
  abstract create(fields: WebhookFields, secret: string): Promise<Webhook>;
  abstract get(id: string): Promise<Webhook | undefined>;
  /** Newest first. */
  abstract list(query: WebhooksQuery): Promise<Page<Webhook>>;
  abstract update(id: string, changes: Partial<WebhookFields>): Promise<Webhook | undefined>;
  /** With all its deliveries. */
  abstract delete(id: string): Promise<boolean>;
  /** @returns until when the secret of before signs as well. */
  abstract rotateSecret(id: string, secret: string, overlapHours: number): Promise<Date | undefined>;
  /** @returns whether it was active until now. */
  abstract disable(id: string, reason: string): Promise<boolean>;

  /** @throws SecretUnreadable */
  abstract endpoint(id: string): Promise<Endpoint | undefined>;
  abstract activeSubscriptions(): Promise<readonly Subscription[]>;
  /** One webhook, active or not. */
  abstract subscription(id: string): Promise<Subscription | undefined>;
  /** When the oldest was made; undefined when there is none. */
  abstract oldestCreatedAt(): Promise<Date | undefined>;
  abstract countByStatus(): Promise<Readonly<Record<WebhookStatus, number>>>;
}
