import { SettingsError } from '@code-router/config';
import type { DataDirectory } from './data-directory/data-directory.js';
import { generatePassword } from './first-start/administrator.js';
import { isFirstStart } from './first-start/prepare.js';

export interface Secrets {
  /** 32 bytes in base64. */
  readonly encryptionKey: string;
  /** What the administrator's password is, if there was none before. */
  readonly administratorPassword: string | undefined;
  /** True when it was generated here, so that nobody knows it yet. */
  readonly passwordGenerated: boolean;
}

const ENCRYPTION_KEY_FILE = 'encryption-key';

/** Takes the secrets that were set, and makes those that were not. The password is never written down. */
export async function readSecrets(
  data: DataDirectory,
  set: { readonly encryptionKey: string | undefined; readonly administratorPassword: string | undefined },
): Promise<Secrets> {
  const generate = set.administratorPassword === undefined && (await isFirstStart(data));
  return {
    encryptionKey: set.encryptionKey ?? (await keptEncryptionKey(data)),
    administratorPassword: generate ? generatePassword() : set.administratorPassword,
    passwordGenerated: generate,
  };
}

async function keptEncryptionKey(data: DataDirectory): Promise<string> {
  const key = await data.key(ENCRYPTION_KEY_FILE);
  if (Buffer.from(key, 'base64').length === 32) return key;
  throw new SettingsError(
    `${data.pathOf(ENCRYPTION_KEY_FILE)} is damaged. Restore it from a backup: without it the keys of providers that ` +
      'were entered cannot be read.',
  );
}
