import type { DeliveryCause, DeliveryStatus, Page, WebhookDelivery } from '@code-router/contracts';

/** What is sent: an event as it was published, or a test. */
export interface WebhookEvent {
  readonly id: string;
  readonly type: string;
  /** JSON. */
  readonly body: string;
}

/** A delivery that is not there yet. */
export interface NewDelivery {
  readonly webhookId: string;
  readonly event: WebhookEvent;
  readonly cause: DeliveryCause;
  /** The replay of a period that it belongs to. */
  readonly replayId?: string;
}

/** A delivery and what is needed to make the next attempt at it. */
export interface DueDelivery {
  readonly id: string;
  readonly webhookId: string;
  readonly webhookStatus: 'active' | 'disabled';
  readonly event: WebhookEvent;
  readonly cause: DeliveryCause;
  readonly attempts: number;
  readonly createdAt: Date;
  readonly nextAttemptAt: Date;
}

/** What came of one attempt. */
export interface Attempt {
  readonly httpStatus: number | null;
  /** Null when the endpoint took it. */
  readonly error: string | null;
  readonly durationMs: number;
}

export interface DeliveriesQuery {
  readonly webhookId: string;
  readonly status?: DeliveryStatus | undefined;
  readonly after?: string | undefined;
  readonly limit: number;
}

/** A replay of a period, and how far it has come. */
export interface Replay {
  readonly id: string;
  readonly webhookId: string;
  readonly from: Date;
  readonly to: Date;
  /** The last position of the event log that was looked at; undefined at the beginning. */
  readonly position: number | undefined;
}

/** The deliveries: what is on its way, and the log of what was. */
export abstract class Deliveries {
  /**
   * Adds those that are not there yet: an event goes to a webhook once, and once more in each replay.
   *
   * @returns the ids of all that are due and were never tried, those that were there already included.
   */
  abstract add(deliveries: readonly NewDelivery[]): Promise<readonly string[]>;
  abstract find(id: string): Promise<WebhookDelivery | undefined>;
  /** Undefined when it is done, or gone. */
  abstract findDue(id: string): Promise<DueDelivery | undefined>;
  /** Of a delivery of this webhook, for another one of it. */
  abstract eventOf(webhookId: string, deliveryId: string): Promise<WebhookEvent | undefined>;
  /** Newest first. */
  abstract list(query: DeliveriesQuery): Promise<Page<WebhookDelivery>>;

  /** Notes an attempt that succeeded, with its webhook. */
  abstract noteDelivered(delivery: DueDelivery, attempt: Attempt): Promise<void>;
  /** Notes an attempt that failed, with its webhook; without another attempt the delivery has failed. */
  abstract noteFailure(delivery: DueDelivery, attempt: Attempt, nextAttemptAt: Date | undefined): Promise<void>;
  /** Ends a delivery without an attempt. */
  abstract giveUp(id: string, error: string): Promise<void>;
  /** Whether its webhook took anything since a time. */
  abstract deliveredSince(webhookId: string, since: Date): Promise<boolean>;

  /** Makes one that its endpoint has no room for yet due later. */
  abstract putOff(delivery: DueDelivery, until: Date): Promise<void>;
  /** Those that should have been tried by a time, so many of each webhook at most, its longest overdue first. */
  abstract listOverdue(before: Date, limit: number): Promise<readonly string[]>;
  /** Removes what was done with before a time. */
  abstract deleteBefore(time: Date): Promise<void>;

  abstract beginReplay(webhookId: string, from: Date, to: Date): Promise<Replay>;
  /** Undefined when it is done, or its webhook gone. */
  abstract findReplay(id: string): Promise<Replay | undefined>;
  /** `position` is null when it is done. */
  abstract noteReplay(id: string, position: number | null): Promise<void>;
  abstract listOpenReplays(): Promise<readonly string[]>;
}
