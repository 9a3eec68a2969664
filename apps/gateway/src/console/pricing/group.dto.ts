import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsString, Length, Matches, MaxLength } from 'class-validator';
import type { KeptGroup, Page } from '@code-router/contracts';
import { HasNoControlCharacters, IsMultiplier, MayBeAbsent, MayBeNull } from '../input/rules.js';

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

  /**
   * The account groups whose keys may choose it; null for all of them, none when absent. Accounts of the group itself
   * always may. A key that uses it and no longer may is refused until it chooses another group.
   */
  @MayBeNull()
  @IsArray()
  @ArrayMaxSize(1_000)
  @IsString({ each: true })
  readonly choosableBy?: string[] | null;
}

export class ListChoosableGroupsDto {
  /** The group that an account belongs to. */
  @IsString()
  @Length(1, 200)
  readonly accountGroup!: string;
}

export class GroupDto implements KeptGroup {
  readonly name!: string;

  /** 1000000 is a multiplier of one. */
  readonly multiplierMillionths!: string;

  readonly description!: string;

  /** The account groups whose keys may choose it; null for all of them. */
  @ApiProperty({ type: [String], nullable: true })
  readonly choosableBy!: readonly string[] | null;
}

export class ChoosableGroupsDto {
  /** Sorted by name. */
  @ApiProperty({ type: [GroupDto] })
  readonly groups!: readonly GroupDto[];
}

export class GroupPageDto implements Page<KeptGroup> {
  @ApiProperty({ type: [GroupDto] })
  readonly items!: readonly GroupDto[];

  /** Absent on the last page. */
  readonly nextCursor?: string;
}
