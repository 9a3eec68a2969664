import { ApiProperty } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import type { CounterpartTotal, LedgerTotals, Statement } from '@code-router/contracts';
import { PageQueryDto } from '../input/page.dto.js';
import { IsInstant, MayBeAbsent } from '../input/rules.js';
import { LedgerPageDto } from './ledger.dto.js';

export class StatementQueryDto extends PageQueryDto {
  /** The first moment of the period, ISO 8601 with a time zone. */
  @IsInstant()
  readonly from!: string;

  /** The first moment after the period, ISO 8601 with a time zone. */
  @IsInstant()
  readonly to!: string;
}

/** Opening balance + amounts of the entries = closing balance. The entries come oldest first. */
export class StatementDto extends LedgerPageDto implements Statement {
  readonly accountId!: string;
  readonly from!: string;
  readonly to!: string;

  /** The balance before the period, in nanos. */
  readonly openingNanos!: string;

  /** The balance after the period, in nanos. */
  readonly closingNanos!: string;
}

export class CounterpartTotalDto implements CounterpartTotal {
  /** @example revenue */
  readonly counterpart!: string;

  /** In nanos; positive for what it got from accounts, negative for what it gave them. */
  readonly nanos!: string;
}

/** Every nano has two sides: all of this adds up to zero. */
export class LedgerTotalsDto implements LedgerTotals {
  /** What all accounts have together, in nanos. */
  readonly accountsNanos!: string;

  @ApiProperty({ type: [CounterpartTotalDto] })
  readonly counterparts!: readonly CounterpartTotalDto[];

  /** The sum of all of the above, in nanos. Anything but zero is a defect. */
  readonly differenceNanos!: string;
}

export class StatementExportQueryDto {
  /** The first moment of the period, ISO 8601 with a time zone. */
  @IsInstant()
  readonly from!: string;

  /** The first moment after the period, ISO 8601 with a time zone. */
  @IsInstant()
  readonly to!: string;

  /** `csv`, the only one there is, when absent. */
  @MayBeAbsent()
  @IsIn(['csv'])
  readonly format?: 'csv';
}
