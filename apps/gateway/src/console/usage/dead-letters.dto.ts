import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsString, MaxLength } from 'class-validator';
import type { Page, ReplayUsageDeadLetters, UsageDeadLetter } from '@code-router/contracts';
import { MayBeAbsent } from '../input/rules.js';

/** A usage event that could not be recorded. */
export class UsageDeadLetterDto implements UsageDeadLetter {
  readonly id!: string;

  /** None where it is no event. */
  @ApiProperty({ type: [String] })
  readonly eventIds!: readonly string[];

  readonly reason!: string;
  readonly attempts!: number;

  /** ISO 8601. */
  readonly failedAt!: string;
}

export class UsageDeadLetterPageDto implements Page<UsageDeadLetter> {
  @ApiProperty({ type: [UsageDeadLetterDto] })
  readonly items!: readonly UsageDeadLetterDto[];

  /** Absent on the last page. */
  readonly nextCursor?: string;
}

export class ReplayUsageDeadLettersDto implements ReplayUsageDeadLetters {
  /** All of them when absent. */
  @MayBeAbsent()
  @IsArray()
  @ArrayMaxSize(1_000)
  @IsString({ each: true })
  @MaxLength(200, { each: true })
  @ApiProperty({ type: [String], required: false })
  readonly ids?: readonly string[];
}

export class ReplayedDto {
  /** How many wait for the workers again. */
  readonly replayed!: number;
}
