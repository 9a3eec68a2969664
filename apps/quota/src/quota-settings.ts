import { EnvError, makeValidator, str } from 'envalid';
import { readSettings } from '@code-router/config';
import { AMOUNT_NANOS_MAX } from './domain/limits.js';
import { PASSWORD_LENGTH_MIN } from './domain/password.js';

const password = makeValidator<string>((value) => {
  // The value itself must not appear in the message, which is printed.
  if (value.length < PASSWORD_LENGTH_MIN) throw new EnvError(`expected at least ${PASSWORD_LENGTH_MIN} characters`);
  return value;
});

const nanos = makeValidator<bigint>((value) => {
  if (/^\d{1,19}$/.test(value) && BigInt(value) <= AMOUNT_NANOS_MAX) return BigInt(value);
  throw new EnvError(`expected a whole number of nanos from 0 to ${AMOUNT_NANOS_MAX}, got "${value}"`);
});

/** @throws SettingsError when a setting cannot be used. */
export function readQuotaSettings(environment: NodeJS.ProcessEnv = process.env) {
  return readSettings(
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
    },
    environment,
  );
}

export type QuotaSettings = ReturnType<typeof readQuotaSettings>;

export const QUOTA_SETTINGS = Symbol('QUOTA_SETTINGS');
