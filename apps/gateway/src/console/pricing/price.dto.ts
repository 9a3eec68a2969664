import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsInt,
  IsObject,
  IsString,
  Length,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import type { Page, PriceVersion } from '@code-router/contracts';
import type { PriceTermsText, RatesText, UnitPricesText } from '@code-router/money';
import { PageQueryDto } from '../input/page.dto.js';
import { HasNoControlCharacters, IsCredits, IsInstant, IsNanos, MayBeAbsent } from '../input/rules.js';

/** More tiers than any price list has. */
const TIERS_MAX = 20;

/** Nanos per 1,000,000 tokens of each class. A class without a rate costs what plain input or output costs. */
export class RatesDto implements RatesText {
  /** Plain text that the model reads. */
  @MayBeAbsent()
  @IsNanos()
  readonly input?: string;

  /** Input that the provider had in its cache. */
  @MayBeAbsent()
  @IsNanos()
  readonly cachedInput?: string;

  /** Input that the provider keeps in its cache for five minutes. */
  @MayBeAbsent()
  @IsNanos()
  readonly cacheWrite5m?: string;

  /** Input that the provider keeps in its cache for an hour. */
  @MayBeAbsent()
  @IsNanos()
  readonly cacheWrite1h?: string;

  /** Images that the model reads. */
  @MayBeAbsent()
  @IsNanos()
  readonly inputImage?: string;

  /** Audio that the model reads. */
  @MayBeAbsent()
  @IsNanos()
  readonly inputAudio?: string;

  /** What the model writes, reasoning included. */
  @MayBeAbsent()
  @IsNanos()
  readonly output?: string;

  /** Audio that the model speaks. */
  @MayBeAbsent()
  @IsNanos()
  readonly outputAudio?: string;
}

export class PriceTierDto {
  /** The rates below replace all others when a request has more input tokens than this. */
  @IsInt()
  @Min(1)
  readonly aboveInputTokens!: number;

  @IsObject()
  @ValidateNested()
  @Type(() => RatesDto)
  readonly rates!: RatesDto;
}

/** Nanos for each piece. What is not named costs nothing. */
export class UnitPricesDto implements UnitPricesText {
  /** Each web search that the model makes. */
  @MayBeAbsent()
  @IsNanos()
  readonly webSearchCall?: string;

  /** Each search in files. */
  @MayBeAbsent()
  @IsNanos()
  readonly fileSearchCall?: string;

  /** Each use of the code interpreter. */
  @MayBeAbsent()
  @IsNanos()
  readonly codeInterpreterCall?: string;

  /** Each image that is made. */
  @MayBeAbsent()
  @IsNanos()
  readonly image?: string;

  /** Each second of speech that is made. */
  @MayBeAbsent()
  @IsNanos()
  readonly speechSecond?: string;

  /** Each second of sound that is written down. */
  @MayBeAbsent()
  @IsNanos()
  readonly transcriptionSecond?: string;
}

/** A price in nanos. */
export class PriceTermsDto {
  @IsObject()
  @ValidateNested()
  @Type(() => RatesDto)
  readonly rates!: RatesDto;

  /** Nanos for each call, whatever its tokens; none when absent. */
  @MayBeAbsent()
  @IsNanos()
  readonly perCallNanos?: string;

  /** Other rates for long contexts; none when absent. */
  @MayBeAbsent()
  @IsArray()
  @ArrayMaxSize(TIERS_MAX)
  @ValidateNested({ each: true })
  @Type(() => PriceTierDto)
  readonly tiers?: PriceTierDto[];

  /** What is priced by the piece; nothing when absent. */
  @MayBeAbsent()
  @IsObject()
  @ValidateNested()
  @Type(() => UnitPricesDto)
  readonly units?: UnitPricesDto;
}

/** Credits per 1,000,000 tokens of each class, such as "2.5". A class without a rate costs what plain input or output costs. */
export class CreditRatesDto implements RatesText {
  /** Plain text that the model reads. */
  @MayBeAbsent()
  @IsCredits()
  readonly input?: string;

  /** Input that the provider had in its cache. */
  @MayBeAbsent()
  @IsCredits()
  readonly cachedInput?: string;

  /** Input that the provider keeps in its cache for five minutes. */
  @MayBeAbsent()
  @IsCredits()
  readonly cacheWrite5m?: string;

  /** Input that the provider keeps in its cache for an hour. */
  @MayBeAbsent()
  @IsCredits()
  readonly cacheWrite1h?: string;

  /** Images that the model reads. */
  @MayBeAbsent()
  @IsCredits()
  readonly inputImage?: string;

  /** Audio that the model reads. */
  @MayBeAbsent()
  @IsCredits()
  readonly inputAudio?: string;

  /** What the model writes, reasoning included. */
  @MayBeAbsent()
  @IsCredits()
  readonly output?: string;

  /** Audio that the model speaks. */
  @MayBeAbsent()
  @IsCredits()
  readonly outputAudio?: string;
}

