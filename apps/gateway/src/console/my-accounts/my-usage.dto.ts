import { ApiProperty, OmitType } from '@nestjs/swagger';
import { IsIn, IsString, MaxLength } from 'class-validator';
import { PageQueryDto } from '../input/page.dto.js';
import { IsId, IsInstant, MayBeAbsent } from '../input/rules.js';
import { UsageRecordDto, UsageRollupDto } from '../usage/usage.dto.js';

export class ListMyUsageDto extends PageQueryDto {
  /** Needed from members who may see the usage of their own keys only. */
  @MayBeAbsent()
  @IsId()
  readonly keyId?: string;

  /** The model that was asked for. */
  @MayBeAbsent()
  @IsString()
  @MaxLength(200)
  readonly model?: string;

  /** The `x-request-id` of an answer. */
  @MayBeAbsent()
  @IsString()
  @MaxLength(200)
  readonly requestId?: string;
}

export class ListMyRollupsDto {
  /** How long a bucket is. */
  @IsIn(['hour', 'day'])
  readonly granularity!: 'hour' | 'day';

  /** ISO 8601 with a time zone, inclusive. */
  @IsInstant()
  readonly from!: string;

  /** ISO 8601 with a time zone, exclusive. */
  @IsInstant()
  readonly to!: string;
}

/** What one request used and what it cost, without what only operators may know: how it was routed. */
export class MyUsageRecordDto extends OmitType(UsageRecordDto, [
  'channelId',
  'channelName',
  'upstreamRequestId',
  'attempts',
] as const) {}

export class MyUsageRecordPageDto {
  @ApiProperty({ type: [MyUsageRecordDto] })
  readonly items!: readonly MyUsageRecordDto[];

  /** Absent on the last page. */
  readonly nextCursor?: string;
}

/** The sums of one bucket for one key and model. */
export class MyUsageRollupDto extends OmitType(UsageRollupDto, ['channelId'] as const) {}

export class MyUsageRollupsDto {
  @ApiProperty({ type: [MyUsageRollupDto] })
  readonly rollups!: readonly MyUsageRollupDto[];
}
