import { ApiProperty, OmitType } from '@nestjs/swagger';
import { IsIn, IsString, Length, MaxLength } from 'class-validator';
import {
  MODALITIES,
  MULTIPLIER_SOURCES,
  type CatalogModel,
  type Modality,
  type MultiplierSource,
  type PriceVersion,
} from '@code-router/contracts';
import { IsId, MayBeAbsent } from '../input/rules.js';
import { GroupDto } from '../pricing/group.dto.js';
import { ModelDto } from '../pricing/model.dto.js';
import { PriceTermsTextDto, PriceVersionDto } from '../pricing/price.dto.js';

/** Through whose eyes the catalogue is read. */
export class ViewerQueryDto {
  /** An account that the session is a member of; its first one when absent. */
  @MayBeAbsent()
  @IsId()
  readonly accountId?: string;

  /** For administrators: the account group to look as. */
  @MayBeAbsent()
  @IsString()
  @Length(1, 200)
  readonly accountGroup?: string;
}

/** Whose prices. */
export class PricedForQueryDto extends ViewerQueryDto {
  /** A group that keys of the viewer's account may choose; the account's own when absent. */
  @MayBeAbsent()
  @IsString()
  @Length(1, 200)
  readonly group?: string;
}

export class CatalogQueryDto extends PricedForQueryDto {
  /** Words that name, display name, vendor, description or tags must contain, each of them, in any case. */
  @MayBeAbsent()
  @IsString()
  @MaxLength(200)
  readonly search?: string;

  @MayBeAbsent()
  @IsString()
  @Length(1, 200)
  readonly vendor?: string;

  @MayBeAbsent()
  @IsString()
  @Length(1, 200)
  readonly tag?: string;

  /** What it can read or write. */
  @MayBeAbsent()
  @IsIn(MODALITIES)
  @ApiProperty({ enum: MODALITIES, required: false })
  readonly modality?: Modality;

  /** @example /v1/chat/completions */
  @MayBeAbsent()
  @IsString()
  @Length(1, 200)
  readonly endpoint?: string;
}

export class CatalogModelQueryDto extends PricedForQueryDto {
  /** The model's name, or an alias of it. */
  @IsString()
  @Length(1, 200)
  readonly name!: string;
}

/** A model as a group sees it: with its price in force, and what the group pays. */
export class CatalogModelDto extends OmitType(ModelDto, ['id', 'enabled', 'visibleTo']) implements CatalogModel {
  readonly priceVersionId!: string;

  /** Before the multiplier. */
  readonly terms!: PriceTermsTextDto;

  /** 1000000 is a multiplier of one. */
  readonly multiplierMillionths!: string;

  @ApiProperty({ enum: MULTIPLIER_SOURCES })
  readonly multiplierSource!: MultiplierSource;

  /** The same in a sentence for people, which names the groups and the multiplier. */
  readonly multiplierExplanation!: string;

  /** Whether the price is a placeholder that nobody has confirmed. */
  readonly isPlaceholder!: boolean;
}

export class CatalogDto {
  /** It grows with every change of a price, a model or a group. */
  readonly catalogVersion!: number;

  /** The group that the prices are for. */
  readonly accountGroup!: string;

  /** The group that was asked for; null: the account's own. */
  @ApiProperty({ type: String, nullable: true })
  readonly keyGroup!: string | null;

  /** Sorted by name. */
  @ApiProperty({ type: [CatalogModelDto] })
  readonly models!: readonly CatalogModelDto[];
}

export class CatalogGroupsDto {
  /** The viewer's own group. */
  readonly accountGroup!: string;

  /** The groups that their keys may choose, their own included; sorted by name. */
  @ApiProperty({ type: [GroupDto] })
  readonly groups!: readonly GroupDto[];
}

/** What a model cost, costs or will cost; who entered it and why is the operator's business. */
export class PublicPriceVersionDto
  extends OmitType(PriceVersionDto, ['author', 'note'])
  implements Omit<PriceVersion, 'author' | 'note'> {}

export class CatalogModelDetailsDto {
  readonly model!: CatalogModelDto;

  /** Newest first, those to come included; before the multiplier. */
  @ApiProperty({ type: [PublicPriceVersionDto] })
  readonly history!: readonly PublicPriceVersionDto[];
}
