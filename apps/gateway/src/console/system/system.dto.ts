import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsInt, IsString, Matches, Max, Min } from 'class-validator';
import { Type } from 'class-transformer';
import type { ConsumerLag, DeadLetter, LogState } from '@code-router/messaging';
import { PAGE_LIMIT_MAX } from '@code-router/contracts';
import { MayBeAbsent } from '../input/rules.js';

/** What the gateway that was asked still has to bring into the books. */
export class SystemGatewayDto {
  /** Neither the event log nor the disk has them for sure. */
  readonly openSettlements!: number;
  /** Not known to be in the books. */
  readonly unconfirmed!: number;
  /** The spool did not take them. */
  readonly inMemory!: number;
  /** Refused by the books since this gateway began. */
  readonly dead!: number;
  readonly spooledBytes!: number;
  readonly spoolLimitBytes!: number;
  readonly oldestUnconfirmedMs!: number | null;
}

/** How far behind a consumer of usage events is. */
export class SystemConsumerDto implements ConsumerLag {
  readonly name!: string;
  readonly pending!: number;
  readonly ackPending!: number;
  readonly redelivered!: number;
  /** Null when it is not known. */
  readonly lagMs!: number | null;
}

export class SystemStreamDto implements LogState {
  /** Where PostgreSQL keeps the events an estimate by their numbers, never too small. */
  readonly messages!: number;
  readonly bytes!: number;
  readonly firstSequence!: number;
  readonly lastSequence!: number;
}

export class SystemServiceDto {
  readonly name!: string;
  readonly status!: 'ok' | 'failing' | 'unanswered';
  /** What the process says of itself and of what it depends on. */
  readonly checks!: Record<string, string>;
}

export class SystemDto {
  readonly gateway!: SystemGatewayDto;
  @ApiProperty({ type: [SystemConsumerDto] })
  readonly consumers!: readonly SystemConsumerDto[];
  /** Usage events that a consumer could not handle; null when the event log does not answer. */
  readonly deadLetters!: number | null;
  /** Null when there is none yet, or the event log does not answer. */
  readonly stream!: SystemStreamDto | null;
  @ApiProperty({ type: [SystemServiceDto] })
  readonly services!: readonly SystemServiceDto[];
}

/** A usage event that a consumer could not handle. */
export class EventDeadLetterDto implements DeadLetter {
  readonly id!: string;
  readonly consumer!: string;
  readonly reason!: string;
  readonly failedAt!: string;
  /** As it was published. */
  readonly event!: unknown;
}

export class EventDeadLettersDto {
  @ApiProperty({ type: [EventDeadLetterDto] })
  readonly items!: readonly EventDeadLetterDto[];
  readonly nextCursor?: string;
}

export class EventDeadLettersQueryDto {
  /** The `nextCursor` of the page before; absent for the first page. */
  @MayBeAbsent()
  @IsString()
  @Matches(/^[1-9]\d{0,15}$/, { message: 'cursor must be the nextCursor of an earlier page of this list' })
  readonly cursor?: string;

  /** How many items at most; 50 when absent. */
  @MayBeAbsent()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(PAGE_LIMIT_MAX)
  readonly limit?: number;
}

const REPLAYED_MAX = 1_000;

export class ReplayEventDeadLettersDto {
  /** All when absent. */
  @MayBeAbsent()
  @IsArray()
  @ArrayMaxSize(REPLAYED_MAX)
  @Matches(/^[1-9]\d{0,15}$/, { each: true, message: 'ids must be the ids of dead letters' })
  @ApiProperty({ type: [String], required: false })
  readonly ids?: readonly string[];
}

export class ReplayedEventDeadLettersDto {
  /** How many are delivered again. */
  readonly replayed!: number;
}
