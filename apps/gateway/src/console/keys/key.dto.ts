import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsBoolean,
  IsIn,
  IsInt,
  IsString,
  Length,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import {
  BUDGET_PERIODS,
  type ActiveStatus,
  type BudgetPeriod,
  type CreatedKey,
  type Key,
  type KeyBudget,
  type KeyStatus,
  type Page,
  type RetiringSecret,
} from '@code-router/contracts';
import { HasNoControlCharacters, IsCredits, IsInstant, IsId, IsNanos, MayBeAbsent, MayBeNull } from '../input/rules.js';
import { LimitFieldsDto } from '../limits/limits.dto.js';

const STATUSES = ['active', 'disabled'] as const;
const KEY_STATUSES = ['active', 'disabled', 'revoked'] as const;

export class KeyIdDto {
  /** The key's id. */
  @IsId()
  readonly id!: string;
}

/** What a key may spend in each period. Exactly one of `nanos` and `credits` says how much. */
export class SetKeyBudgetDto {
  /** How much, in nanos. */
  @MayBeAbsent()
  @IsNanos()
  readonly nanos?: string;

  /** The same in credits. */
  @MayBeAbsent()
  @IsCredits()
  readonly credits?: string;

  /** Weeks begin on Mondays, months on the first; `days` has `days` days, counted from the day on which it was set. */
  @IsIn(BUDGET_PERIODS)
  readonly period!: BudgetPeriod;

  /** Of the period `days`, and only of that. */
  @MayBeNull()
  @IsInt()
  @Min(1)
  @Max(366)
  readonly days?: number | null;

  /**
   * The IANA time zone in which periods begin at midnight; UTC when absent.
   * @example Europe/Berlin
   */
  @MayBeAbsent()
  @IsString()
  @Length(1, 100)
  readonly timeZone?: string;
}

/** What of a key may be absent, when it is made and when it is changed. */
class KeyFieldsDto extends LimitFieldsDto {
  /** What its requests are priced by; null: what its account's are. */
  @MayBeNull()
  @IsString()
  @Length(1, 200)
  readonly group?: string | null;

  /** What it may spend in all, in nanos; null: as much as its account has. Not together with `quotaCredits`. */
  @MayBeNull()
  @IsNanos()
  readonly quotaNanos?: string | null;

  /** The same in credits. */
  @MayBeNull()
  @IsCredits()
  readonly quotaCredits?: string | null;

  /** What it may spend in each period; null: no budget. With another period or time zone it counts from now. */
  @MayBeNull()
  @ValidateNested()
  @Type(() => SetKeyBudgetDto)
  readonly budget?: SetKeyBudgetDto | null;

  /** The only models that it may use, by their own names; null: all. */
  @MayBeNull()
  @ArrayMinSize(1)
  @ArrayMaxSize(500)
  @IsString({ each: true })
  @Length(1, 200, { each: true })
  readonly allowedModels?: string[] | null;

  /**
   * The only addresses and networks that it may be used from; null: all.
   * @example ["192.0.2.1", "10.0.0.0/8", "2001:db8::/32"]
   */
  @MayBeNull()
  @ArrayMinSize(1)
  @ArrayMaxSize(200)
  @IsString({ each: true })
  @Length(2, 49, { each: true })
  readonly allowedIps?: string[] | null;

  /** Whether answers tell what they cost; true for a new key when absent. */
  @MayBeAbsent()
  @IsBoolean()
  readonly showCost?: boolean;

  /** From when it is refused, ISO 8601 with a time zone; null: never. */
  @MayBeNull()
  @IsInstant()
  readonly expiresAt?: string | null;
}

export class CreateKeyDto extends KeyFieldsDto {
  /** @example laptop */
  @IsString()
  @Length(1, 200)
  @HasNoControlCharacters()
  readonly name!: string;
}

/** What is absent stays as it is. */
export class UpdateKeyDto extends KeyFieldsDto {
  /** @example laptop */
  @MayBeAbsent()
  @IsString()
  @Length(1, 200)
  @HasNoControlCharacters()
  readonly name?: string;

  /** A disabled key is refused. */
  @MayBeAbsent()
  @IsIn(STATUSES)
  readonly status?: ActiveStatus;
}

export class KeyBudgetDto implements KeyBudget {
  /** What it may spend in each period, in nanos. */
  readonly nanos!: string;

  @ApiProperty({ enum: BUDGET_PERIODS })
  readonly period!: BudgetPeriod;

  readonly days!: number | null;
  readonly timeZone!: string;

  /** What its requests of this period cost, in nanos. */
  readonly spentNanos!: string;

  /** What its requests of this period that are under way may still cost, in nanos. */
  readonly heldNanos!: string;

  /** From when on it counts, ISO 8601. */
  readonly countsSince!: string;

  /** When it begins anew, ISO 8601. */
  readonly resetsAt!: string;
}

export class RetiringSecretDto implements RetiringSecret {
  readonly prefix!: string;

  /** ISO 8601. */
  readonly validUntil!: string;
}

export class RotateKeyDto {
  /** How long the secret so far stays valid, at most 90 days, ISO 8601 with a time zone; absent: not at all. */
  @MayBeAbsent()
  @IsInstant()
  readonly oldValidUntil?: string;
}

export class KeyDto implements Key {
  readonly id!: string;
  readonly accountId!: string;
  readonly name!: string;

  /** The first characters of the key, enough to recognise it by. */
  readonly prefix!: string;

  /** A revoked key stays so for good. */
  @ApiProperty({ enum: KEY_STATUSES })
  readonly status!: KeyStatus;

  /** What its requests are priced by; null: what its account's are. */
  readonly group!: string | null;

  /** What it may spend in all, in nanos; null: as much as its account has. */
  readonly quotaNanos!: string | null;

  /** What it has spent, in nanos. */
  readonly spentNanos!: string;

  /** What its requests under way may still cost, in nanos. */
  readonly heldNanos!: string;

  @ApiProperty({ type: KeyBudgetDto, nullable: true })
  readonly budget!: KeyBudgetDto | null;

  /** The only models that it may use; null: all. */
  @ApiProperty({ type: [String], nullable: true })
  readonly allowedModels!: readonly string[] | null;

  /** The only addresses and networks that it may be used from; null: all. */
  @ApiProperty({ type: [String], nullable: true })
  readonly allowedIps!: readonly string[] | null;

  /** Requests in any 60 seconds; null for no limit. */
  readonly requestsPerMinute!: number | null;

  /** Tokens, in and out, in any 60 seconds; null for no limit. */
  readonly tokensPerMinute!: number | null;

  /** Requests under way; null for no limit. */
  readonly concurrencyMax!: number | null;

  /** Whether answers tell what they cost. */
  readonly showCost!: boolean;

  /** ISO 8601; null: never. */
  readonly expiresAt!: string | null;

  /** When the last of its requests ended, ISO 8601; null: none has. */
  readonly lastUsedAt!: string | null;

  /** Secrets that a rotation left valid for a while. */
  @ApiProperty({ type: [RetiringSecretDto] })
  readonly retiring!: readonly RetiringSecretDto[];

  /** ISO 8601. */
  readonly createdAt!: string;
}

export class CreatedKeyDto extends KeyDto implements CreatedKey {
  /** The key itself. It is shown this once: only its hash is kept. */
  readonly secret!: string;
}

export class KeyPageDto implements Page<Key> {
  @ApiProperty({ type: [KeyDto] })
  readonly items!: readonly KeyDto[];

  /** Absent on the last page. */
  readonly nextCursor?: string;
}
