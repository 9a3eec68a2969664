import { randomBytes } from 'node:crypto';

const SECRET_BYTES = 32;

/**
 * A secret to sign with, of as much chance as the signature has bits.
 *
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function newWebhookSecret(): string {
  return `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
}
