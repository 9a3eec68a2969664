import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsInt, IsString, Length, Max, MaxLength, Min } from 'class-validator';
import type { CreateModel, Model, Page } from '@code-router/contracts';
import { HasNoControlCharacters, MayBeAbsent, MayBeNull } from '../input/rules.js';

/** More tokens than any model reads, and within a 32-bit integer. */
const TOKENS_MAX = 2_000_000_000;

export class CreateModelDto implements CreateModel {
  /**
   * What clients ask for.
   * @example gpt-4o-mini
   */
  @IsString()
  @Length(1, 200)
  readonly name!: string;

  /** For people; the name when absent. */
  @MayBeAbsent()
  @IsString()
  @MaxLength(200)
  @HasNoControlCharacters()
  readonly displayName?: string;

  /**
   * Who made the model.
   * @example OpenAI
   */
  @MayBeAbsent()
  @IsString()
  @MaxLength(200)
  @HasNoControlCharacters()
  readonly vendor?: string;

  /** The most tokens that input and output may have together. */
  @IsInt()
  @Min(1)
  @Max(TOKENS_MAX)
  readonly contextWindow!: number;

  /** The most tokens that the model may write. */
  @IsInt()
  @Min(1)
  @Max(TOKENS_MAX)
  readonly maxOutputTokens!: number;

  /** The groups that may use it; null or absent for all. */
  @MayBeNull()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @IsString({ each: true })
  readonly visibleTo?: string[] | null;
}

export class ModelDto implements Model {
  readonly id!: string;

  /** What clients ask for. */
  readonly name!: string;

  readonly displayName!: string;
  readonly vendor!: string;

  /** The most tokens that input and output may have together. */
  readonly contextWindow!: number;

  /** The most tokens that the model may write. */
  readonly maxOutputTokens!: number;

  readonly enabled!: boolean;

  /** The groups that may use it; null for all. */
  @ApiProperty({ type: [String], nullable: true })
  readonly visibleTo!: readonly string[] | null;

  /** ISO 8601. */
  readonly createdAt!: string;
}

export class ModelPageDto implements Page<Model> {
  @ApiProperty({ type: [ModelDto] })
  readonly items!: readonly ModelDto[];

  /** Absent on the last page. */
  readonly nextCursor?: string;
}
