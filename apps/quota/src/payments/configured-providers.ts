import { PaymentProviders } from '../domain/payments.js';
import type { QuotaSettings } from '../quota-settings.js';
import { StripePayments } from './stripe-payments.js';
import { TrialPayments } from './trial-payments.js';

/** The providers that the settings switch on; none is a state like any other. */
export function configuredProviders(settings: QuotaSettings): PaymentProviders {
  const { CODE_ROUTER_STRIPE_SECRET_KEY: secretKey, CODE_ROUTER_STRIPE_WEBHOOK_SECRET: webhookSecret } = settings;
  const stripe =
    secretKey === undefined || webhookSecret === undefined
      ? []
      : [
          new StripePayments({
            secretKey,
            webhookSecret,
            apiUrl: settings.CODE_ROUTER_STRIPE_API_URL,
            publicUrl: settings.CODE_ROUTER_PUBLIC_URL.replace(/\/+$/, ''),
          }),
        ];
  return new PaymentProviders([...stripe, ...(settings.CODE_ROUTER_TRIAL_PAYMENTS ? [new TrialPayments()] : [])]);
}
