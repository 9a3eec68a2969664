import { ApiProperty } from '@nestjs/swagger';
import { IsString, Length } from 'class-validator';
import { HasNoControlCharacters, MayBeNull } from '../input/rules.js';

/** What everybody may know of the site. */
export class SiteDto {
  readonly name!: string;

  /** For a banner on every page; null: there is nothing to say. */
  @ApiProperty({ type: String, nullable: true })
  readonly announcement!: string | null;

  /** What a credit is one unit of: ISO 4217. */
  readonly currency!: string;

  readonly currencySymbol!: string;

  /** How many nanos, 1e-9 of a credit, people see as one quota unit. */
  readonly nanosPerQuotaUnit!: string;

  /** Whether every price is a placeholder, as in a demonstration. */
  readonly pricesArePlaceholders!: boolean;

  /** `closed`: only with an invitation. */
  @ApiProperty({ enum: ['open', 'closed'] })
  readonly signUp!: 'open' | 'closed';

  /** Whether one may sign in through an identity provider, at `GET /api/auth/oidc/login`. */
  readonly oidc!: boolean;

  /** Of Code Router. */
  readonly version!: string;
}

/** What is absent stays as it is. */
export class ChangeSiteDto {
  /** Null: the configured name. */
  @MayBeNull()
  @IsString()
  @Length(1, 100)
  @HasNoControlCharacters()
  readonly name?: string | null;

  /** Null: nothing is announced. */
  @MayBeNull()
  @IsString()
  @Length(1, 2_000)
  readonly announcement?: string | null;
}

export class SiteTextsDto {
  readonly name!: string;

  @ApiProperty({ type: String, nullable: true })
  readonly announcement!: string | null;
}
