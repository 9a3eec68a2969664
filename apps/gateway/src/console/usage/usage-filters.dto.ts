import { IntersectionType, OmitType, PickType } from '@nestjs/swagger';
import { IsIn, IsString, Matches, MaxLength } from 'class-validator';
import {
  USAGE_EXPORT_FORMATS,
  type ListUsageRecords,
  type UsageExportFormat,
  type UsageFilters,
  type UsageOutcome,
} from '@code-router/contracts';
import { PageQueryDto } from '../input/page.dto.js';
import { IsId, IsInstant, MayBeAbsent } from '../input/rules.js';

/** Which records are meant: those that match everything that is given. */
export class UsageFiltersDto implements UsageFilters {
  /** Completed at or after. ISO 8601 with a time zone. */
  @MayBeAbsent()
  @IsInstant()
  readonly from?: string;

  /** Completed before. ISO 8601 with a time zone. */
  @MayBeAbsent()
  @IsInstant()
  readonly to?: string;

  @MayBeAbsent()
  @IsId()
  readonly accountId?: string;

  @MayBeAbsent()
  @IsId()
  readonly keyId?: string;

  /** The model that was asked for. */
  @MayBeAbsent()
  @IsString()
  @MaxLength(200)
  readonly model?: string;

  @MayBeAbsent()
  @IsId()
  readonly channelId?: string;

  @MayBeAbsent()
  @IsIn(['settled', 'released', 'orphaned'])
  readonly outcome?: UsageOutcome;

  /** `ok`, `error` (a status of 400 or more, or an error in the midst of a stream), or an exact status such as `429`. */
  @MayBeAbsent()
  @Matches(/^(ok|error|[1-5]\d\d)$/, { message: '$property must be ok, error or an HTTP status such as 429' })
  readonly status?: string;

  /** The `x-request-id` of an answer. */
  @MayBeAbsent()
  @IsString()
  @MaxLength(200)
  readonly requestId?: string;

  /** Part of the key's name, in small or capital letters. */
  @MayBeAbsent()
  @IsString()
  @MaxLength(200)
  readonly keyName?: string;
}

/** For account holders, who are not told of channels. */
export class MyUsageFiltersDto extends OmitType(UsageFiltersDto, ['accountId', 'channelId'] as const) {}

export class ListUsageRecordsDto extends IntersectionType(UsageFiltersDto, PageQueryDto) implements ListUsageRecords {}

export class ListMyUsageDto extends IntersectionType(MyUsageFiltersDto, PageQueryDto) {}

export class ExportFormatDto {
  /** `csv` for spreadsheets, `ndjson` for programs: one record as JSON on each line. */
  @IsIn(USAGE_EXPORT_FORMATS)
  readonly format!: UsageExportFormat;
}

export class ExportUsageDto extends IntersectionType(UsageFiltersDto, ExportFormatDto) {}

export class ExportMyUsageDto extends IntersectionType(MyUsageFiltersDto, ExportFormatDto) {}

export class UsageNowQueryDto extends PickType(UsageFiltersDto, ['accountId', 'keyId'] as const) {}

export class MyUsageNowQueryDto extends PickType(UsageFiltersDto, ['keyId'] as const) {}
