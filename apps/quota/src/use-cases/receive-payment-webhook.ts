import { Injectable } from '@nestjs/common';
import { DomainError, type PaymentWebhook } from '@code-router/contracts';
import { InputChecks } from '../domain/input-checks.js';
import { PAYMENT_PROVIDERS, PaymentProviders, Payments } from '../domain/payments.js';

/** Believes what a payment provider has signed, and nothing else. */
@Injectable()
export class ReceivePaymentWebhook {
  constructor(
    private readonly payments: Payments,
    private readonly providers: PaymentProviders,
  ) {}

  /** @throws DomainError `invalid_request_error` when it is not the provider's; `not_found` when it is not configured. */
  async execute(request: PaymentWebhook): Promise<{ readonly received: true }> {
    const checks = new InputChecks();
    const name = checks.oneOf('provider', request.provider, PAYMENT_PROVIDERS);
    if (typeof request.body !== 'string') checks.refuse('body', 'must be a string');
    if (typeof request.signature !== 'string') checks.refuse('signature', 'must be a string');
    checks.done();
    const provider = this.providers.find(name);
    if (!provider) throw new DomainError('not_found', `No payments with ${name} are configured here.`);
    for (const fact of provider.readWebhook(request.body, request.signature)) await this.payments.record(name, fact);
    return { received: true };
  }
}
