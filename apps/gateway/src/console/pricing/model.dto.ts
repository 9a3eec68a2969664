import { ApiProperty } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsString,
  Length,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import {
  MODALITIES,
  type CreateModel,
  type Modality,
  type Model,
  type Page,
  type UpdateModel,
} from '@code-router/contracts';
import { HasNoControlCharacters, MayBeAbsent, MayBeNull } from '../input/rules.js';

/** More tokens than any model reads, and within a 32-bit integer. */
const TOKENS_MAX = 2_000_000_000;
const WORDS_MAX = 50;

/** What may be said about a model, and need not be. */
class ModelDetailsDto {
  /** For people; the name when a model is entered without it. */
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

  /** For people, in a sentence or two. */
  @MayBeAbsent()
  @IsString()
  @MaxLength(4_000)
  @HasNoControlCharacters()
  readonly description?: string;

  /**
   * Words that the catalogue is filtered by.
   * @example ["fast", "code"]
   */
  @MayBeAbsent()
  @IsArray()
  @ArrayMaxSize(WORDS_MAX)
  @IsString({ each: true })
  readonly tags?: string[];

  /** What it can read; text when absent. */
  @MayBeAbsent()
  @IsArray()
  @ArrayMinSize(1)
  @IsIn(MODALITIES, { each: true })
  @ApiProperty({ enum: MODALITIES, isArray: true, required: false })
  readonly inputModalities?: Modality[];

  /** What it can write; text when absent. */
  @MayBeAbsent()
  @IsArray()
  @ArrayMinSize(1)
  @IsIn(MODALITIES, { each: true })
  @ApiProperty({ enum: MODALITIES, isArray: true, required: false })
  readonly outputModalities?: Modality[];

  /**
   * The paths that it can be called on; `/v1/chat/completions` when absent.
   * @example ["/v1/chat/completions"]
   */
  @MayBeAbsent()
  @IsArray()
  @ArrayMaxSize(WORDS_MAX)
  @IsString({ each: true })
  readonly endpoints?: string[];

  /** Other names that it answers to; unique among all names and aliases. */
  @MayBeAbsent()
  @IsArray()
  @ArrayMaxSize(WORDS_MAX)
  @IsString({ each: true })
  readonly aliases?: string[];

  /** Whether it can be used; true when absent. */
  @MayBeAbsent()
  @IsBoolean()
  readonly enabled?: boolean;

  /** The groups that may use it; null or absent for all. */
  @MayBeNull()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @IsString({ each: true })
  readonly visibleTo?: string[] | null;
}

export class CreateModelDto extends ModelDetailsDto implements CreateModel {
  /**
   * What clients ask for.
   * @example gpt-4o-mini
   */
  @IsString()
  @Length(1, 200)
  readonly name!: string;

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
}

/** What is absent stays as it is. A name cannot be changed: prices and usage records refer to it. */
export class UpdateModelDto extends ModelDetailsDto implements UpdateModel {
  /** Which model: its name, not an alias. */
  @IsString()
  @Length(1, 200)
  readonly name!: string;

  /** The most tokens that input and output may have together. */
  @MayBeAbsent()
  @IsInt()
  @Min(1)
  @Max(TOKENS_MAX)
  readonly contextWindow?: number;

  /** The most tokens that the model may write. */
  @MayBeAbsent()
  @IsInt()
  @Min(1)
  @Max(TOKENS_MAX)
  readonly maxOutputTokens?: number;
}

export class GetModelDto {
  /** The model's name. */
  @IsString()
  @Length(1, 200)
  readonly name!: string;
}

export class ModelDto implements Model {
  readonly id!: string;

  /** What clients ask for. */
  readonly name!: string;

  readonly displayName!: string;
  readonly vendor!: string;
  readonly description!: string;

  @ApiProperty({ type: [String] })
  readonly tags!: readonly string[];

  /** What it can read. */
  @ApiProperty({ enum: MODALITIES, isArray: true })
  readonly inputModalities!: readonly Modality[];

  /** What it can write. */
  @ApiProperty({ enum: MODALITIES, isArray: true })
  readonly outputModalities!: readonly Modality[];

  /** The paths that it can be called on. */
  @ApiProperty({ type: [String] })
  readonly endpoints!: readonly string[];

  /** Other names that it answers to. */
  @ApiProperty({ type: [String] })
  readonly aliases!: readonly string[];

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
