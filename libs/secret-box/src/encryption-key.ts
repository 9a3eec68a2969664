import { makeValidator, EnvError } from 'envalid';
import { readSettings } from '@code-router/config';

const KEY_BYTES = 32;

/** 32 bytes in base64, as `openssl rand -base64 32` prints them. */
const keyInBase64 = makeValidator<string>((text) => {
  // Buffer.from skips what is not base64, which would turn a typo into another key: the text must say the same again.
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length !== KEY_BYTES || bytes.toString('base64') !== text) {
    throw new EnvError(`expected ${KEY_BYTES} bytes in base64; make one with: openssl rand -base64 ${KEY_BYTES}`);
  }
  return text;
});

export const encryptionSettings = {
  CODE_ROUTER_ENCRYPTION_KEY: keyInBase64({
    desc: 'encrypts the keys of providers at rest; losing it loses them, so keep a copy',
  }),
} as const;

/** @throws SettingsError when the key is missing or malformed. The key itself is never part of the message. */
export function readEncryptionKey(environment: NodeJS.ProcessEnv = process.env): Buffer {
  return Buffer.from(readSettings(encryptionSettings, environment, 'gateway').CODE_ROUTER_ENCRYPTION_KEY, 'base64');
}
