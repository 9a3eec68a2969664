import { ApiProperty } from '@nestjs/swagger';
import { IsString, Length } from 'class-validator';
import type { Page } from '@code-router/contracts';
import type { AuditEntry, AuditQuery } from '../../audit-log/domain/audit-log.js';
import { PageQueryDto } from '../input/page.dto.js';
import { HasNoControlCharacters, IsInstant, MayBeAbsent } from '../input/rules.js';

const ANYTHING = { nullable: true, oneOf: [{ type: 'object' }, { type: 'array', items: {} }, { type: 'string' }] };

export class AuditLogQueryDto extends PageQueryDto implements AuditQuery {
  /** The id or the name of who did it. */
  @MayBeAbsent()
  @IsString()
  @Length(1, 200)
  @HasNoControlCharacters()
  readonly actor?: string;

  /**
   * What the action contains, in any case.
   * @example /api/channels
   */
  @MayBeAbsent()
  @IsString()
  @Length(1, 200)
  @HasNoControlCharacters()
  readonly action?: string;

  /** From when on, ISO 8601 with a time zone. */
  @MayBeAbsent()
  @IsInstant()
  readonly from?: string;

  /** Before when, ISO 8601 with a time zone. */
  @MayBeAbsent()
  @IsInstant()
  readonly to?: string;
}

export class AuditLogEntryDto implements AuditEntry {
  readonly id!: string;

  /** ISO 8601. */
  readonly at!: string;

  readonly actorId!: string;
  readonly actorName!: string;

  /** @example PATCH /api/accounts/:id */
  readonly action!: string;

  /** The path, with its ids. */
  readonly target!: string;

  /** What was sent, without secrets. */
  @ApiProperty(ANYTHING)
  readonly input!: unknown;

  /** What it was about, as it was before; null when there was nothing. */
  @ApiProperty(ANYTHING)
  readonly before!: unknown;

  /** The same afterwards; null when it was refused, or is no more. */
  @ApiProperty(ANYTHING)
  readonly after!: unknown;

  readonly ip!: string;
  readonly requestId!: string;

  /** What it was answered with; null when that is not known, because the gateway ended before. */
  @ApiProperty({ type: Number, nullable: true })
  readonly httpStatus!: number | null;

  @ApiProperty({ type: String, nullable: true })
  readonly errorCode!: string | null;
}

export class AuditLogPageDto implements Page<AuditEntry> {
  @ApiProperty({ type: [AuditLogEntryDto] })
  readonly items!: readonly AuditLogEntryDto[];

  /** Absent on the last page. */
  readonly nextCursor?: string;
}
