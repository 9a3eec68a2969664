import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsInt,
  IsObject,
  IsString,
  Length,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import type { Page } from '@code-router/contracts';
import {
  CHANNEL_LIMITS,
  type ChannelModelInput,
  type CreateChannelInput,
  type UpdateChannelInput,
} from '../../channels/domain/channel-input.js';
import {
  CHANNEL_STATUSES,
  PROVIDER_NAMES,
  type ChannelModel,
  type ChannelStatus,
  type ChannelSummary,
  type ChannelTimeouts,
  type ProviderName,
} from '../../channels/domain/channel.js';
import { PROVIDER_KEY_LIMITS } from '../../channels/domain/provider-key-input.js';
import { IsId, MayBeAbsent, MayBeNull } from '../input/rules.js';
import { ProviderKeyDto } from './provider-key.dto.js';

const { nameLengthMax, modelsMax, modelNameLengthMax, groupsMax, timeoutMsMin, timeoutMsMax } = CHANNEL_LIMITS;

const SETTING_SCHEMA = { oneOf: [{ type: 'string' }, { type: 'number' }] };

export class ChannelIdDto {
  /** The channel's id. */
  @IsId()
  readonly id!: string;
}

export class ChannelModelInputDto implements ChannelModelInput {
  /**
   * What clients ask for.
   * @example gpt-4o-mini
   */
  @IsString()
  @Length(1, modelNameLengthMax)
  readonly name!: string;

  /** What the provider calls it; the same when absent. */
  @MayBeAbsent()
  @IsString()
  @Length(1, modelNameLengthMax)
  readonly upstreamName?: string;
}

export class ChannelTimeoutsInputDto implements Partial<ChannelTimeouts> {
  /** Milliseconds until the connection to the provider stands. */
  @MayBeAbsent()
  @IsInt()
  @Min(timeoutMsMin)
  @Max(timeoutMsMax)
  readonly connectMs?: number;

  /** Milliseconds until the first byte of the answer. */
  @MayBeAbsent()
  @IsInt()
  @Min(timeoutMsMin)
  @Max(timeoutMsMax)
  readonly firstByteMs?: number;

  /** Milliseconds between two bytes of the answer. */
  @MayBeAbsent()
  @IsInt()
  @Min(timeoutMsMin)
  @Max(timeoutMsMax)
  readonly idleMs?: number;
}

/** What of a channel may be absent, when it is entered and when it is edited. */
class ChannelFieldsDto {
  /**
   * Where the provider's API begins. Moving a channel that has a key to another server needs the key again.
   * @example https://api.openai.com/v1
   */
  @MayBeAbsent()
  @IsString()
  @MaxLength(2_000)
  readonly baseUrl?: string;

  /**
   * The provider's key, where the channel has one; '' removes it. It is stored encrypted and never shown again. A channel of
   * several keys is refused it: they are changed one at a time, below /keys.
   */
  @MayBeAbsent()
  @IsString()
  @MaxLength(PROVIDER_KEY_LIMITS.lengthMax)
  readonly apiKey?: string;

  /** The groups that it serves; null for all. */
  @MayBeNull()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(groupsMax)
  @IsString({ each: true })
  readonly groups?: string[] | null;

  /** Channels of a higher priority are tried first; 0 for a new channel when absent. */
  @MayBeAbsent()
  @IsInt()
  readonly priority?: number;

  /** Its share among the channels of the same priority; 1 for a new channel when absent. */
  @MayBeAbsent()
  @IsInt()
  @Min(1)
  readonly weight?: number;

  /** Disabled channels get no requests. */
  @MayBeAbsent()
  @IsIn(CHANNEL_STATUSES)
  readonly status?: ChannelStatus;

  @MayBeAbsent()
  @IsObject()
  @ValidateNested()
  @Type(() => ChannelTimeoutsInputDto)
  readonly timeouts?: ChannelTimeoutsInputDto;

