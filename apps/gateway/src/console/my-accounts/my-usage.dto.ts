import { ApiProperty, OmitType } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { IsInstant } from '../input/rules.js';
import { UsageRollupDto } from '../usage/rollups.dto.js';
import { UsageRecordDto } from '../usage/usage.dto.js';

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
  'tries',
  'costNanos',
] as const) {}

export class MyUsageRecordDetailsDto extends MyUsageRecordDto {
  /** What was given back of its amount, which stays what the request cost; null when the ledger does not answer. */
  readonly refundedNanos!: string | null;
}

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
