import { Injectable } from '@nestjs/common';
import { DomainError, type Payment } from '@code-router/contracts';
import { InputChecks } from '../domain/input-checks.js';
import { noSuchPayment } from '../domain/not-found.js';
import { PaymentProviders, Payments } from '../domain/payments.js';

/** Makes a trial payment paid, because somebody says so. Real payments cannot be confirmed by anybody but their provider. */
@Injectable()
export class ConfirmTrialPayment {
  constructor(
    private readonly payments: Payments,
    private readonly providers: PaymentProviders,
  ) {}

  /** @throws DomainError `invalid_request_error`; `not_found`; `forbidden` unless trial payments are switched on. */
  async execute(request: { readonly accountId: string; readonly id: string }): Promise<Payment> {
    const checks = new InputChecks();
    const accountId = checks.uuid('accountId', request.accountId);
    const id = checks.uuid('id', request.id);
    checks.done();
    const known = await this.payments.find(accountId, id);
    if (!known) throw noSuchPayment(id);
    const { payment, checkoutId } = known;
    if (payment.provider !== 'trial' || checkoutId === null || !this.providers.find('trial')) {
      throw new DomainError('forbidden', 'Only trial payments can be confirmed, where they are switched on.');
    }
    await this.payments.record('trial', {
      kind: 'paid',
      paymentId: id,
      checkoutId,
      intentId: checkoutId,
      minorUnits: payment.priceMinorUnits,
      currency: payment.currency,
    });
    return (await this.payments.find(accountId, id))?.payment ?? payment;
  }
}
