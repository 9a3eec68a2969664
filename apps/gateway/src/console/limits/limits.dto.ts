import { ApiProperty } from '@nestjs/swagger';
import { IsInt, IsString, Length, Max, Min } from 'class-validator';
import type { GroupLimits, RateLimits } from '@code-router/contracts';
import { MayBeNull } from '../input/rules.js';

const PER_MINUTE_MAX = 1_000_000_000;
const CONCURRENCY_MAX = 1_000_000;

/** Limits besides money. What is absent stays as it is; null: no limit of its own. */
export class LimitFieldsDto implements Partial<RateLimits> {
  /** Requests in any 60 seconds. */
  @MayBeNull()
  @IsInt()
  @Min(1)
  @Max(PER_MINUTE_MAX)
  readonly requestsPerMinute?: number | null;

  /** Tokens, in and out, in any 60 seconds. A request counts with the most it may need until it has ended. */
  @MayBeNull()
  @IsInt()
  @Min(1)
  @Max(PER_MINUTE_MAX)
  readonly tokensPerMinute?: number | null;

  /** Requests under way. */
  @MayBeNull()
  @IsInt()
  @Min(1)
  @Max(CONCURRENCY_MAX)
  readonly concurrencyMax?: number | null;
}

/** All limits of a group; what is absent or null is none. */
export class PutGroupLimitsDto extends LimitFieldsDto {
  /** The name of a group. */
  @IsString()
  @Length(1, 200)
  readonly group!: string;
}

export class GroupLimitsDto implements GroupLimits {
  readonly group!: string;

  /** Requests of each of its accounts in any 60 seconds; null for no limit. */
  readonly requestsPerMinute!: number | null;

  /** Tokens of each of its accounts in any 60 seconds; null for no limit. */
  readonly tokensPerMinute!: number | null;

  /** Requests of each of its accounts under way; null for no limit. */
  readonly concurrencyMax!: number | null;
}

export class GroupLimitsListDto {
  @ApiProperty({ type: [GroupLimitsDto] })
  readonly items!: readonly GroupLimitsDto[];
}
