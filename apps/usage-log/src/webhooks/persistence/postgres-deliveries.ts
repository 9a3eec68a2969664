import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { Page, WebhookDelivery } from '@code-router/contracts';
import {
  Deliveries,
  type Attempt,
  type DeliveriesQuery,
  type DueDelivery,
  type NewDelivery,
  type Replay,
  type WebhookEvent,
} from '../domain/deliveries.js';
import {
  BEGIN_REPLAY,
  DELETE_DELIVERIES,
  DELETE_EVENTS,
  DELIVERED_SINCE,
  EVENT_OF_DELIVERY,
  FIND_DELIVERY,
  FIND_DUE,
  FIND_REPLAY,
  FIND_UNTRIED,
  GIVE_UP,
  INSERT_DELIVERIES,
  KEEP_EVENTS,
  LIST_DELIVERIES,
  LIST_OPEN_REPLAYS,
  LIST_OVERDUE,
  NOTE_ATTEMPT,
  NOTE_REPLAY,
  PUT_OFF,
} from './deliveries.sql.js';
import {
  deliveryOf,
  dueDeliveryOf,
  replayOf,
  rowOf,
  type DeliveryRow,
  type DueRow,
  type ReplayRow,
} from './delivery-rows.js';

const DELETED_TOGETHER_MAX = 5_000;

@Injectable()
export class PostgresDeliveries extends Deliveries {
  constructor(@InjectDataSource('usage-log') private readonly dataSource: DataSource) {
    super();
  }

  override async add(deliveries: readonly NewDelivery[]): Promise<readonly string[]> {
    if (deliveries.length === 0) return [];
    const events = JSON.stringify(deliveries.map(({ event }) => event));
    const rows = JSON.stringify(deliveries.map(rowOf));
    return this.dataSource.transaction(async (manager) => {
      await manager.query(KEEP_EVENTS, [events]);
      const inserted = await manager.query<{ id: string }[]>(INSERT_DELIVERIES, [rows]);
      if (inserted.length === deliveries.length) return inserted.map(({ id }) => id);
      const untried = await manager.query<{ id: string }[]>(FIND_UNTRIED, [rows]);
      return [...new Set([...inserted, ...untried].map(({ id }) => id))];
    });
  }

  override async find(id: string): Promise<WebhookDelivery | undefined> {
    const [row] = await this.dataSource.query<DeliveryRow[]>(FIND_DELIVERY, [id]);
    return row && deliveryOf(row);
  }

  override async findDue(id: string): Promise<DueDelivery | undefined> {
    const [row] = await this.dataSource.query<DueRow[]>(FIND_DUE, [id]);
    return row && dueDeliveryOf(row);
  }

  override async eventOf(webhookId: string, deliveryId: string): Promise<WebhookEvent | undefined> {
    const [event] = await this.dataSource.query<WebhookEvent[]>(EVENT_OF_DELIVERY, [webhookId, deliveryId]);
    return event;
  }

  override async list({ webhookId, status, after, limit }: DeliveriesQuery): Promise<Page<WebhookDelivery>> {
    const parameters = [webhookId, limit + 1, status ?? null, after ?? null];
    const rows = await this.dataSource.query<DeliveryRow[]>(LIST_DELIVERIES, parameters);
    const items = rows.slice(0, limit).map(deliveryOf);
    const last = items.at(-1);
    return rows.length > limit && last ? { items, nextCursor: last.id } : { items };
  }

  override async noteDelivered(delivery: DueDelivery, attempt: Attempt): Promise<void> {
    await this.note(delivery, 'delivered', attempt, null);
  }

  override async noteFailure(delivery: DueDelivery, attempt: Attempt, nextAttemptAt: Date | undefined): Promise<void> {
    await this.note(delivery, nextAttemptAt ? 'pending' : 'failed', attempt, nextAttemptAt ?? null);
  }

  override async giveUp(id: string, error: string): Promise<void> {
    await this.dataSource.query(GIVE_UP, [id, error]);
  }

  override async deliveredSince(webhookId: string, since: Date): Promise<boolean> {
    const [row] = await this.dataSource.query<{ delivered: boolean | null }[]>(DELIVERED_SINCE, [webhookId, since]);
    return row?.delivered ?? false;
  }

  override async putOff({ id, attempts }: DueDelivery, until: Date): Promise<void> {
    await this.dataSource.query(PUT_OFF, [id, until, attempts]);
  }

  override async listOverdue(before: Date, limit: number): Promise<readonly string[]> {
    const rows = await this.dataSource.query<{ id: string }[]>(LIST_OVERDUE, [before, limit]);
    return rows.map(({ id }) => id);
  }

  override async deleteBefore(time: Date): Promise<void> {
    for (const statement of [DELETE_DELIVERIES, DELETE_EVENTS]) {
      let deleted = DELETED_TOGETHER_MAX;
      while (deleted === DELETED_TOGETHER_MAX) {
        [, deleted] = await this.dataSource.query<[unknown, number]>(statement, [time, DELETED_TOGETHER_MAX]);
      }
    }
  }

  override async beginReplay(webhookId: string, from: Date, to: Date): Promise<Replay> {
    const id = randomUUID();
    await this.dataSource.query(BEGIN_REPLAY, [id, webhookId, from, to]);
    return { id, webhookId, from, to, position: undefined };
  }

  override async findReplay(id: string): Promise<Replay | undefined> {
    const [row] = await this.dataSource.query<ReplayRow[]>(FIND_REPLAY, [id]);
    return row && replayOf(row);
  }

  override async noteReplay(id: string, position: number | null): Promise<void> {
    await this.dataSource.query(NOTE_REPLAY, [id, position]);
  }

  override async listOpenReplays(): Promise<readonly string[]> {
    return (await this.dataSource.query<{ id: string }[]>(LIST_OPEN_REPLAYS)).map(({ id }) => id);
  }

  /** A test says nothing about how well a webhook gets what happens. */
  private async note(
    { id, webhookId, cause }: DueDelivery,
    status: WebhookDelivery['status'],
    { httpStatus, error, durationMs }: Attempt,
    nextAttemptAt: Date | null,
  ): Promise<void> {
    const parameters = [id, status, httpStatus, error, durationMs, nextAttemptAt, cause !== 'test', webhookId];
    await this.dataSource.query(NOTE_ATTEMPT, parameters);
  }
}
