import { ApiProperty, IntersectionType, OmitType, PickType } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import {
  USAGE_GROUPINGS,
  USAGE_LATENCIES,
  type UsageGrouping,
  type UsageLatencies,
  type UsageNow,
  type UsagePoint,
  type UsageSeries,
  type UsageStatistics,
  type UsageStatisticsRequest,
  type UsageSums,
} from '@code-router/contracts';
import { IsInstant, MayBeAbsent } from '../input/rules.js';
import { GRANULARITIES } from './rollups.dto.js';
import { UsageFiltersDto } from './usage-filters.dto.js';

const MY_GROUPINGS = ['none', 'model', 'key'] as const;

export class StatisticsSpanDto {
  /** How long a bucket is. */
  @IsIn(GRANULARITIES)
  readonly granularity!: 'hour' | 'day';

  /** ISO 8601 with a time zone, inclusive: the bucket that it lies in is the first. */
  @IsInstant()
  readonly from!: string;

  /** ISO 8601 with a time zone, exclusive; at most 31 days by hour, 400 days by day. */
  @IsInstant()
  readonly to!: string;

  /** `percentiles` when absent; `none` leaves latencies out, which halves the time that a chart with groups takes. */
  @MayBeAbsent()
  @IsIn(USAGE_LATENCIES)
  readonly latency?: UsageLatencies;
}

export class UsageStatisticsQueryDto
  extends IntersectionType(
    StatisticsSpanDto,
    PickType(UsageFiltersDto, ['accountId', 'keyId', 'model', 'channelId'] as const),
  )
  implements UsageStatisticsRequest
{
  /** `none` when absent. */
  @MayBeAbsent()
  @IsIn(USAGE_GROUPINGS)
  readonly groupBy?: UsageGrouping;
}

export class MyUsageStatisticsQueryDto extends IntersectionType(
  StatisticsSpanDto,
  PickType(UsageFiltersDto, ['keyId', 'model'] as const),
) {
  /** `none` when absent. */
  @MayBeAbsent()
  @IsIn(MY_GROUPINGS)
  readonly groupBy?: (typeof MY_GROUPINGS)[number];
}

/** Durations are estimates, within a tenth; null when there was no request, or `latency` is `none`. */
export class UsageSumsDto implements UsageSums {
  readonly requests!: number;

  /** Of these, how many failed for their client. */
  readonly failures!: number;

  readonly inputTokens!: string;
  readonly outputTokens!: string;

  /** In nanos. */
  readonly amountNanos!: string;

  /** What the providers ask, in nanos, as far as it is known. */
  readonly costNanos!: string;

  readonly latencyMsP50!: number | null;
  readonly latencyMsP95!: number | null;
  readonly latencyMsP99!: number | null;

  /** Null when no answer began. */
  readonly firstByteMsP50!: number | null;
}

export class UsagePointDto extends UsageSumsDto implements UsagePoint {
  /** When the bucket begins, in UTC. Buckets without a request have no point. ISO 8601. */
  readonly bucket!: string;
}

export class UsageGroupDto {
  /**
   * `*`: all groups but the largest twenty, or fewer where these would have more than 3,000 points (three over 30 days by
   * hour); '' as a channel: requests that reached none.
   */
  readonly id!: string;
  readonly name!: string;
}

export class UsageSeriesDto implements UsageSeries {
  /** Null when nothing is grouped. */
  @ApiProperty({ type: UsageGroupDto, nullable: true })
  readonly group!: UsageGroupDto | null;

  @ApiProperty({ type: [UsagePointDto] })
  readonly points!: readonly UsagePointDto[];
}

export class UsageStatisticsDto implements UsageStatistics {
  readonly granularity!: 'hour' | 'day';

  /** The one that amounts to most first. */
  @ApiProperty({ type: [UsageSeriesDto] })
  readonly series!: readonly UsageSeriesDto[];

  @ApiProperty({ type: UsageSumsDto })
  readonly totals!: UsageSumsDto;
}

export class MyUsageSumsDto extends OmitType(UsageSumsDto, ['costNanos'] as const) {}

export class MyUsagePointDto extends OmitType(UsagePointDto, ['costNanos'] as const) {}

export class MyUsageSeriesDto {
  /** Null when nothing is grouped. */
  @ApiProperty({ type: UsageGroupDto, nullable: true })
  readonly group!: UsageGroupDto | null;

  @ApiProperty({ type: [MyUsagePointDto] })
  readonly points!: readonly MyUsagePointDto[];
}

export class MyUsageStatisticsDto {
  readonly granularity!: 'hour' | 'day';

  /** The one that amounts to most first. */
  @ApiProperty({ type: [MyUsageSeriesDto] })
  readonly series!: readonly MyUsageSeriesDto[];

  @ApiProperty({ type: MyUsageSumsDto })
  readonly totals!: MyUsageSumsDto;
}

export class UsageNowDto implements UsageNow {
  /** Of the last 60 seconds; beyond ten thousand an estimate from the newest of them. */
  readonly requestsPerMinute!: number;

  /** Read and written, cached or not. */
  readonly tokensPerMinute!: number;
}
