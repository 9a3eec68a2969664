import { Webhook } from 'standardwebhooks';
import type { WebhookEvent } from '../domain/deliveries.js';

/**
 * What lets a receiver know that an event is from here, is the one that was sent, and is new: the id of the event, the
 * time of this attempt, and an HMAC-SHA256 of both and the body, one for each secret that is valid now.
 *
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function signedHeaders(
  { id, body }: WebhookEvent,
  secrets: readonly string[],
  now: Date,
): Readonly<Record<string, string>> {
  return {
    'webhook-id': id,
    'webhook-timestamp': Math.floor(now.getTime() / 1_000).toString(),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, now, body)).join(' '),
  };
}
