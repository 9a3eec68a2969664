import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { DomainError, type Page, type UsageOutcome, type Webhook, type WebhookStatus } from '@code-router/contracts';
import type { WebhookFields } from '../domain/webhook-input.js';
import {
  SecretUnreadable,
  Webhooks,
  type Endpoint,
  type Subscription,
  type WebhooksQuery,
} from '../domain/webhooks.js';
import { WebhookSecrets } from './webhook-secrets.js';
import {
  ACTIVE_SUBSCRIPTIONS,
  COUNT_BY_STATUS,
  DELETE_WEBHOOK,
  DISABLE_WEBHOOK,
  GET_ENDPOINT,
  GET_SUBSCRIPTION,
  GET_WEBHOOK,
  INSERT_WEBHOOK,
  LIST_WEBHOOKS,
  LOCK_WEBHOOKS,
  OLDEST_CREATED_AT,
  ROTATE_SECRET,
  UPDATE_WEBHOOK,
} from './webhooks.sql.js';

/** Every event is compared with every webhook. */
const WEBHOOKS_MAX = 500;

@Injectable()
export class PostgresWebhooks extends Webhooks {
  constructor(
    @InjectDataSource('usage-log') private readonly dataSource: DataSource,
    private readonly secrets: WebhookSecrets,
  ) {
    super();
  }

  override async create({ name, url, accountId, events }: WebhookFields, secret: string): Promise<Webhook> {
    const id = randomUUID();
    const parameters = [id, name, url, accountId, events, this.secrets.seal(secret, id), WEBHOOKS_MAX];
    const [row] = await this.dataSource.transaction(async (manager) => {
      await manager.query(LOCK_WEBHOOKS);
      return manager.query<WebhookRow[]>(INSERT_WEBHOOK, parameters);
    });
    if (row) return webhookOf(row);
    throw new DomainError('conflict', `There are ${WEBHOOKS_MAX} webhooks, which is the most there can be.`);
  }

  override async get(id: string): Promise<Webhook | undefined> {
    const [row] = await this.dataSource.query<WebhookRow[]>(GET_WEBHOOK, [id]);
    return row && webhookOf(row);
  }

  override async list({ accountId, status, after, limit }: WebhooksQuery): Promise<Page<Webhook>> {
    const [createdAt, id] = after?.split(' ') ?? [];
    const parameters = [limit + 1, accountId ?? null, status ?? null, createdAt ?? null, id ?? null];
    const rows = await this.dataSource.query<WebhookRow[]>(LIST_WEBHOOKS, parameters);
    const items = rows.slice(0, limit).map(webhookOf);
    const last = items.at(-1);
    return rows.length > limit && last ? { items, nextCursor: `${last.createdAt} ${last.id}` } : { items };
  }

  override async update(id: string, changes: Partial<WebhookFields>): Promise<Webhook | undefined> {
    const { name, url, events, status } = changes;
    const parameters = [id, name ?? null, url ?? null, events ?? null, status ?? null];
    const [rows] = await this.dataSource.query<[WebhookRow[], number]>(UPDATE_WEBHOOK, parameters);
    return rows[0] && webhookOf(rows[0]);
  }

  override async delete(id: string): Promise<boolean> {
    const [, count] = await this.dataSource.query<[unknown, number]>(DELETE_WEBHOOK, [id]);
    return count > 0;
  }

  override async rotateSecret(id: string, secret: string, overlapHours: number): Promise<Date | undefined> {
    const parameters = [id, this.secrets.seal(secret, id), overlapHours];
    const [rows] = await this.dataSource.query<[{ previous_secret_until: Date }[], number]>(ROTATE_SECRET, parameters);
    return rows[0]?.previous_secret_until;
  }

  override async disable(id: string, reason: string): Promise<boolean> {
    const [, count] = await this.dataSource.query<[unknown, number]>(DISABLE_WEBHOOK, [id, reason]);
    return count > 0;
  }

  override async endpoint(id: string): Promise<Endpoint | undefined> {
    const [row] = await this.dataSource.query<EndpointRow[]>(GET_ENDPOINT, [id]);
    if (!row) return undefined;
    const sealed = row.previous_secret ? [row.secret, row.previous_secret] : [row.secret];
    return { id, url: row.url, secrets: sealed.map((secret) => this.open(secret, id)) };
  }

  override async activeSubscriptions(): Promise<readonly Subscription[]> {
    return (await this.dataSource.query<SubscriptionRow[]>(ACTIVE_SUBSCRIPTIONS)).map(subscriptionOf);
  }

  override async subscription(id: string): Promise<Subscription | undefined> {
    const [row] = await this.dataSource.query<SubscriptionRow[]>(GET_SUBSCRIPTION, [id]);
    return row && subscriptionOf(row);
  }

  override async oldestCreatedAt(): Promise<Date | undefined> {
    const [row] = await this.dataSource.query<{ oldest: Date | null }[]>(OLDEST_CREATED_AT);
    return row?.oldest ?? undefined;
  }

  override async countByStatus(): Promise<Readonly<Record<WebhookStatus, number>>> {
    const rows = await this.dataSource.query<{ status: WebhookStatus; count: number }[]>(COUNT_BY_STATUS);
    const counts = Object.fromEntries(rows.map(({ status, count }) => [status, count]));
    return { active: counts['active'] ?? 0, disabled: counts['disabled'] ?? 0 };
  }

  private open(sealed: Buffer, id: string): string {
    try {
      return this.secrets.open(sealed, id);
    } catch (error) {
      const reason = 'its secret cannot be read with this CODE_ROUTER_ENCRYPTION_KEY; rotate it, or set the former key';
      throw new SecretUnreadable(reason, { cause: error });
    }
  }
}

interface WebhookRow {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly account_id: string | null;
  readonly events: UsageOutcome[];
  readonly status: WebhookStatus;
  readonly disabled_reason: string | null;
  readonly created_at: Date;
  readonly last_delivery_at: Date | null;
  readonly consecutive_failures: number;
}

interface EndpointRow {
  readonly url: string;
  readonly secret: Buffer;
  readonly previous_secret: Buffer | null;
}

interface SubscriptionRow {
  readonly id: string;
  readonly account_id: string | null;
  readonly events: string[];
  readonly active_since: Date;
}

function webhookOf(row: WebhookRow): Webhook {
  return {
    id: row.id,
    name: row.name,
    url: row.url,
    accountId: row.account_id,
    events: row.events,
    status: row.status,
    disabledReason: row.disabled_reason,
    createdAt: row.created_at.toISOString(),
    lastDeliveryAt: row.last_delivery_at?.toISOString() ?? null,
    consecutiveFailures: row.consecutive_failures,
  };
}

function subscriptionOf(row: SubscriptionRow): Subscription {
  return { id: row.id, accountId: row.account_id, events: row.events, activeSince: row.active_since };
}
