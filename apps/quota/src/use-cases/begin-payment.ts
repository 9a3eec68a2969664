import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { DomainError, type BeginPayment as BeginPaymentRequest, type BegunPayment } from '@code-router/contracts';
import { InputChecks } from '../domain/input-checks.js';
import { PAYMENT_PROVIDERS, PaymentProviders, Payments } from '../domain/payments.js';
import type { TopUpOffer } from '../domain/top-up-offer.js';
import { QUOTA_SETTINGS, type QuotaSettings } from '../quota-settings.js';

interface Purchase {
  readonly priceMinorUnits: number;
  readonly creditNanos: bigint;
  readonly description: string;
}

/** Begins a payment: what it costs and credits is decided here and now, and nothing that comes back later changes it. */
@Injectable()
export class BeginPayment {
  constructor(
    private readonly payments: Payments,
    private readonly providers: PaymentProviders,
    @Inject(QUOTA_SETTINGS) private readonly settings: QuotaSettings,
  ) {}

  /**
   * @throws DomainError `invalid_request_error`; `conflict` when no payment is configured; `not_found` and
   * `account_disabled` for the account; `service_unavailable` when the provider does not answer.
   */
  async execute(request: BeginPaymentRequest): Promise<BegunPayment> {
    const checks = new InputChecks();
    const accountId = checks.uuid('accountId', request.accountId);
    const userId = checks.uuid('userId', request.userId);
    const name = checks.optional(request.provider, (value) => checks.oneOf('provider', value, PAYMENT_PROVIDERS));
    const offer = this.settings.CODE_ROUTER_TOP_UP;
    const purchase = this.providers.all.length > 0 ? purchaseOf(request, offer, checks) : NOTHING;
    checks.done();
    const provider = name === undefined ? this.providers.all[0] : this.providers.find(name);
    if (!provider) throw new DomainError('conflict', 'No such payment is configured here.', { param: 'provider' });
    const { priceMinorUnits, creditNanos, description } = purchase;
    const wanted = {
      id: randomUUID(),
      accountId,
      userId,
      provider: provider.name,
      currency: offer.currency,
      priceMinorUnits,
      creditNanos,
    };
    const payment = await this.payments.open(wanted);
    const { checkoutId, url } = await provider.begin(wanted, description);
    await this.payments.noteCheckout(payment.id, checkoutId);
    return { ...payment, url };
  }
}

const NOTHING: Purchase = { priceMinorUnits: 0, creditNanos: 0n, description: '' };

function purchaseOf(request: BeginPaymentRequest, offer: TopUpOffer, checks: InputChecks): Purchase {
  const { packageId, minorUnits } = request;
  if ((packageId === undefined) === (minorUnits === undefined)) {
    checks.refuse('packageId', 'or minorUnits must be given, and not both');
    return NOTHING;
  }
  if (packageId !== undefined) {
    const found = offer.packages.find(({ id }) => id === packageId);
    if (found) {
      return {
        priceMinorUnits: found.priceMinorUnits,
        creditNanos: BigInt(found.creditNanos),
        description: found.name,
      };
    }
    checks.refuse('packageId', `must be one of ${offer.packages.map(({ id }) => id).join(', ')}`);
    return NOTHING;
  }
  if (!offer.amounts) {
    checks.refuse('minorUnits', 'cannot be chosen here: choose a package');
    return NOTHING;
  }
  const { minorUnitsMin: min, minorUnitsMax: max, nanosPerMinorUnit } = offer.amounts;
  const chosen = checks.wholeNumber('minorUnits', minorUnits, { min, max });
  return { priceMinorUnits: chosen, creditNanos: BigInt(nanosPerMinorUnit) * BigInt(chosen), description: 'Credits' };
}
