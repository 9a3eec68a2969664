import { ApiProperty } from '@nestjs/swagger';
import { IsString, Length, Matches, MaxLength } from 'class-validator';
import type { Group, Page } from '@code-router/contracts';
import { HasNoControlCharacters, IsMultiplier, MayBeAbsent } from '../input/rules.js';

/** A group. Exactly one of `multiplier` and `multiplierMillionths` says its multiplier. */
export class PutGroupDto {
  /**
   * A group of this name is replaced.
   * @example vip
   */
  @IsString()
  @Length(1, 200)
  readonly name!: string;

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

  /** For people. */
  @MayBeAbsent()
  @IsString()
  @MaxLength(2_000)
  @HasNoControlCharacters()
  readonly description?: string;
}

export class GroupDto implements Group {
  readonly name!: string;

  /** 1000000 is a multiplier of one. */
  readonly multiplierMillionths!: string;

  readonly description!: string;
}

export class GroupPageDto implements Page<Group> {
  @ApiProperty({ type: [GroupDto] })
  readonly items!: readonly GroupDto[];

  /** Absent on the last page. */
  readonly nextCursor?: string;
}
