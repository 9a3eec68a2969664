import { ApiProperty } from '@nestjs/swagger';
import type { InvoiceEntry, MultiplierSource, UsageInvoiceLine } from '@code-router/contracts';
import { TOKEN_CLASSES, UNIT_CLASSES, type TokenClass, type UnitClass } from '@code-router/money';

/** So many tokens at that rate, one call, or so many pieces at that price. */
export class InvoiceEntryDto implements InvoiceEntry {
  readonly kind!: 'tokens' | 'call' | 'unit';

  /** What was counted; absent for a call. */
  @ApiProperty({ enum: [...TOKEN_CLASSES, ...UNIT_CLASSES], required: false })
  readonly class?: TokenClass | UnitClass;

  readonly quantity!: number;
  readonly rateNanos!: string;

  /** How many pieces the rate is for. */
  @ApiProperty({ enum: [1_000_000, 1] })
  readonly per!: 1_000_000 | 1;

  /** Before the multiplier, as an exact decimal of nanos. */
  readonly exactNanos!: string;
}

/** How the amount of a record comes about, computed anew from the record alone. */
export class UsageInvoiceLineDto implements UsageInvoiceLine {
  readonly recordId!: string;
  readonly requestId!: string;
  readonly model!: string;
  readonly priceVersionId!: string;

  /** The threshold of the tier whose rates apply; null: the base rates do. */
  readonly tierAboveInputTokens!: number | null;

  @ApiProperty({ type: [InvoiceEntryDto] })
  readonly lines!: readonly InvoiceEntryDto[];

  /** Of all lines, before the multiplier, as an exact decimal of nanos. */
  readonly sumNanos!: string;

  /** 1000000 is a multiplier of one. */
  readonly multiplierMillionths!: string;

  readonly multiplierSource!: MultiplierSource;

  /** What was charged. */
  readonly amountNanos!: string;

  /** The sum times the multiplier, rounded half up once. */
  readonly recomputedNanos!: string;

  readonly agrees!: boolean;
}
