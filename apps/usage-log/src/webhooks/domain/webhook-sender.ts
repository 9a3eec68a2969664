import type { Attempt, WebhookEvent } from './deliveries.js';
import type { Endpoint } from './webhooks.js';

/** Makes one attempt. */
export abstract class WebhookSender {
  /** Never rejects: whatever goes wrong is the outcome of the attempt. */
  abstract send(endpoint: Endpoint, event: WebhookEvent): Promise<Attempt>;
}
