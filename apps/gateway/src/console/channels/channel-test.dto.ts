import { ApiProperty } from '@nestjs/swagger';
import { IsString, Length } from 'class-validator';
import type { TokenUsage } from '@code-router/money';
import { IsId, MayBeAbsent } from '../input/rules.js';
import { ChannelIdDto } from './channel.dto.js';
import { ProviderKeyNameDto } from './provider-key.dto.js';

export class TestKeysDto {
  /** One of the channel's models; its first when absent. */
  @MayBeAbsent()
  @IsString()
  @Length(1, 200)
  readonly model?: string;
}

export class TestChannelDto extends TestKeysDto {
  /** One of the channel's keys, enabled or not; the next one in turn when absent. */
  @MayBeAbsent()
  @IsId()
  readonly keyId?: string;
}

/** How one small request went that nobody paid for. */
export class ChannelTestDto {
  readonly ok!: boolean;

  /** The model that was asked. */
  readonly model!: string;

  /** The key that it was sent with; null when the channel has none. */
  @ApiProperty({ type: ProviderKeyNameDto, nullable: true })
  readonly key!: ProviderKeyNameDto | null;

  /** Whether the key had been disabled because the provider refused it, and is enabled again since it does no more. */
  readonly isKeyEnabledAgain!: boolean;

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

export class ChannelTestListDto {
  /** One for each key, in their order. */
  @ApiProperty({ type: [ChannelTestDto] })
  readonly items!: readonly ChannelTestDto[];
}

export class ChannelDeletedDto extends ChannelIdDto {
  readonly deleted!: true;
}
