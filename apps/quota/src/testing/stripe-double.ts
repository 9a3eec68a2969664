import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { Stripe } from 'stripe';

export const WEBHOOK_SECRET = 'whsec_of_the_test';

const { webhooks } = new Stripe('sk_test_of_the_test');

export interface StripeCheckout {
  readonly id: string;
  readonly amount: number;
  readonly currency: string;
  readonly metadata: Record<string, string>;
  readonly intent: string;
  readonly idempotencyKey: string;
  /** As Stripe has it; a test may pay here without any webhook. */
  payment_status: 'paid' | 'unpaid';
}

/** A local server that answers as Stripe's API does for Checkout, and makes webhooks signed as Stripe signs them. */
export async function startStripeDouble() {
  const checkouts = new Map<string, StripeCheckout>();
  let isDown = false;

  const sessionOf = (checkout: StripeCheckout, changes: object = {}) => ({
    id: checkout.id,
    object: 'checkout.session',
    url: `https://checkout.stripe.com/c/pay/${checkout.id}`,
    amount_total: checkout.amount,
    currency: checkout.currency,
    metadata: checkout.metadata,
    payment_status: checkout.payment_status,
    payment_intent: checkout.payment_status === 'paid' ? checkout.intent : null,
    status: checkout.payment_status === 'paid' ? 'complete' : 'open',
    ...changes,
  });

  const server = createServer((request, response) => {
    void (async () => {
      const answer = (status: number, body: object) =>
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      const form = new URLSearchParams(await textOf(request));
      if (isDown) return answer(400, { error: { message: 'a secret of the provider', type: 'api_error' } });
      if (request.headers.authorization !== 'Bearer sk_test_of_the_test') return answer(401, { error: {} });
      if (request.method === 'POST' && request.url === '/v1/checkout/sessions') {
        const id = `cs_test_${randomUUID()}`;
        const checkout: StripeCheckout = {
          id,
          amount: Number(form.get('line_items[0][price_data][unit_amount]')),
          currency: form.get('line_items[0][price_data][currency]') ?? '',
          metadata: { code_router_payment_id: form.get('metadata[code_router_payment_id]') ?? '' },
          intent: `pi_${randomUUID()}`,
          idempotencyKey: String(request.headers['idempotency-key']),
          payment_status: 'unpaid',
        };
        checkouts.set(id, checkout);
        return answer(200, sessionOf(checkout));
      }
      const checkout = checkouts.get(request.url?.replace('/v1/checkout/sessions/', '') ?? '');
      return checkout ? answer(200, sessionOf(checkout)) : answer(404, { error: { message: 'none', type: 'x' } });
    })();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as { port: number };

  /** An event as Stripe would send it: body and signature. */
  function event(type: string, object: object, secret = WEBHOOK_SECRET) {
    const body = JSON.stringify({ id: `evt_${randomUUID()}`, object: 'event', type, data: { object } });
    return { body, signature: webhooks.generateTestHeaderString({ payload: body, secret }) };
  }

  return {
    url: `http://127.0.0.1:${port}`,
    environment: {
      CODE_ROUTER_STRIPE_SECRET_KEY: 'sk_test_of_the_test',
      CODE_ROUTER_STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRET,
      CODE_ROUTER_STRIPE_API_URL: `http://127.0.0.1:${port}`,
    },
    checkouts,
    checkoutOf(paymentId: string): StripeCheckout {
      const found = [...checkouts.values()].find(({ metadata }) => metadata['code_router_payment_id'] === paymentId);
      if (!found) throw new Error(`nobody began a checkout for the payment ${paymentId}`);
      return found;
    },
    setDown(down: boolean) {
      isDown = down;
    },
    event,
    paid(checkout: StripeCheckout, changes: object = {}) {
      const paid = sessionOf({ ...checkout, payment_status: 'paid' }, changes);
      return event('checkout.session.completed', paid);
    },
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export type StripeDouble = Awaited<ReturnType<typeof startStripeDouble>>;

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
