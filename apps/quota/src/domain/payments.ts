import type { Payment, PaymentProviderName } from '@code-router/contracts';
import type { PageStart, Positioned } from './page.js';

export const PAYMENT_PROVIDERS: readonly PaymentProviderName[] = ['stripe', 'trial'];

export interface NewPayment {
  readonly id: string;
  readonly accountId: string;
  readonly userId: string;
  readonly provider: PaymentProviderName;
  readonly currency: string;
  readonly priceMinorUnits: number;
  readonly creditNanos: bigint;
}

/** Money that went back, or is about to. */
export interface PaymentClaim {
  /**
   * `refunded_total` is what has been refunded of a charge so far, `refund` one refund, `dispute` one dispute: providers
   * tell the same in several ways, see `payment-claims.ts`.
   */
  readonly kind: 'refunded_total' | 'refund' | 'dispute';
  readonly minorUnits: number;
  /** The refund failed, or the dispute was won: for good, whatever older message still arrives. */
  readonly dropped: boolean;
}

/** What a provider says, in whatever order and however often. */
export type PaymentFact =
  | {
      readonly kind: 'paid';
      readonly paymentId: string;
      readonly checkoutId: string;
      /** What refunds and disputes refer to. */
      readonly intentId: string;
      readonly minorUnits: number;
      readonly currency: string;
    }
  | { readonly kind: 'expired'; readonly paymentId: string; readonly checkoutId: string }
  | { readonly kind: 'claim'; readonly intentId: string; readonly claimId: string; readonly claim: PaymentClaim };

/** Whoever takes the money. */
export abstract class PaymentProvider {
  abstract readonly name: PaymentProviderName;

  /** What every answer says where it is not real money. */
  abstract readonly notice: string | undefined;

  /** @throws DomainError `service_unavailable` when the provider does not answer as it should. */
  abstract begin(
    payment: NewPayment,
    description: string,
  ): Promise<{ readonly checkoutId: string; readonly url: string | null }>;

  /** How a checkout stands now. @throws DomainError `service_unavailable`. */
  abstract look(checkoutId: string): Promise<readonly PaymentFact[]>;

  /** @throws DomainError `invalid_request_error` when the provider did not send it. */
  abstract readWebhook(body: string, signature: string): readonly PaymentFact[];
}

/** The providers that are configured, the preferred one first. */
export class PaymentProviders {
  constructor(readonly all: readonly PaymentProvider[]) {}

  find(name: PaymentProviderName): PaymentProvider | undefined {
    return this.all.find((provider) => provider.name === name);
  }
}

/** A payment with what only its provider needs to know. */
export interface KnownPayment {
  readonly payment: Payment;
  readonly checkoutId: string | null;
}

/** Where payments are kept, and what they did to balances. */
export abstract class Payments {
  /** @throws DomainError `not_found` when there is no such account; `account_disabled`. */
  abstract open(payment: NewPayment): Promise<Payment>;

  abstract noteCheckout(id: string, checkoutId: string): Promise<void>;

  abstract find(accountId: string, id: string): Promise<KnownPayment | null>;

  /** Newest first; one item more than the page's limit when there are that many. */
  abstract list(accountId: string, start: PageStart): Promise<readonly Positioned<Payment>[]>;

  /** Writes what follows from a fact; nothing when it was known. */
  abstract record(provider: PaymentProviderName, fact: PaymentFact): Promise<void>;
}
