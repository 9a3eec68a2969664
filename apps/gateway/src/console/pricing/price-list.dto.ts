import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsBoolean, IsIn, IsString, MaxLength } from 'class-validator';
import {
  PRICE_LIST_FORMATS,
  type ImportPriceListReply,
  type PriceListChange,
  type PriceListExportFormat,
  type PriceListFormat,
} from '@code-router/contracts';
import { HasNoControlCharacters, MayBeAbsent } from '../input/rules.js';

const EXPORT_FORMATS = ['code-router-json', 'code-router-csv'] as const;
const KINDS = ['created', 'priced', 'updated', 'unchanged', 'skipped'] as const;
/** What a body of this route has room for: `body-limits.ts`. */
const CONTENT_LENGTH_MAX = 8_000_000;

export class ImportPriceListDto {
  /** `litellm` is LiteLLM's price map, `openrouter` the answer of OpenRouter's list of models. */
  @IsIn(PRICE_LIST_FORMATS)
  @ApiProperty({ enum: PRICE_LIST_FORMATS })
  readonly format!: PriceListFormat;

  /** The text of the list. */
  @IsString()
  @MaxLength(CONTENT_LENGTH_MAX)
  readonly content!: string;

  /** True: the answer says what would change, and nothing is changed. */
  @IsBoolean()
  readonly dryRun!: boolean;

  /** Only these models of the list; all of them when absent. */
  @MayBeAbsent()
  @IsArray()
  @ArrayMaxSize(20_000)
  @IsString({ each: true })
  readonly only?: string[];

  /** Why the prices change. */
  @MayBeAbsent()
  @IsString()
  @MaxLength(2_000)
  @HasNoControlCharacters()
  readonly note?: string;

  /** A list with prices that may be slips is refused unless this is true; the dry run says which they are. */
  @MayBeAbsent()
  @IsBoolean()
  readonly confirmed?: boolean;
}

export class ImportStarterCatalogDto {
  /** True: the answer says what would change, and nothing is changed. */
  @IsBoolean()
  readonly dryRun!: boolean;
}

export class ExportPriceListDto {
  @IsIn(EXPORT_FORMATS)
  @ApiProperty({ enum: EXPORT_FORMATS })
  readonly format!: PriceListExportFormat;
}

export class PriceListTextDto {
  /** The text of the list, as an import takes it. */
  readonly content!: string;
}

export class PriceListChangeDto implements PriceListChange {
  readonly model!: string;

  /** `priced`: it has a new price, and maybe a changed profile; `updated`: its profile alone changed. */
  @ApiProperty({ enum: KINDS })
  readonly kind!: PriceListChange['kind'];

  /** What differs, or why it was skipped. */
  @ApiProperty({ type: [String] })
  readonly differences!: readonly string[];
}

export class PriceListCountsDto {
  readonly created!: number;
  readonly priced!: number;
  readonly updated!: number;
  readonly unchanged!: number;
  readonly skipped!: number;
}

export class ImportPriceListReplyDto implements ImportPriceListReply {
  /** False after a dry run, and when there was nothing to change. */
  readonly applied!: boolean;

  /** How many models of each kind the list has. */
  readonly counts!: PriceListCountsDto;

  /** What changes comes first, then what was skipped; at most 1,000 are told. */
  @ApiProperty({ type: [PriceListChangeDto] })
  readonly changes!: readonly PriceListChangeDto[];

  /** The models whose price may be a slip: the import needs `confirmed`. */
  @ApiProperty({ type: [String] })
  readonly unconfirmed!: readonly string[];
}
