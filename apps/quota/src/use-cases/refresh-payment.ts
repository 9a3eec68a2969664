import { Injectable } from '@nestjs/common';
import type { Payment } from '@code-router/contracts';
import { InputChecks } from '../domain/input-checks.js';
import { noSuchPayment } from '../domain/not-found.js';
import { PaymentProviders, Payments } from '../domain/payments.js';

/** How a payment stands. One that is open is asked for at its provider: a webhook that was lost keeps nobody's money. */
@Injectable()
export class RefreshPayment {
  constructor(
    private readonly payments: Payments,
    private readonly providers: PaymentProviders,
  ) {}

  /** @throws DomainError `invalid_request_error`; `not_found`; `service_unavailable` when the provider does not answer. */
  async execute(request: { readonly accountId: string; readonly id: string }): Promise<Payment> {
    const checks = new InputChecks();
    const accountId = checks.uuid('accountId', request.accountId);
    const id = checks.uuid('id', request.id);
    checks.done();
    const known = await this.payments.find(accountId, id);
    if (!known) throw noSuchPayment(id);
    const { payment, checkoutId } = known;
    const provider = this.providers.find(payment.provider);
    if (payment.status !== 'open' || checkoutId === null || !provider) return payment;
    for (const fact of await provider.look(checkoutId)) await this.payments.record(payment.provider, fact);
    return (await this.payments.find(accountId, id))?.payment ?? payment;
  }
}
