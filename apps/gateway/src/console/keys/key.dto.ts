import { ApiProperty } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsInt, IsString, Length, Max, Min } from 'class-validator';
import type { ActiveStatus, CreatedKey, Key, Page } from '@code-router/contracts';
import { HasNoControlCharacters, IsCredits, IsInstant, IsId, IsNanos, MayBeAbsent, MayBeNull } from '../input/rules.js';

const STATUSES = ['active', 'disabled'] as const;

export class KeyIdDto {
  /** The key's id. */
  @IsId()
  readonly id!: string;
}

/** What of a key may be absent, when it is made and when it is changed. */
class KeyFieldsDto {
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

  /** How many requests it may have under way; null for no limit. */
  @MayBeNull()
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  readonly concurrencyMax?: number | null;

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

export class KeyDto implements Key {
  readonly id!: string;
  readonly accountId!: string;
  readonly name!: string;

  /** The first characters of the key, enough to recognise it by. */
  readonly prefix!: string;

  readonly status!: ActiveStatus;

  /** What its requests are priced by; null: what its account's are. */
  readonly group!: string | null;

  /** What it may spend in all, in nanos; null: as much as its account has. */
  readonly quotaNanos!: string | null;

  /** What it has spent, in nanos. */
  readonly spentNanos!: string;

  /** What its requests under way may still cost, in nanos. */
  readonly heldNanos!: string;

  /** How many requests it may have under way; null for no limit. */
  readonly concurrencyMax!: number | null;

  /** Whether answers tell what they cost. */
  readonly showCost!: boolean;

  /** ISO 8601; null: never. */
  readonly expiresAt!: string | null;

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
