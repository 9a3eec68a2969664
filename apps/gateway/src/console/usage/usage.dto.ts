import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsString, MaxLength } from 'class-validator';
import type {
  ListUsageRecords,
  ListUsageRollups,
  MultiplierSource,
  Page,
  UsageOutcome,
  UsageRecord,
  UsageRollup,
} from '@code-router/contracts';
import type { TokenUsage } from '@code-router/money';
import { PageQueryDto } from '../input/page.dto.js';
import { IsId, IsInstant, MayBeAbsent } from '../input/rules.js';
import { PriceTermsTextDto } from '../pricing/price.dto.js';

const GRANULARITIES = ['hour', 'day'] as const;

export class ListUsageRecordsDto extends PageQueryDto implements ListUsageRecords {
  @MayBeAbsent()
  @IsId()
  readonly accountId?: string;

  @MayBeAbsent()
  @IsId()
  readonly keyId?: string;

  /** The model that was asked for. */
  @MayBeAbsent()
  @IsString()
  @MaxLength(200)
  readonly model?: string;

  /** The `x-request-id` of an answer. */
  @MayBeAbsent()
  @IsString()
  @MaxLength(200)
  readonly requestId?: string;
}

export class ListUsageRollupsDto implements ListUsageRollups {
  @IsId()
  readonly accountId!: string;

  /** How long a bucket is. */
  @IsIn(GRANULARITIES)
  readonly granularity!: 'hour' | 'day';

  /** ISO 8601 with a time zone, inclusive. */
  @IsInstant()
  readonly from!: string;

  /** ISO 8601 with a time zone, exclusive. */
  @IsInstant()
  readonly to!: string;
}

/** How many tokens of each class; an absent class is zero. The classes are disjoint. */
export class TokenUsageDto implements TokenUsage {
  readonly input?: number;
  readonly cachedInput?: number;
  readonly cacheWrite5m?: number;
  readonly cacheWrite1h?: number;
  readonly inputImage?: number;
  readonly inputAudio?: number;

  /** With reasoning. */
  readonly output?: number;

  readonly outputAudio?: number;
}

/** What one request used and what it cost. The amount can be recomputed from tokens, terms and multiplier. */
export class UsageRecordDto implements UsageRecord {
  readonly id!: string;

  /** How the reservation ended; `orphaned`: its gateway died, and what was delivered until then is charged. */
  readonly outcome!: UsageOutcome;

  readonly reservationId!: string;
  readonly requestId!: string;
  readonly accountId!: string;
  readonly keyId!: string;
  readonly keyName!: string;
  readonly endpoint!: string;
  readonly stream!: boolean;
  readonly modelAsked!: string;

  /** What the provider says it answered with; absent when it never answered. */
  readonly modelServed?: string;

  readonly channelId?: string;
  readonly channelName?: string;
  readonly upstreamRequestId?: string;

  /** How many channels were tried. */
  readonly attempts!: number;

  readonly tokens!: TokenUsageDto;

  /** Part of the output tokens, for information. */
  readonly reasoningTokens!: number;

  /** True when the provider sent no usage and the tokens were counted here. */
  readonly estimated!: boolean;

  readonly priceVersionId!: string;

  /** The price as it was when the request was admitted. */
  readonly terms!: PriceTermsTextDto;

  /** 1000000 is a multiplier of one. */
  readonly multiplierMillionths!: string;

  readonly multiplierSource!: MultiplierSource;

  /** What it cost, in nanos. */
  readonly amountNanos!: string;

  readonly finishReason?: string;

  /** The status that the client got, or would have got. */
  readonly httpStatus!: number;

  readonly errorCode?: string;
  readonly clientDisconnected!: boolean;

  /** ISO 8601. */
  readonly startedAt!: string;

  /** ISO 8601. */
  readonly completedAt!: string;

  readonly latencyMs!: number;

  /** Until the first byte of the answer; absent when none came. */
  readonly firstByteMs?: number;

  readonly clientIp?: string;
  readonly userAgent?: string;

  /** When the log took it down. ISO 8601. */
  readonly recordedAt!: string;
}

export class UsageRecordPageDto implements Page<UsageRecord> {
  @ApiProperty({ type: [UsageRecordDto] })
  readonly items!: readonly UsageRecordDto[];

  /** Absent on the last page. */
  readonly nextCursor?: string;
}

/** The sums of one bucket for one account, key, model and channel. */
export class UsageRollupDto implements UsageRollup {
  /** When the bucket begins. ISO 8601. */
  readonly bucket!: string;

  readonly accountId!: string;
  readonly keyId!: string;
  readonly model!: string;

  /** Null for requests that reached no channel. */
  readonly channelId!: string | null;

  readonly requests!: number;
  readonly failures!: number;
  readonly inputTokens!: string;
  readonly outputTokens!: string;

  /** In nanos. */
  readonly amountNanos!: string;
}

export class UsageRollupsDto {
  @ApiProperty({ type: [UsageRollupDto] })
  readonly rollups!: readonly UsageRollupDto[];
}