  /** What only its provider understands, as numbers and texts; the demo provider knows `chunkDelayMs`. */
  @MayBeAbsent()
  @IsObject()
  @ApiProperty({ additionalProperties: SETTING_SCHEMA })
  readonly settings?: Record<string, string | number>;

  /**
   * What the provider asks, in millionths of the list price before group multipliers; null when it is not known. Usage
   * records then tell what a request cost, beside what it was sold for.
   * @example 800000
   */
  @MayBeNull()
  @IsString()
  @MaxLength(20)
  readonly costMultiplierMillionths?: string | null;
}

export class CreateChannelDto extends ChannelFieldsDto implements CreateChannelInput {
  /**
   * Unique among channels.
   * @example openai-main
   */
  @IsString()
  @Length(1, nameLengthMax)
  readonly name!: string;

  /** The dialect that the provider speaks; `demo` is built in and needs neither URL nor key. */
  @IsIn(PROVIDER_NAMES)
  readonly provider!: ProviderName;

  /** The models that the channel offers; at least one. */
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(modelsMax)
  @ValidateNested({ each: true })
  @Type(() => ChannelModelInputDto)
  readonly models!: ChannelModelInputDto[];
}

/** What of a channel can be changed. What is absent stays as it is. */
export class UpdateChannelDto extends ChannelFieldsDto implements UpdateChannelInput {
  /**
   * Unique among channels.
   * @example openai-main
   */
  @MayBeAbsent()
  @IsString()
  @Length(1, nameLengthMax)
  readonly name?: string;

  /** The models that the channel offers; at least one. */
  @MayBeAbsent()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(modelsMax)
  @ValidateNested({ each: true })
  @Type(() => ChannelModelInputDto)
  readonly models?: ChannelModelInputDto[];
}

export class ChannelModelDto implements ChannelModel {
  /** What clients ask for. */
  readonly name!: string;

  /** What the provider calls it. */
  readonly upstreamName!: string;
}

export class ChannelTimeoutsDto implements ChannelTimeouts {
  /** Milliseconds until the connection to the provider stands. */
  readonly connectMs!: number;

  /** Milliseconds until the first byte of the answer. */
  readonly firstByteMs!: number;

  /** Milliseconds between two bytes of the answer. */
  readonly idleMs!: number;
}

export class ChannelDto implements ChannelSummary {
  readonly id!: string;
  readonly name!: string;
  readonly provider!: ProviderName;

  /** Where the provider's API begins; '' for the demo provider. */
  readonly baseUrl!: string;

  /** Enough of its first key to recognise it by; null when there is none. */
  readonly apiKeyHint!: string | null;

  /** The provider's keys, the oldest first, without their secrets. Requests are shared among those that are enabled. */
  @ApiProperty({ type: [ProviderKeyDto] })
  readonly keys!: readonly ProviderKeyDto[];

  @ApiProperty({ type: [ChannelModelDto] })
  readonly models!: readonly ChannelModelDto[];

  /** The groups that it serves; null for all. */
  @ApiProperty({ type: [String], nullable: true })
  readonly groups!: readonly string[] | null;

  /** Channels of a higher priority are tried first. */
  readonly priority!: number;

  /** Its share among the channels of the same priority. */
  readonly weight!: number;

  readonly status!: ChannelStatus;
  readonly timeouts!: ChannelTimeoutsDto;

  /** What only its provider understands. */
  @ApiProperty({ additionalProperties: SETTING_SCHEMA })
  readonly settings!: Readonly<Record<string, string | number>>;

  /** What the provider asks, in millionths of the list price before group multipliers; null when it is not known. */
  @ApiProperty({ type: String, nullable: true })
  readonly costMultiplierMillionths!: string | null;

  /** ISO 8601. */
  readonly createdAt!: string;
}

export class ChannelPageDto implements Page<ChannelSummary> {
  @ApiProperty({ type: [ChannelDto] })
  readonly items!: readonly ChannelDto[];

  /** Absent on the last page. */
  readonly nextCursor?: string;
}
