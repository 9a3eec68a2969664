import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { ChannelTry, MultiplierSource, Page, UsageOutcome, UsageRecord } from '@code-router/contracts';
import type { TokenUsage, UnitUsage } from '@code-router/money';
import { PriceTermsTextDto } from '../pricing/price.dto.js';

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

/** How many pieces of each class; an absent class is zero. */
export class UnitUsageDto implements UnitUsage {
  readonly webSearchCall?: number;
  readonly fileSearchCall?: number;
  readonly codeInterpreterCall?: number;
  readonly image?: number;
  readonly speechSecond?: number;
  readonly transcriptionSecond?: number;
}

/** One try at a channel. */
export class ChannelTryDto implements ChannelTry {
  readonly channelId!: string;
  readonly channelName!: string;

  /** With which of its keys: the key's label, or its last characters; absent when the channel needs none. */
  readonly providerKey?: string;

  /** `answered`, or the code of the error that it ended with. */
  readonly result!: string;

  /** Absent when the provider did not answer. */
  readonly httpStatus?: number;

  readonly durationMs!: number;
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

  @ApiPropertyOptional({ type: [ChannelTryDto] })
  readonly tries?: readonly ChannelTryDto[];

  readonly tokens!: TokenUsageDto;

  /** Part of the output tokens, for information. */
  readonly reasoningTokens!: number;

  /** What is priced by the piece; absent when there was none. */
  readonly units?: UnitUsageDto;

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

  /** What the provider asks for it, in nanos; absent when that is not known. */
  readonly costNanos?: string;

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

  /** True when the request was also reported as orphaned, before its settlement came after all; absent otherwise. */
  readonly correctsOrphan?: boolean;
}

export class UsageRecordDetailsDto extends UsageRecordDto {
  /** What was given back of its amount, which stays what the request cost; null when the ledger does not answer. */
  readonly refundedNanos!: string | null;
}

export class UsageRecordPageDto implements Page<UsageRecord> {
  @ApiProperty({ type: [UsageRecordDto] })
  readonly items!: readonly UsageRecordDto[];

  /** Absent on the last page. */
  readonly nextCursor?: string;
}
