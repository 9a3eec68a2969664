import { randomBytes } from 'node:crypto';
import { DomainError, IdentityMessages, PAGE_LIMIT_MAX, QuotaMessages } from '@code-router/contracts';
import type { ServiceClient } from '@code-router/messaging';

export const ADMINISTRATOR = 'admin';

/** A password that can be read out and typed: 120 random bits without the letters that look like others. */
export function generatePassword(): string {
  const alphabet = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';
  const letters: string[] = [];
  while (letters.length < 21) {
    // A byte beyond the last whole multiple would favour the first letters.
    for (const byte of randomBytes(32)) {
      if (byte < 256 - (256 % alphabet.length)) letters.push(alphabet.charAt(byte % alphabet.length));
    }
  }
  return letters.slice(0, 21).join('');
}

/** Whom the demo account belongs to, so that its console is there to look at; undefined when the name was changed. */
export async function administratorId(client: ServiceClient): Promise<string | undefined> {
  const { items } = await client.request(IdentityMessages.listUsers, { limit: PAGE_LIMIT_MAX });
  return items.find(({ username }) => username === ADMINISTRATOR)?.id;
}

/** Whether the password is the administrator's: an administrator who was there before keeps theirs. */
export async function isAdministratorPassword(client: ServiceClient, password: string): Promise<boolean> {
  try {
    const { token } = await client.request(QuotaMessages.login, { username: ADMINISTRATOR, password });
    await client.request(QuotaMessages.logout, { token });
    return true;
  } catch (error) {
    if (error instanceof DomainError && error.code !== 'internal_error' && error.code !== 'service_unavailable') {
      return false;
    }
    throw error;
  }
}
