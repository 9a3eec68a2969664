import {
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsInt,
  IsString,
  Length,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import {
  WEBHOOK_STATUSES,
  type CreatedWebhook,
  type CreateWebhook,
  type ListWebhooks,
  type Page,
  type RotatedWebhookSecret,
  type RotateWebhookSecret,
  type UpdateWebhook,
  type UsageOutcome,
  type Webhook,
  type WebhookStatus,
} from '@code-router/contracts';
import { PageQueryDto } from '../input/page.dto.js';
import { HasNoControlCharacters, IsId, MayBeAbsent, MayBeNull } from '../input/rules.js';

const OUTCOMES: readonly UsageOutcome[] = ['settled', 'released', 'orphaned'];
const NAME_LENGTH_MAX = 100;
const URL_LENGTH_MAX = 2_000;
const OVERLAP_HOURS_MAX = 168;

export class WebhookIdDto {
  /** The webhook's id. */
  @IsId()
  readonly id!: string;
}

export class ListWebhooksDto extends PageQueryDto implements ListWebhooks {
  /** Only those of this account. */
  @MayBeAbsent()
  @IsId()
  readonly accountId?: string;

  @MayBeAbsent()
  @IsIn(WEBHOOK_STATUSES)
  readonly status?: WebhookStatus;
}

export class CreateWebhookDto implements CreateWebhook {
  /**
   * For people.
   * @example Billing
   */
  @IsString()
  @Length(1, NAME_LENGTH_MAX)
  @HasNoControlCharacters()
  readonly name!: string;

  /**
   * Where events are POSTed to. https, and no private address, unless the operator allows both.
   * @example https://billing.example.com/usage
   */
  @IsString()
  @MaxLength(URL_LENGTH_MAX)
  readonly url!: string;

  /** Whose events it gets; null or absent for those of every account. */
  @MayBeNull()
  @IsId()
  readonly accountId?: string | null;

  /** Which events it gets. */
  @IsArray()
  @ArrayMinSize(1)
  @ArrayUnique()
  @IsIn(OUTCOMES, { each: true })
  readonly events!: UsageOutcome[];
}

/** What of a webhook can be changed. What is absent stays as it is. */
export class UpdateWebhookDto implements Omit<UpdateWebhook, 'id'> {
  @MayBeAbsent()
  @IsString()
  @Length(1, NAME_LENGTH_MAX)
  @HasNoControlCharacters()
  readonly name?: string;

  @MayBeAbsent()
  @IsString()
  @MaxLength(URL_LENGTH_MAX)
  readonly url?: string;

  @MayBeAbsent()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayUnique()
  @IsIn(OUTCOMES, { each: true })
  readonly events?: UsageOutcome[];

  /** A webhook that is made active again gets what happens from now on; replay the period that it missed. */
  @MayBeAbsent()
  @IsIn(WEBHOOK_STATUSES)
  readonly status?: WebhookStatus;
}

export class RotateWebhookSecretDto implements Omit<RotateWebhookSecret, 'id'> {
  /** For how many hours the secret of before signs as well; 24 when absent, 0 for not at all. */
  @MayBeAbsent()
  @IsInt()
  @Min(0)
  @Max(OVERLAP_HOURS_MAX)
  readonly overlapHours?: number;
}

/** Somebody who gets usage events by HTTP. */
export class WebhookDto implements Webhook {
  readonly id!: string;
  readonly name!: string;
  readonly url!: string;

  /** Whose events it gets; null for those of every account. */
  readonly accountId!: string | null;

  readonly events!: UsageOutcome[];
  readonly status!: WebhookStatus;

  /** Why it was disabled, when its failures are the reason. */
  readonly disabledReason!: string | null;

  readonly createdAt!: string;

  /** When it last took an event. */
  readonly lastDeliveryAt!: string | null;

  /** Attempts that failed since. */
  readonly consecutiveFailures!: number;
}

export class CreatedWebhookDto extends WebhookDto implements CreatedWebhook {
  /** What events are signed with; shown this once. */
  readonly secret!: string;
}

export class WebhookPageDto implements Page<Webhook> {
  readonly items!: WebhookDto[];

  /** Absent on the last page. */
  readonly nextCursor?: string;
}

export class RotatedWebhookSecretDto implements RotatedWebhookSecret {
  /** Shown this once. */
  readonly secret!: string;

  /** Until then every event is signed with both secrets. */
  readonly previousSecretUntil!: string;
}

export class WebhookDeletedDto {
  readonly deleted!: true;
}
