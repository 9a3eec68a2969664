import { ApiProperty } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import type { ListUsageRollups, UsageRollup } from '@code-router/contracts';
import { IsId, IsInstant } from '../input/rules.js';

export const GRANULARITIES = ['hour', 'day'] as const;

export class ListUsageRollupsDto implements ListUsageRollups {
  @IsId()
  readonly accountId!: string;

  /** How long a bucket is. */
  @IsIn(GRANULARITIES)
  readonly granularity!: 'hour' | 'day';

  /** ISO 8601 with a time zone, inclusive. */
  @IsInstant()
  readonly from!: string;

  /** ISO 8601 with a time zone, exclusive. */
  @IsInstant()
  readonly to!: string;
}

/** The sums of one bucket for one account, key, model and channel. */
export class UsageRollupDto implements UsageRollup {
  /** When the bucket begins. ISO 8601. */
  readonly bucket!: string;

  readonly accountId!: string;
  readonly keyId!: string;
  readonly model!: string;

  /** Null for requests that reached no channel. */
  readonly channelId!: string | null;

  readonly requests!: number;
  readonly failures!: number;
  readonly inputTokens!: string;
  readonly outputTokens!: string;

  /** In nanos. */
  readonly amountNanos!: string;
}

export class UsageRollupsDto {
  @ApiProperty({ type: [UsageRollupDto] })
  readonly rollups!: readonly UsageRollupDto[];
}
