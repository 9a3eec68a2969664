import { Injectable, Logger } from '@nestjs/common';
import { WebhookNotices } from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import { Deliveries, type Attempt, type DueDelivery } from '../domain/deliveries.js';
import { DeliveryCounts } from '../domain/delivery-counts.js';
import { EndpointGate } from '../domain/endpoint-gate.js';
import { RetrySchedule } from '../domain/retry-schedule.js';
import { WebhookSender } from '../domain/webhook-sender.js';
import { SecretUnreadable, Webhooks } from '../domain/webhooks.js';

/** Whether a delivery is done with, or when it is to be taken up again. */
export type DeliverResult = 'done' | { readonly againAt: Date };

/** A delivery that is due in less than this is made now. */
const EARLY_MS = 50;
/** The endpoint says that it is gone, by the convention of Standard Webhooks. */
const GONE = 410;

/** Makes the next attempt at a delivery, when it is time and its endpoint has room for one more. */
@Injectable()
export class Deliver {
  private readonly logger = new Logger(Deliver.name);

  constructor(
    private readonly webhooks: Webhooks,
    private readonly deliveries: Deliveries,
    private readonly sender: WebhookSender,
    private readonly schedule: RetrySchedule,
    private readonly gate: EndpointGate,
    private readonly counts: DeliveryCounts,
    private readonly client: ServiceClient,
  ) {}

  /** May be called again for the same delivery, by whatever process: what is done stays done. */
  async execute(id: string): Promise<DeliverResult> {
    const delivery = await this.deliveries.findDue(id);
    if (!delivery) return 'done';
    if (delivery.webhookStatus === 'disabled' && delivery.cause !== 'test') {
      await this.deliveries.giveUp(id, 'the webhook is disabled');
      return 'done';
    }
    if (delivery.nextAttemptAt.getTime() - Date.now() > EARLY_MS) return { againAt: delivery.nextAttemptAt };
    const admission = this.gate.enter(delivery.webhookId, Date.now());
    if ('askAgainAt' in admission) {
      const againAt = new Date(admission.askAgainAt);
      await this.deliveries.putOff(delivery, againAt);
      return { againAt };
    }
    if ('isFull' in admission) {
      // Behind the others of its webhook: it gets a job again with those that are overdue.
      await this.deliveries.putOff(delivery, new Date());
      return 'done';
    }
    try {
      const attempt = await this.attempt(delivery);
      return attempt ? await this.note(delivery, attempt) : 'done';
    } finally {
      admission.leave();
    }
  }

  /** Undefined when the webhook is gone. */
  private async attempt({ webhookId, event }: DueDelivery): Promise<Attempt | undefined> {
    try {
      const endpoint = await this.webhooks.endpoint(webhookId);
      return endpoint && (await this.sender.send(endpoint, event));
    } catch (error) {
      // Counted like any other, so that it is shown, and that the webhook is disabled in the end.
      if (error instanceof SecretUnreadable) return { httpStatus: null, error: error.message, durationMs: 0 };
      throw error;
    }
  }

  private async note(delivery: DueDelivery, attempt: Attempt): Promise<DeliverResult> {
    this.gate.note(delivery.webhookId, attempt.durationMs);
    if (attempt.error === null) {
      await this.deliveries.noteDelivered(delivery, attempt);
      this.counts.add('delivered');
      return 'done';
    }
    const againAt = this.nextAttemptAt(delivery, attempt);
    await this.deliveries.noteFailure(delivery, attempt, againAt);
    this.counts.add(againAt ? 'retried' : 'failed');
    if (againAt) return { againAt };
    if (delivery.cause !== 'test') await this.disableIfItNeverWorks(delivery, attempt);
    return 'done';
  }

  /** A test is for somebody who waits; an endpoint that is gone does not come back. */
  private nextAttemptAt({ cause, attempts }: DueDelivery, { httpStatus }: Attempt): Date | undefined {
    if (cause === 'test' || httpStatus === GONE) return undefined;
    return this.schedule.nextAttemptAt(attempts + 1, new Date(), Math.random());
  }

  /** A delivery was given up: unless its endpoint took others in all that time, it will take none. */
  private async disableIfItNeverWorks({ webhookId, createdAt }: DueDelivery, attempt: Attempt): Promise<void> {
    const gone = attempt.httpStatus === GONE;
    if (!gone && (await this.deliveries.deliveredSince(webhookId, createdAt))) return;
    const reason = gone
      ? 'The endpoint answered 410, which says that it is gone for good.'
      : `Nothing was delivered since ${createdAt.toISOString()}; the last attempt: ${attempt.error}.`;
    if (!(await this.webhooks.disable(webhookId, reason))) return;
    const webhook = await this.webhooks.get(webhookId);
    const notice = { id: webhookId, name: webhook?.name ?? '', reason };
    this.logger.error('A webhook was disabled because of its failures. An administrator can enable it again.', notice);
    this.client.notify(WebhookNotices.disabled, notice);
    this.client.notify(WebhookNotices.changed, {});
  }
}
