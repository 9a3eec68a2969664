import { bool, EnvError, makeValidator, str } from 'envalid';
import { readSettings, SettingsError, urlWithScheme, wholeNumber } from '@code-router/config';
import { AMOUNT_NANOS_MAX } from './domain/limits.js';
import { PASSWORD_LENGTH_MIN } from './domain/password.js';
import { TOP_UP_OFFER_DEFAULT, topUpOfferFrom, type TopUpOffer } from './domain/top-up-offer.js';

const password = makeValidator<string>((value) => {
  // The value itself must not appear in the message, which is printed.
  if (value.length < PASSWORD_LENGTH_MIN) throw new EnvError(`expected at least ${PASSWORD_LENGTH_MIN} characters`);
  return value;
});

const nanos = makeValidator<bigint>((value) => {
  if (/^\d{1,19}$/.test(value) && BigInt(value) <= AMOUNT_NANOS_MAX) return BigInt(value);
  throw new EnvError(`expected a whole number of nanos from 0 to ${AMOUNT_NANOS_MAX}, got "${value}"`);
});

const offer = makeValidator<TopUpOffer>((value) => {
  try {
    return topUpOfferFrom(value);
  } catch (error) {
    throw new EnvError((error as Error).message);
  }
});

/** @throws SettingsError when a setting cannot be used. */
export function readQuotaSettings(environment: NodeJS.ProcessEnv = process.env) {
  const settings = readSettings(
    {
      CODE_ROUTER_ADMIN_PASSWORD: password({
        default: undefined,
        desc: 'the first password of the user "admin", read only while there is no administrator',
      }),
      CODE_ROUTER_SIGN_UP: str({
        choices: ['open', 'closed'] as const,
        default: 'closed' as const,
        desc: 'whether anybody may sign up; closed: only with an invitation, or entered by an administrator',
      }),
      CODE_ROUTER_WELCOME_NANOS: nanos({
        default: 0n,
        desc: 'what the account of whoever signs up is granted, in nanos; anybody who can sign up twice gets it twice',
      }),
      CODE_ROUTER_TOP_UP: offer({
        default: TOP_UP_OFFER_DEFAULT,
        desc: 'what can be bought, as JSON: currency, packages, amounts; see docs/top-up.md',
      }),
      CODE_ROUTER_TRIAL_PAYMENTS: bool({
        default: false,
        desc: 'whether accounts may be topped up without paying: for trying out only, never where anybody pays',
      }),
      CODE_ROUTER_STRIPE_SECRET_KEY: str({ default: undefined, desc: 'the secret key of the Stripe account' }),
      CODE_ROUTER_STRIPE_WEBHOOK_SECRET: str({
        default: undefined,
        desc: 'the signing secret of the webhook endpoint at /api/payments/stripe/webhook',
      }),
      CODE_ROUTER_STRIPE_API_URL: urlWithScheme(['http', 'https'])({
        default: 'https://api.stripe.com',
        desc: 'where the API of Stripe is; another one only for tests',
      }),
      CODE_ROUTER_POSTED_USAGE_DAYS: wholeNumber({ min: 1, max: 365 })({
        default: 7,
        desc: 'how long the usage events behind the ledger are kept, in days: what a log lost is restored from them',
      }),
      CODE_ROUTER_PUBLIC_URL: urlWithScheme(['http', 'https'])({
        default: 'http://127.0.0.1:3000',
        desc: 'where people reach Code Router: they are sent back there after paying',
      }),
    },
    environment,
    'quota',
  );
  // Without the secret nobody could tell Stripe from somebody who writes themselves money.
  if (
    (settings.CODE_ROUTER_STRIPE_SECRET_KEY === undefined) !==
    (settings.CODE_ROUTER_STRIPE_WEBHOOK_SECRET === undefined)
  ) {
    throw new SettingsError(
      'CODE_ROUTER_STRIPE_SECRET_KEY and CODE_ROUTER_STRIPE_WEBHOOK_SECRET are set together or not at all',
    );
  }
  return settings;
}

export type QuotaSettings = ReturnType<typeof readQuotaSettings>;

export const QUOTA_SETTINGS = Symbol('QUOTA_SETTINGS');
