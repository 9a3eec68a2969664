import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsString, Length } from 'class-validator';
import type { Account, ActiveStatus, ListAccounts, Page } from '@code-router/contracts';
import { LimitFieldsDto } from '../limits/limits.dto.js';
import { SearchQueryDto } from '../input/page.dto.js';
import { HasNoControlCharacters, IsCredits, IsId, IsNanos, MayBeAbsent } from '../input/rules.js';

const STATUSES = ['active', 'disabled'] as const;

export class AccountIdDto {
  /** The account's id. */
  @IsId()
  readonly id!: string;
}

/** Asks for one page of accounts. */
export class AccountsQueryDto extends SearchQueryDto implements ListAccounts {
  /** True: only active accounts that have had money, and have none left to reserve. */
  @MayBeAbsent()
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean()
  readonly onlyRunOut?: boolean;
}

/** What of an account may be absent, when it is opened and when it is changed. Its limits count for all its keys together. */
class AccountFieldsDto extends LimitFieldsDto {
  /** What its requests are priced by; `default` for a new account when absent. */
  @MayBeAbsent()
  @IsString()
  @Length(1, 200)
  readonly group?: string;

  /** How far below zero the balance may go, in nanos. Not together with `overdraftCredits`. */
  @MayBeAbsent()
  @IsNanos()
  readonly overdraftNanos?: string;

  /** The same in credits. */
  @MayBeAbsent()
  @IsCredits()
  readonly overdraftCredits?: string;

  /** Lower the output of a request to what can be paid, where all of it cannot; false for a new account when absent. */
  @MayBeAbsent()
  @IsBoolean()
  readonly lowerOutput?: boolean;
}

export class CreateAccountDto extends AccountFieldsDto {
  /** @example Acme */
  @IsString()
  @Length(1, 200)
  @HasNoControlCharacters()
  readonly name!: string;

  /** The user who owns it from the start; absent: it has no members, until somebody is made one. */
  @MayBeAbsent()
  @IsId()
  readonly ownerId?: string;
}

/** What is absent stays as it is. */
export class UpdateAccountDto extends AccountFieldsDto {
  /** @example Acme */
  @MayBeAbsent()
  @IsString()
  @Length(1, 200)
  @HasNoControlCharacters()
  readonly name?: string;

  /** The keys of a disabled account are refused. */
  @MayBeAbsent()
  @IsIn(STATUSES)
  readonly status?: ActiveStatus;
}

export class AccountDto implements Account {
  readonly id!: string;
  readonly name!: string;

  /** What its requests are priced by. */
  readonly group!: string;

  readonly status!: ActiveStatus;

  /** The sum of its ledger, in nanos. */
  readonly balanceNanos!: string;

  /** What requests under way may still cost, in nanos. */
  readonly heldNanos!: string;

  /** Balance less holds, with the overdraft, in nanos. */
  readonly availableNanos!: string;

  /** How far below zero the balance may go, in nanos. */
  readonly overdraftNanos!: string;

  /** Whether the output of a request is lowered to what can be paid, where all of it cannot. */
  readonly lowerOutput!: boolean;

  /** Requests in any 60 seconds; null: as many as its group allows. */
  readonly requestsPerMinute!: number | null;

  /** Tokens, in and out, in any 60 seconds; null: as many as its group allows. */
  readonly tokensPerMinute!: number | null;

  /** Requests under way; null: as many as its group allows. */
  readonly concurrencyMax!: number | null;

  /** ISO 8601. */
  readonly createdAt!: string;
}

export class AccountPageDto implements Page<Account> {
  @ApiProperty({ type: [AccountDto] })
  readonly items!: readonly AccountDto[];

  /** Absent on the last page. */
  readonly nextCursor?: string;
}
