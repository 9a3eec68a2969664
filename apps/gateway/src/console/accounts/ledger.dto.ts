import { ApiProperty } from '@nestjs/swagger';
import { IsString, Length, MaxLength } from 'class-validator';
import type { GrantReply, LedgerEntry, LedgerKind, Page } from '@code-router/contracts';
import { HasNoControlCharacters, IsCredits, IsNanos, MayBeAbsent } from '../input/rules.js';
import { AccountDto } from './account.dto.js';

/** Longest reference that names one grant. */
const REFERENCE_LENGTH_MAX = 200;

/** A grant. Exactly one of `amountNanos` and `amountCredits` says how much. */
export class CreateGrantDto {
  /** How much, in nanos. */
  @MayBeAbsent()
  @IsNanos()
  readonly amountNanos?: string;

  /**
   * How much, in credits.
   * @example 5
   */
  @MayBeAbsent()
  @IsCredits()
  readonly amountCredits?: string;

  /** Names this grant: sent again with the same reference, it is granted once. The header `Idempotency-Key` does the same. */
  @MayBeAbsent()
  @IsString()
  @Length(1, REFERENCE_LENGTH_MAX)
  @HasNoControlCharacters()
  readonly reference?: string;

  /** Why, for people who read the ledger. */
  @MayBeAbsent()
  @IsString()
  @MaxLength(2_000)
  @HasNoControlCharacters()
  readonly note?: string;
}

export class LedgerEntryDto implements LedgerEntry {
  readonly id!: string;
  readonly accountId!: string;

  /** The key that spent it; null for what is not a charge. */
  readonly keyId!: string | null;

  readonly kind!: LedgerKind;

  /** What caused it, unique within its kind: a reservation's id, or the reference of a grant. */
  readonly reference!: string;

  /** In nanos; negative when the account pays. */
  readonly amountNanos!: string;

  /** The balance with this entry, in nanos. */
  readonly balanceAfterNanos!: string;

  readonly note!: string;

  /** ISO 8601. */
  readonly createdAt!: string;
}

export class GrantDto implements GrantReply {
  readonly entry!: LedgerEntryDto;

  /** The account with the grant. */
  readonly account!: AccountDto;
}

export class LedgerPageDto implements Page<LedgerEntry> {
  @ApiProperty({ type: [LedgerEntryDto] })
  readonly items!: readonly LedgerEntryDto[];

  /** Absent on the last page. */
  readonly nextCursor?: string;
}
