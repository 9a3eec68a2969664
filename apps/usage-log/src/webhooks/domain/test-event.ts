import { randomUUID } from 'node:crypto';
import type { Webhook } from '@code-router/contracts';
import type { WebhookEvent } from './deliveries.js';

const TYPE = 'code-router.webhook.test';

/** An event that says nothing but that it arrived. Its type is no usage's, so that nobody bills it. */
export function testEvent(webhook: Webhook, now: Date): WebhookEvent {
  const id = `test-${randomUUID()}`;
  const event = {
    specversion: '1.0',
    id,
    source: '/code-router/usage-log',
    type: TYPE,
    subject: webhook.id,
    time: now.toISOString(),
    datacontenttype: 'application/json',
    data: { webhook: webhook.name, message: 'This is a test. Nothing was used and nothing is charged.' },
  };
  return { id, type: TYPE, body: JSON.stringify(event) };
}
