import { EnvError, makeValidator } from 'envalid';
import { readSettings } from '@code-router/config';

const PASSWORD_LENGTH_MIN = 8;

const password = makeValidator<string>((value) => {
  // The value itself must not appear in the message, which is printed.
  if (value.length < PASSWORD_LENGTH_MIN) throw new EnvError(`expected at least ${PASSWORD_LENGTH_MIN} characters`);
  return value;
});

/** @throws SettingsError when a setting cannot be used. */
export function readQuotaSettings(environment: NodeJS.ProcessEnv = process.env) {
  return readSettings(
    {
      CODE_ROUTER_ADMIN_PASSWORD: password({
        default: undefined,
        desc: 'the first password of the user "admin", read only while there is no administrator',
      }),
    },
    environment,
  );
}

export type QuotaSettings = ReturnType<typeof readQuotaSettings>;

export const QUOTA_SETTINGS = Symbol('QUOTA_SETTINGS');
