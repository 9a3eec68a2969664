import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsString, Length, Matches } from 'class-validator';
import type { MultiplierOverride, MultiplierPair, Page } from '@code-router/contracts';
import { IsMultiplier, MayBeAbsent } from '../input/rules.js';

const KINDS = ['group-pair', 'model-in-group'] as const;

/** A pair that a multiplier is for. */
export class MultiplierPairDto implements MultiplierPair {
  /** `group-pair` needs `accountGroup` and `keyGroup`; `model-in-group` needs `model` and `group`. */
  @IsIn(KINDS)
  readonly kind!: MultiplierOverride['kind'];

  @MayBeAbsent()
  @IsString()
  @Length(1, 200)
  readonly accountGroup?: string;

  @MayBeAbsent()
  @IsString()
  @Length(1, 200)
  readonly keyGroup?: string;

  /** The model's name. */
  @MayBeAbsent()
  @IsString()
  @Length(1, 200)
  readonly model?: string;

  @MayBeAbsent()
  @IsString()
  @Length(1, 200)
  readonly group?: string;
}

/** A multiplier for a pair. Exactly one of `multiplier` and `multiplierMillionths` says it. */
export class PutMultiplierDto extends MultiplierPairDto {
  /**
   * What prices are multiplied by.
   * @example 0.85
   */
  @MayBeAbsent()
  @IsMultiplier()
  readonly multiplier?: string;

  /** The same in millionths: 1000000 is a multiplier of one. */
  @MayBeAbsent()
  @Matches(/^\d{1,13}$/, { message: '$property must be a whole number of millionths as a decimal string' })
  readonly multiplierMillionths?: string;
}

export class MultiplierDto implements MultiplierOverride {
  readonly kind!: MultiplierOverride['kind'];

  /** Of a `group-pair`. */
  readonly accountGroup?: string;

  /** Of a `group-pair`. */
  readonly keyGroup?: string;

  /** The name of the model, of a `model-in-group`. */
  readonly model?: string;

  /** Of a `model-in-group`. */
  readonly group?: string;

  /** 1000000 is a multiplier of one. */
  readonly multiplierMillionths!: string;
}

export class MultiplierPageDto implements Page<MultiplierOverride> {
  @ApiProperty({ type: [MultiplierDto] })
  readonly items!: readonly MultiplierDto[];

  /** Absent on the last page. */
  readonly nextCursor?: string;
}
