import type { NanosText } from '@code-router/money';
import { defineRequest } from './message.js';
import type { Page, PageRequest } from './page.js';
import type { Account, ActiveStatus } from './accounts.js';
import type { LedgerEntry } from './ledger.js';

/** Where money comes from. `trial` is for trying things out: nobody pays, and every answer says so. */
export type PaymentProviderName = 'stripe' | 'trial';

/** An amount that can be bought. */
export interface TopUpPackage {
  readonly id: string;
  readonly name: string;
  /** What it is called in other languages, by their codes: `zh`. */
  readonly names?: Readonly<Record<string, string>>;
  /** What it costs, in the smallest unit of the currency: cents. */
  readonly priceMinorUnits: number;
  /** What the account is credited with. */
  readonly creditNanos: NanosText;
}

/** Amounts that people choose themselves; at so many nanos for each smallest unit of the currency. */
export interface TopUpAmounts {
  readonly minorUnitsMin: number;
  readonly minorUnitsMax: number;
  readonly nanosPerMinorUnit: NanosText;
}

/** How accounts can be topped up. That no payment is configured is a state like any other. */
export interface TopUpState {
  readonly payments: {
    readonly configured: boolean;
    readonly providers: readonly PaymentProviderName[];
    /** ISO 4217 in lower case, as Stripe writes it. */
    readonly currency: string;
    readonly packages: readonly TopUpPackage[];
    /** Absent when only packages can be bought. */
    readonly amounts?: TopUpAmounts;
    /** Present where payments are not real money. */
    readonly notice?: string;
  };
}

export type PaymentStatus =
  /** Not paid yet. */
  | 'open'
  | 'paid'
  /** The provider has given up on it. */
  | 'expired'
  /** Something else was paid than was asked; nothing is credited until an operator has looked at it. */
  | 'mismatched';

export interface Payment {
  readonly id: string;
  readonly accountId: string;
  readonly provider: PaymentProviderName;
  readonly status: PaymentStatus;
  readonly currency: string;
  readonly priceMinorUnits: number;
  readonly creditNanos: NanosText;
  /** What of the credit was taken back, because of refunds and disputes. */
  readonly reversedNanos: NanosText;
  readonly createdAt: string;
  readonly paidAt: string | null;
  /** False for trial payments. */
  readonly realMoney: boolean;
  /** Present where it is not real money. */
  readonly notice?: string;
}

export interface BegunPayment extends Payment {
  /** Where the payer goes to pay; null where there is nothing to pay. */
  readonly url: string | null;
}

/** Exactly one of `packageId` and `minorUnits` says what is bought. */
export interface BeginPayment {
  readonly accountId: string;
  readonly userId: string;
  readonly provider?: PaymentProviderName;
  readonly packageId?: string;
  readonly minorUnits?: number;
}

export interface RedemptionBatch {
  readonly id: string;
  readonly name: string;
  readonly amountNanos: NanosText;
  readonly codeCount: number;
  /** How many accounts may redeem each code. */
  readonly usesMax: number;
  readonly redeemedCount: number;
  readonly status: ActiveStatus;
  readonly expiresAt: string | null;
  readonly author: string;
  readonly createdAt: string;
}

export interface CreateRedemptionBatch {
  readonly name: string;
  readonly amountNanos: NanosText;
  readonly codeCount: number;
  readonly usesMax?: number;
  readonly expiresAt?: string | null;
  readonly author: string;
}

/** The only time that the codes are seen. */
export interface CreatedRedemptionBatch extends RedemptionBatch {
  readonly codes: readonly string[];
}

/** An entry that changed a balance, and the account with it. */
export interface PostedEntry {
  readonly entry: LedgerEntry;
  readonly account: Account;
}

export interface CorrectionRequest {
  readonly accountId: string;
  /** Negative to take away; not zero. */
  readonly amountNanos: NanosText;
  /** Made by the caller: the same correction asked for twice is written once. */
  readonly reference: string;
  readonly reason: string;
  readonly author: string;
}

export interface RefundRequest {
  readonly reservationId: string;
  /** Absent: all that is left of what the request cost. */
  readonly amountNanos?: NanosText;
  /** Made by the caller, unique among refunds; absent: the reservation's id. */
  readonly reference?: string;
  readonly reason: string;
  readonly author: string;
}

/** What was given back of a request. Its usage record says what the request cost, and stays as it is. */
export interface RefundedAmount {
  /** Of all its refunds together. */
  readonly refundedNanos: NanosText;
}

/** What a payment provider called with, as it came: the signature is over these bytes. */
export interface PaymentWebhook {
  readonly provider: PaymentProviderName;
  readonly body: string;
  readonly signature: string;
}

export const TopUpMessages = {
  topUpState: defineRequest<Record<string, never>, TopUpState>('quota.top-up.state'),
  beginPayment: defineRequest<BeginPayment, BegunPayment>('quota.payments.begin'),
  /** Asks the provider how a payment stands: nobody has to wait for a webhook that was lost. */
  refreshPayment: defineRequest<{ readonly accountId: string; readonly id: string }, Payment>('quota.payments.refresh'),
  confirmTrialPayment: defineRequest<{ readonly accountId: string; readonly id: string }, Payment>(
    'quota.payments.confirm-trial',
  ),
  listPayments: defineRequest<PageRequest & { readonly accountId: string }, Page<Payment>>('quota.payments.list'),
  receiveWebhook: defineRequest<PaymentWebhook, { readonly received: true }>('quota.payments.webhook'),
  createRedemptionBatch: defineRequest<CreateRedemptionBatch, CreatedRedemptionBatch>(
    'quota.redemption-batches.create',
  ),
  listRedemptionBatches: defineRequest<PageRequest, Page<RedemptionBatch>>('quota.redemption-batches.list'),
  updateRedemptionBatch: defineRequest<{ readonly id: string; readonly status: ActiveStatus }, RedemptionBatch>(
    'quota.redemption-batches.update',
  ),
  redeem: defineRequest<{ readonly accountId: string; readonly userId: string; readonly code: string }, PostedEntry>(
    'quota.redeem',
  ),
  correct: defineRequest<CorrectionRequest, PostedEntry>('quota.correct'),
  refund: defineRequest<RefundRequest, PostedEntry>('quota.refund'),
  refunded: defineRequest<{ readonly reservationId: string }, RefundedAmount>('quota.refunded'),
} as const;
