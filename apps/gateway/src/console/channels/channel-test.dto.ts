import { ApiProperty } from '@nestjs/swagger';
import { IsString, Length } from 'class-validator';
import type { TokenUsage } from '@code-router/money';
import { MayBeAbsent } from '../input/rules.js';
import { ChannelIdDto } from './channel.dto.js';

export class TestChannelDto {
  /** One of the channel's models; its first when absent. */
  @MayBeAbsent()
  @IsString()
  @Length(1, 200)
  readonly model?: string;
}

/** How one small request went that nobody paid for. */
export class ChannelTestDto {
  readonly ok!: boolean;

  /** The model that was asked. */
  readonly model!: string;

  /** Until the whole answer was there. */
  readonly latencyMs!: number;

  /** Until its head was there; null when none came. */
  @ApiProperty({ type: Number, nullable: true })
  readonly firstByteMs!: number | null;

  /** What the provider answered with; null when it did not. */
  @ApiProperty({ type: Number, nullable: true })
  readonly httpStatus!: number | null;

  @ApiProperty({ type: String, nullable: true })
  readonly errorCode!: string | null;

  /** What went wrong, in the provider's own words where it had some. */
  @ApiProperty({ type: String, nullable: true })
  readonly message!: string | null;

  /** By class, as the provider reported them. */
  @ApiProperty({ type: 'object', additionalProperties: { type: 'number' } })
  readonly tokens!: TokenUsage;

  /** What a request like it costs an account of the first group that the channel serves; null without a price. */
  @ApiProperty({ type: String, nullable: true })
  readonly amountNanos!: string | null;

  /** What the provider asks for it; null when its share of the list price is not known. */
  @ApiProperty({ type: String, nullable: true })
  readonly costNanos!: string | null;
}

export class ChannelHealthDto {
  readonly channelId!: string;

  /** `resting`: it failed several times in a row, and is tried last for a while. */
  @ApiProperty({ enum: ['healthy', 'failing', 'resting'] })
  readonly state!: 'healthy' | 'failing' | 'resting';

  readonly consecutiveFailures!: number;

  /** ISO 8601. */
  @ApiProperty({ type: String, nullable: true })
  readonly restsUntil!: string | null;

  @ApiProperty({ type: String, nullable: true })
  readonly lastErrorCode!: string | null;

  /** ISO 8601. */
  @ApiProperty({ type: String, nullable: true })
  readonly lastErrorAt!: string | null;

  /** ISO 8601. */
  @ApiProperty({ type: String, nullable: true })
  readonly lastSuccessAt!: string | null;

  /** Since when the provider refuses the channel's key, ISO 8601; null: it does not. */
  @ApiProperty({ type: String, nullable: true })
  readonly keyRefusedAt!: string | null;

  /** Calls of the last 15 minutes at this gateway, and how many of them failed. */
  readonly requests!: number;
  readonly failures!: number;

  /** How long whole answers took, of those that came; null when none did. */
  @ApiProperty({ type: Number, nullable: true })
  readonly latencyMsP50!: number | null;

  @ApiProperty({ type: Number, nullable: true })
  readonly latencyMsP95!: number | null;
}

export class ChannelHealthListDto {
  @ApiProperty({ type: [ChannelHealthDto] })
  readonly items!: readonly ChannelHealthDto[];
}

export class ChannelDeletedDto extends ChannelIdDto {
  readonly deleted!: true;
}
