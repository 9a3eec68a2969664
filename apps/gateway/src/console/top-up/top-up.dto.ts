import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsString, Length, Matches, Max, Min } from 'class-validator';
import type {
  ActiveStatus,
  BegunPayment,
  CreatedRedemptionBatch,
  Page,
  Payment,
  PaymentProviderName,
  PaymentStatus,
  RedemptionBatch,
  TopUpAmounts,
  TopUpPackage,
  TopUpState,
} from '@code-router/contracts';
import { HasNoControlCharacters, IsCredits, IsId, IsInstant, IsNanos, MayBeAbsent, MayBeNull } from '../input/rules.js';
import { MyAccountDto } from '../my-accounts/member.dto.js';

const PROVIDERS = ['stripe', 'trial'] as const;
const PAYMENT_STATUSES = ['open', 'paid', 'expired', 'mismatched'] as const;
const STATUSES = ['active', 'disabled'] as const;

export class TopUpPackageDto implements TopUpPackage {
  readonly id!: string;
  readonly name!: string;

  /** What it is called in other languages, by their codes. Absent: the same. */
  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'string' },
    example: { zh: '20 积分' },
  })
  readonly names?: Readonly<Record<string, string>>;

  /** In the smallest unit of the currency: cents. */
  readonly priceMinorUnits!: number;

  /** What the account is credited with, in nanos. */
  readonly creditNanos!: string;
}

export class TopUpAmountsDto implements TopUpAmounts {
  readonly minorUnitsMin!: number;
  readonly minorUnitsMax!: number;

  /** What each smallest unit of the currency buys, in nanos. */
  readonly nanosPerMinorUnit!: string;
}

export class PaymentsStateDto {
  /** False: nothing can be bought here. Redemption codes always work. */
  readonly configured!: boolean;

  @ApiProperty({ enum: PROVIDERS, isArray: true })
  readonly providers!: readonly PaymentProviderName[];

  /** @example usd */
  readonly currency!: string;

  @ApiProperty({ type: [TopUpPackageDto] })
  readonly packages!: readonly TopUpPackageDto[];

  /** Absent when only packages can be bought. */
  readonly amounts?: TopUpAmountsDto;

  /** Present where payments are not real money. */
  readonly notice?: string;
}

export class TopUpStateDto implements TopUpState {
  readonly payments!: PaymentsStateDto;
}

/** Exactly one of `packageId` and `minorUnits` says what is bought. */
export class BeginPaymentDto {
  /** The first that is configured when absent. */
  @MayBeAbsent()
  @IsIn(PROVIDERS)
  @ApiProperty({ enum: PROVIDERS })
  readonly provider?: PaymentProviderName;

  @MayBeAbsent()
  @IsString()
  @Length(1, 64)
  readonly packageId?: string;

  /** In the smallest unit of the currency: cents. */
  @MayBeAbsent()
  @IsInt()
  @Min(1)
  @Max(99_999_999)
  readonly minorUnits?: number;
}

export class PaymentIdDto extends MyAccountDto {
  /** The payment's id. */
  @IsId()
  readonly id!: string;
}

export class PaymentDto implements Payment {
  readonly id!: string;
  readonly accountId!: string;

  @ApiProperty({ enum: PROVIDERS })
  readonly provider!: PaymentProviderName;

  /** `mismatched`: something else was paid than was asked, and an operator has to look. */
  @ApiProperty({ enum: PAYMENT_STATUSES })
  readonly status!: PaymentStatus;

  readonly currency!: string;
  readonly priceMinorUnits!: number;

  /** In nanos. */
  readonly creditNanos!: string;

  /** What of it was taken back because of refunds and disputes, in nanos. */
  readonly reversedNanos!: string;

  /** ISO 8601. */
  readonly createdAt!: string;

  /** ISO 8601; null: not yet. */
  readonly paidAt!: string | null;

  /** False for trial payments. */
  readonly realMoney!: boolean;

  /** Present where it is not real money. */
  readonly notice?: string;
}

export class BegunPaymentDto extends PaymentDto implements BegunPayment {
  /** Where to go to pay; null where there is nothing to pay. */
  readonly url!: string | null;
}

