import { ApiProperty } from '@nestjs/swagger';
import type { ProviderKeyStatus } from '../../channels/domain/provider-key.js';
import { ProviderKeyNameDto } from './provider-key.dto.js';

const REASONS = ['failed_repeatedly', 'all_keys_resting', 'no_enabled_key'] as const;
export type ChannelHealthReason = (typeof REASONS)[number];

/** How a key did at this gateway. */
export class ProviderKeyHealthDto extends ProviderKeyNameDto {
  /** `disabled`: it gets no requests; `resting`: the provider limits or refuses it, and other keys are used before it. */
  @ApiProperty({ enum: ['healthy', 'failing', 'resting', 'disabled'] })
  readonly state!: 'healthy' | 'failing' | 'resting' | 'disabled';

  readonly status!: ProviderKeyStatus;

  /** The status of the provider's answers that it was disabled for automatically; null unless it was. */
  @ApiProperty({ type: Number, nullable: true })
  readonly disabledFor!: number | null;

  /** ISO 8601. */
  @ApiProperty({ type: String, nullable: true })
  readonly restsUntil!: string | null;

  readonly consecutiveFailures!: number;

  /** ISO 8601. */
  @ApiProperty({ type: String, nullable: true })
  readonly lastUsedAt!: string | null;

  /** ISO 8601. */
  @ApiProperty({ type: String, nullable: true })
  readonly lastSuccessAt!: string | null;

  /** ISO 8601. */
  @ApiProperty({ type: String, nullable: true })
  readonly lastErrorAt!: string | null;

  @ApiProperty({ type: String, nullable: true })
  readonly lastErrorCode!: string | null;

  /** What the provider answered then; null when it did not. */
  @ApiProperty({ type: Number, nullable: true })
  readonly lastErrorStatus!: number | null;

  /** Since when the provider refuses it, ISO 8601; null: it does not. */
  @ApiProperty({ type: String, nullable: true })
  readonly refusedAt!: string | null;

  /** Calls of the last 15 minutes at this gateway, and how many of them failed. */
  readonly requests!: number;
  readonly failures!: number;
}

export class ChannelHealthDto {
  readonly channelId!: string;

  /**
   * `resting`: it failed several times in a row, or all of its keys rest, and is tried last for a while; `unusable`: none of
   * its keys is enabled, and it gets no requests.
   */
  @ApiProperty({ enum: ['healthy', 'failing', 'resting', 'unusable'] })
  readonly state!: 'healthy' | 'failing' | 'resting' | 'unusable';

  /** Why it is tried last, or not at all; null when it is neither. */
  @ApiProperty({ enum: REASONS, nullable: true })
  readonly reason!: ChannelHealthReason | null;

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

  /** Since when the provider refuses every key of the channel, ISO 8601; null: it does not. */
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

  /** In the order of the channel's keys. */
  @ApiProperty({ type: [ProviderKeyHealthDto] })
  readonly keys!: readonly ProviderKeyHealthDto[];
}

export class ChannelHealthListDto {
  @ApiProperty({ type: [ChannelHealthDto] })
  readonly items!: readonly ChannelHealthDto[];
}
