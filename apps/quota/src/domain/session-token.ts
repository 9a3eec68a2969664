import { createHash, randomBytes } from 'node:crypto';

const TOKEN_FORM = /^[A-Za-z0-9_-]{43}$/;

/** 256 random bits in base64url. */
export function generateSessionToken(): string {
  return randomBytes(32).toString('base64url');
}

/** What is stored in place of the token. Nobody can guess 256 random bits, so a fast hash protects them. */
export function hashSessionToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** Whether a text could be a token at all. */
export function isSessionToken(text: unknown): text is string {
  return typeof text === 'string' && TOKEN_FORM.test(text);
}