export class PaymentPageDto implements Page<Payment> {
  @ApiProperty({ type: [PaymentDto] })
  readonly items!: readonly PaymentDto[];

  /** Absent on the last page. */
  readonly nextCursor?: string;
}

export class RedeemDto {
  /** @example 7QH2K-M3XDR-0VB9W-TZC4E-Y8N5P */
  @IsString()
  @Length(1, 100)
  readonly code!: string;
}

/** Exactly one of `amountNanos` and `amountCredits` says what each code is worth. */
export class CreateRedemptionBatchDto {
  /** Why the codes are made; the ledger shows it. */
  @IsString()
  @Length(1, 200)
  @HasNoControlCharacters()
  readonly name!: string;

  @MayBeAbsent()
  @IsNanos()
  readonly amountNanos?: string;

  /** @example 5 */
  @MayBeAbsent()
  @IsCredits()
  readonly amountCredits?: string;

  /** How many codes. */
  @IsInt()
  @Min(1)
  @Max(1_000)
  readonly codeCount!: number;

  /** How many accounts may redeem each code; one when absent. */
  @MayBeAbsent()
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  readonly usesMax?: number;

  /** ISO 8601 with a time zone; null: never. */
  @MayBeNull()
  @IsInstant()
  readonly expiresAt?: string | null;
}

export class RedemptionBatchIdDto {
  /** The batch's id. */
  @IsId()
  readonly id!: string;
}

export class UpdateRedemptionBatchDto {
  /** The codes of a disabled batch are refused. */
  @IsIn(STATUSES)
  @ApiProperty({ enum: STATUSES })
  readonly status!: ActiveStatus;
}

export class RedemptionBatchDto implements RedemptionBatch {
  readonly id!: string;
  readonly name!: string;

  /** What each code is worth, in nanos. */
  readonly amountNanos!: string;

  readonly codeCount!: number;
  readonly usesMax!: number;

  /** How often codes of the batch were redeemed. */
  readonly redeemedCount!: number;

  @ApiProperty({ enum: STATUSES })
  readonly status!: ActiveStatus;

  /** ISO 8601; null: never. */
  readonly expiresAt!: string | null;

  readonly author!: string;

  /** ISO 8601. */
  readonly createdAt!: string;
}

export class CreatedRedemptionBatchDto extends RedemptionBatchDto implements CreatedRedemptionBatch {
  /** The codes themselves. They are shown this once: only their hashes are kept. */
  @ApiProperty({ type: [String] })
  readonly codes!: readonly string[];
}

export class RedemptionBatchPageDto implements Page<RedemptionBatch> {
  @ApiProperty({ type: [RedemptionBatchDto] })
  readonly items!: readonly RedemptionBatchDto[];

  /** Absent on the last page. */
  readonly nextCursor?: string;
}

const SIGNED_NANOS = /^-?\d{1,19}$/;

export class CreateCorrectionDto {
  /** In nanos; negative to take away. */
  @Matches(SIGNED_NANOS, { message: '$property must be a whole number of nanos as a decimal string' })
  readonly amountNanos!: string;

  /** Names this correction: sent again with the same reference, it is written once. */
  @IsString()
  @Length(1, 200)
  @HasNoControlCharacters()
  readonly reference!: string;

  /** For people who read the ledger. */
  @IsString()
  @Length(1, 1_000)
  @HasNoControlCharacters()
  readonly reason!: string;
}

export class CreateRefundDto {
  /** The `reservationId` of the usage record. */
  @IsId()
  readonly reservationId!: string;

  /** In nanos; absent: all that is left of what was paid for the request. */
  @MayBeAbsent()
  @IsNanos()
  readonly amountNanos?: string;

  /** Names this refund: sent again with the same reference, it is written once; absent: the reservation's id. */
  @MayBeAbsent()
  @IsString()
  @Length(1, 200)
  @HasNoControlCharacters()
  readonly reference?: string;

  /** For people who read the ledger. */
  @IsString()
  @Length(1, 1_000)
  @HasNoControlCharacters()
  readonly reason!: string;
}
