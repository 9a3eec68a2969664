import { Stripe } from 'stripe';
import { DomainError } from '@code-router/contracts';
import { isUuid } from '@code-router/input';
import { PaymentProvider, type NewPayment, type PaymentFact } from '../domain/payments.js';

export interface StripeSettings {
  readonly secretKey: string;
  readonly webhookSecret: string;
  /** Where Stripe's API is; another one only in tests. */
  readonly apiUrl: string;
  /** Where people are sent back to. */
  readonly publicUrl: string;
}

/** Under this name a checkout carries our payment's id. Unlike `client_reference_id`, no payer can set it. */
const PAYMENT_ID = 'code_router_payment_id';
const REQUEST_TIMEOUT_MS = 10_000;

/**
 * Stripe Checkout.
 *
 * @see https://docs.stripe.com/payments/checkout/fulfill-orders
 * @see https://docs.stripe.com/webhooks#verify-official-libraries
 */
export class StripePayments extends PaymentProvider {
  override readonly name = 'stripe';
  override readonly notice = undefined;

  private readonly stripe: Stripe;

  constructor(private readonly settings: StripeSettings) {
    super();
    const { hostname, port, protocol } = new URL(settings.apiUrl);
    this.stripe = new Stripe(settings.secretKey, {
      host: hostname,
      port: port === '' ? undefined : port,
      protocol: protocol === 'http:' ? 'http' : 'https',
      timeout: REQUEST_TIMEOUT_MS,
      maxNetworkRetries: 1,
      telemetry: false,
    });
  }

  override async begin(
    payment: NewPayment,
    description: string,
  ): Promise<{ readonly checkoutId: string; readonly url: string | null }> {
    const metadata = { [PAYMENT_ID]: payment.id };
    const backTo = (outcome: string) => `${this.settings.publicUrl}/top-up?payment=${payment.id}&outcome=${outcome}`;
    const session = await reached(
      this.stripe.checkout.sessions.create(
        {
          mode: 'payment',
          line_items: [
            {
              quantity: 1,
              price_data: {
                currency: payment.currency,
                unit_amount: payment.priceMinorUnits,
                product_data: { name: description },
              },
            },
          ],
          client_reference_id: payment.id,
          metadata,
          payment_intent_data: { metadata },
          success_url: backTo('paid'),
          cancel_url: backTo('cancelled'),
        },
        // A request that is sent again after a broken connection makes no second checkout.
        { idempotencyKey: payment.id },
      ),
    );
    return { checkoutId: session.id, url: session.url };
  }

  override async look(checkoutId: string): Promise<readonly PaymentFact[]> {
    return factsOfCheckout(await reached(this.stripe.checkout.sessions.retrieve(checkoutId)));
  }

  override readWebhook(body: string, signature: string): readonly PaymentFact[] {
    return factsOf(this.verified(body, signature));
  }

  private verified(body: string, signature: string): Stripe.Event {
    try {
      return this.stripe.webhooks.constructEvent(body, signature, this.settings.webhookSecret);
    } catch (error) {
      throw new DomainError(
        'invalid_request_error',
        'The signature of the webhook is not Stripe’s.',
        {},
        { cause: error },
      );
    }
  }
}

/** What an event says of payments; nothing for the many kinds that are about something else. */
function factsOf(event: Stripe.Event): readonly PaymentFact[] {
  switch (event.type) {
    case 'checkout.session.completed':
    case 'checkout.session.async_payment_succeeded':
    case 'checkout.session.async_payment_failed':
    case 'checkout.session.expired':
      return factsOfCheckout(event.data.object, event.type === 'checkout.session.async_payment_failed');
    case 'charge.refunded': {
      const { id, payment_intent: intent, amount_refunded: minorUnits } = event.data.object;
      return claim(intent, `refunded:${id}`, { kind: 'refunded_total', minorUnits, dropped: false });
    }
    case 'refund.created':
    case 'refund.updated':
    case 'refund.failed':
    case 'charge.refund.updated': {
      const { id, payment_intent: intent, amount: minorUnits, status } = event.data.object;
      const dropped = status === 'failed' || status === 'canceled';
      return claim(intent, id, { kind: 'refund', minorUnits, dropped });
    }
    case 'charge.dispute.created':
    case 'charge.dispute.updated':
    case 'charge.dispute.closed':
    case 'charge.dispute.funds_withdrawn':
    case 'charge.dispute.funds_reinstated': {
      const { id, payment_intent: intent, amount: minorUnits, status } = event.data.object;
      // An inquiry moves no money; if it becomes a dispute, its events say so.
      if (status.startsWith('warning_')) return [];
      const dropped = status === 'won' || event.type === 'charge.dispute.funds_reinstated';
      return claim(intent, id, { kind: 'dispute', minorUnits, dropped });
    }
    default:
      return [];
  }
}

function factsOfCheckout(session: Stripe.Checkout.Session, hasFailed = false): readonly PaymentFact[] {
  const paymentId = session.metadata?.[PAYMENT_ID];
  const intentId = idOf(session.payment_intent);
  if (paymentId === undefined || !isUuid(paymentId)) return [];
  if (session.payment_status === 'paid' && intentId !== undefined) {
    const { amount_total: minorUnits, currency } = session;
    if (minorUnits === null || currency === null) return [];
    return [{ kind: 'paid', paymentId, checkoutId: session.id, intentId, minorUnits, currency }];
  }
  return hasFailed || session.status === 'expired' ? [{ kind: 'expired', paymentId, checkoutId: session.id }] : [];
}

function claim(
  intent: string | { readonly id: string } | null,
  claimId: string,
  content: Extract<PaymentFact, { kind: 'claim' }>['claim'],
): readonly PaymentFact[] {
  const intentId = idOf(intent);
  return intentId === undefined ? [] : [{ kind: 'claim', intentId, claimId, claim: content }];
}

function idOf(reference: string | { readonly id: string } | null): string | undefined {
  return typeof reference === 'string' ? reference : reference?.id;
}

/** @throws DomainError `service_unavailable` with Stripe's own words for the log only. */
async function reached<Answer>(request: Promise<Answer>): Promise<Answer> {
  try {
    return await request;
  } catch (error) {
    throw new DomainError(
      'service_unavailable',
      'The payment provider does not answer as it should. Please try again later.',
      {},
      { cause: error },
    );
  }
}
