import { PaymentProvider, type NewPayment, type PaymentFact } from '../domain/payments.js';
import { DomainError } from '@code-router/contracts';

/** What every answer about a trial payment says. */
export const TRIAL_NOTICE = 'Trial payment: this is not real money, and nobody has paid anything.';

/** For trying top-ups out on one's own machine: a payment is made by saying so. Off unless it is switched on. */
export class TrialPayments extends PaymentProvider {
  override readonly name = 'trial';
  override readonly notice = TRIAL_NOTICE;

  override begin(payment: NewPayment): Promise<{ readonly checkoutId: string; readonly url: null }> {
    return Promise.resolve({ checkoutId: trialCheckoutOf(payment.id), url: null });
  }

  override look(): Promise<readonly PaymentFact[]> {
    return Promise.resolve([]);
  }

  override readWebhook(): never {
    throw new DomainError('invalid_request_error', 'Nobody calls back about trial payments.');
  }
}

export function trialCheckoutOf(paymentId: string): string {
  return `trial:${paymentId}`;
}
