import { IsIn, Matches } from 'class-validator';
import {
  DELIVERY_STATUSES,
  type DeliveryCause,
  type DeliveryStatus,
  type ListWebhookDeliveries,
  type Page,
  type ReplayWebhookPeriod,
  type WebhookDelivery,
  type WebhookReplay,
} from '@code-router/contracts';
import { PageQueryDto } from '../input/page.dto.js';
import { IsInstant, MayBeAbsent } from '../input/rules.js';
import { WebhookIdDto } from './webhook.dto.js';

export class WebhookDeliveryIdDto extends WebhookIdDto {
  /** The delivery's id. */
  @Matches(/^\d{1,18}$/, { message: '$property must be the id of a delivery' })
  readonly deliveryId!: string;
}

export class ListWebhookDeliveriesDto extends PageQueryDto implements Omit<ListWebhookDeliveries, 'webhookId'> {
  @MayBeAbsent()
  @IsIn(DELIVERY_STATUSES)
  readonly status?: DeliveryStatus;
}

export class ReplayWebhookPeriodDto implements Omit<ReplayWebhookPeriod, 'webhookId'> {
  /** Of the events' time; ISO 8601 with a time zone, inclusive. */
  @IsInstant()
  readonly from!: string;

  /** ISO 8601 with a time zone, exclusive; at most 31 days later. */
  @IsInstant()
  readonly to!: string;
}

/** One event on its way to one webhook, or arrived there. */
export class WebhookDeliveryDto implements WebhookDelivery {
  readonly id!: string;

  /** Also in the header `webhook-id`, by which a receiver knows an event again. */
  readonly eventId!: string;

  readonly eventType!: string;

  /** `event`: it happened; `replay`: somebody asked for it once more; `test`: somebody tried the webhook out. */
  readonly cause!: DeliveryCause;

  readonly status!: DeliveryStatus;
  readonly attempts!: number;

  /** What the last attempt was answered with. */
  readonly httpStatus!: number | null;

  /** What went wrong with the last attempt. */
  readonly error!: string | null;

  /** How long the last attempt took, in milliseconds. */
  readonly durationMs!: number | null;

  readonly createdAt!: string;
  readonly nextAttemptAt!: string | null;
  readonly deliveredAt!: string | null;
}

export class WebhookDeliveryPageDto implements Page<WebhookDelivery> {
  readonly items!: WebhookDeliveryDto[];

  /** Absent on the last page. */
  readonly nextCursor?: string;
}

/** A replay that was begun; its deliveries appear one after the other. */
export class WebhookReplayDto implements WebhookReplay {
  readonly id!: string;
  readonly from!: string;
  readonly to!: string;
}
