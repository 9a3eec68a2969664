import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsString, Length, MaxLength } from 'class-validator';
import {
  PROVIDER_KEY_LIMITS,
  type AddProviderKeyInput,
  type UpdateProviderKeyInput,
} from '../../channels/domain/provider-key-input.js';
import {
  PROVIDER_KEY_STATUSES,
  type ProviderKeyStatus,
  type ProviderKeySummary,
} from '../../channels/domain/provider-key.js';
import { IsId, MayBeAbsent, MayBeNull } from '../input/rules.js';

const { lengthMax, labelLengthMax } = PROVIDER_KEY_LIMITS;

export class ProviderKeyPathDto {
  /** The channel's id. */
  @IsId()
  readonly id!: string;

  /** The id of one of its keys. */
  @IsId()
  readonly keyId!: string;
}

export class AddProviderKeyDto implements AddProviderKeyInput {
  /** The provider's key. It is stored encrypted and never shown again. */
  @IsString()
  @Length(1, lengthMax)
  readonly apiKey!: string;

  /**
   * What it is called, in lists and in the records of requests.
   * @example team account
   */
  @MayBeNull()
  @IsString()
  @Length(1, labelLengthMax)
  readonly label?: string | null;
}

/** What of a key can be changed. What is absent stays as it is. */
export class UpdateProviderKeyDto implements UpdateProviderKeyInput {
  /** Replaces the key. One that was disabled because the provider refused it is enabled by that. */
  @MayBeAbsent()
  @IsString()
  @MaxLength(lengthMax)
  readonly apiKey?: string;

  /** What it is called; null for nothing. */
  @MayBeNull()
  @IsString()
  @Length(1, labelLengthMax)
  readonly label?: string | null;

  /** A disabled key gets no requests; `active` also ends the rest of one that is limited or refused. */
  @MayBeAbsent()
  @IsIn(PROVIDER_KEY_STATUSES)
  readonly status?: ProviderKeyStatus;
}

/** How people tell a key from others. */
export class ProviderKeyNameDto {
  readonly id!: string;

  @ApiProperty({ type: String, nullable: true })
  readonly label!: string | null;

  /** Enough of it to recognise it by, such as `sk-…abcd`. */
  readonly hint!: string;
}

export class ProviderKeyDto extends ProviderKeyNameDto implements ProviderKeySummary {
  readonly status!: ProviderKeyStatus;

  /** The status of the provider's answers that it was disabled for automatically; null unless it was. */
  @ApiProperty({ type: Number, nullable: true })
  readonly disabledFor!: number | null;

  /** ISO 8601; null while it is enabled. */
  @ApiProperty({ type: String, nullable: true })
  readonly disabledAt!: string | null;

  /** When its present secret was entered, ISO 8601. */
  readonly enteredAt!: string;
}

export class ProviderKeyRemovedDto extends ProviderKeyPathDto {
  readonly removed!: true;
}