export class CreditPriceTierDto {
  /** The rates below replace all others when a request has more input tokens than this. */
  @IsInt()
  @Min(1)
  readonly aboveInputTokens!: number;

  @IsObject()
  @ValidateNested()
  @Type(() => CreditRatesDto)
  readonly rates!: CreditRatesDto;
}

/** Credits for each piece, such as "0.01". What is not named costs nothing. */
export class CreditUnitPricesDto implements UnitPricesText {
  /** Each web search that the model makes. */
  @MayBeAbsent()
  @IsCredits()
  readonly webSearchCall?: string;

  /** Each search in files. */
  @MayBeAbsent()
  @IsCredits()
  readonly fileSearchCall?: string;

  /** Each use of the code interpreter. */
  @MayBeAbsent()
  @IsCredits()
  readonly codeInterpreterCall?: string;

  /** Each image that is made. */
  @MayBeAbsent()
  @IsCredits()
  readonly image?: string;

  /** Each second of speech that is made. */
  @MayBeAbsent()
  @IsCredits()
  readonly speechSecond?: string;

  /** Each second of sound that is written down. */
  @MayBeAbsent()
  @IsCredits()
  readonly transcriptionSecond?: string;
}

/** A price in credits, as providers print theirs. */
export class CreditPriceTermsDto {
  @IsObject()
  @ValidateNested()
  @Type(() => CreditRatesDto)
  readonly rates!: CreditRatesDto;

  /** Credits for each call, whatever its tokens; none when absent. */
  @MayBeAbsent()
  @IsCredits()
  readonly perCallCredits?: string;

  /** Other rates for long contexts; none when absent. */
  @MayBeAbsent()
  @IsArray()
  @ArrayMaxSize(TIERS_MAX)
  @ValidateNested({ each: true })
  @Type(() => CreditPriceTierDto)
  readonly tiers?: CreditPriceTierDto[];

  /** What is priced by the piece; nothing when absent. */
  @MayBeAbsent()
  @IsObject()
  @ValidateNested()
  @Type(() => CreditUnitPricesDto)
  readonly units?: CreditUnitPricesDto;
}

/** A price version. Exactly one of `terms` and `termsCredits` says the price. */
export class CreatePriceVersionDto {
  /**
   * The model's name.
   * @example gpt-4o-mini
   */
  @IsString()
  @Length(1, 200)
  readonly model!: string;

  /** The price in nanos. */
  @MayBeAbsent()
  @IsObject()
  @ValidateNested()
  @Type(() => PriceTermsDto)
  readonly terms?: PriceTermsDto;

  /** The price in credits. */
  @MayBeAbsent()
  @IsObject()
  @ValidateNested()
  @Type(() => CreditPriceTermsDto)
  readonly termsCredits?: CreditPriceTermsDto;

  /** From when it is in force, ISO 8601 with a time zone; at once when absent. */
  @MayBeAbsent()
  @IsInstant()
  readonly effectiveFrom?: string;

  /** Why the price changes. */
  @MayBeAbsent()
  @IsString()
  @MaxLength(2_000)
  @HasNoControlCharacters()
  readonly note?: string;

  /** Whether it is a placeholder that is still to be confirmed; false when absent. */
  @MayBeAbsent()
  @IsBoolean()
  readonly isPlaceholder?: boolean;

  /**
   * A change of any amount by more than 20 times, or from or to free of charge, is refused unless this is true: it is
   * most often a rate per thousand tokens, or per token, by mistake.
   */
  @MayBeAbsent()
  @IsBoolean()
  readonly confirmed?: boolean;
}

export class ListPriceVersionsDto extends PageQueryDto {
  /** The model's name. */
  @IsString()
  @Length(1, 200)
  readonly model!: string;
}

/** A price in nanos. */
export class PriceTermsTextDto implements PriceTermsText {
  readonly rates!: RatesDto;

  /** Nanos for each call, whatever its tokens. */
  readonly perCallNanos!: string;

  /** Other rates for long contexts. */
  @ApiProperty({ type: [PriceTierDto] })
  readonly tiers!: readonly PriceTierDto[];

  /** What is priced by the piece; absent when nothing is. */
  readonly units?: UnitPricesDto;
}

export class PriceVersionDto implements PriceVersion {
  readonly id!: string;

  /** The model's name. */
  readonly model!: string;

  readonly terms!: PriceTermsTextDto;

  /** From when it is in force, until a later version is. ISO 8601. */
  readonly effectiveFrom!: string;

  /** ISO 8601. */
  readonly createdAt!: string;

  /** Who entered it. */
  readonly author!: string;

  /** Why the price changed. */
  readonly note!: string;

  /** Whether it is a placeholder that nobody has confirmed. */
  readonly isPlaceholder!: boolean;
}

export class PriceVersionPageDto implements Page<PriceVersion> {
  @ApiProperty({ type: [PriceVersionDto] })
  readonly items!: readonly PriceVersionDto[];

  /** Absent on the last page. */
  readonly nextCursor?: string;
}
