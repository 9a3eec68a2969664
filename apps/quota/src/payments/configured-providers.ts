import { PaymentProviders, type PaymentProvider } from '../domain/payments.js';
import type { QuotaSettings } from '../quota-settings.js';
import { TrialPayments } from './trial-payments.js';

/** The providers that the settings switch on; none is a state like any other. */
export async function configuredProviders(settings: QuotaSettings): Promise<PaymentProviders> {
  const trial = settings.CODE_ROUTER_TRIAL_PAYMENTS ? [new TrialPayments()] : [];
  return new PaymentProviders([...(await stripePayments(settings)), ...trial]);
}

/** Stripe's package is two hundred files, which are read only where it is used. */
async function stripePayments(settings: QuotaSettings): Promise<readonly PaymentProvider[]> {
  const { CODE_ROUTER_STRIPE_SECRET_KEY: secretKey, CODE_ROUTER_STRIPE_WEBHOOK_SECRET: webhookSecret } = settings;
  if (secretKey === undefined || webhookSecret === undefined) return [];
  const { StripePayments } = await import('./stripe-payments.js');
  return [
    new StripePayments({
      secretKey,
      webhookSecret,
      apiUrl: settings.CODE_ROUTER_STRIPE_API_URL,
      publicUrl: settings.CODE_ROUTER_PUBLIC_URL.replace(/\/+$/, ''),
    }),
  ];
}
