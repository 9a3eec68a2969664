import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { UsageEventLog, type EventSubscription } from '@code-router/messaging';
import { Webhooks } from '../domain/webhooks.js';
import { QueueDeliveries } from '../use-cases/queue-deliveries.js';

/** The durable name under which the event log remembers how far the webhooks have got. */
export const WEBHOOK_CONSUMER = 'webhooks';
const BATCH_MAX = 256;
/** What comes within a fifth of a second becomes deliveries together. */
const GATHER_MS = 200;
/** When a notice got lost, a replica hears of the first and of the last webhook after this. */
const LOOK_INTERVAL_MS = 5_000;
/** A consumer begins a little before the oldest webhook: the clocks of machines differ. */
const CLOCK_TOLERANCE_MS = 60_000;

/**
 * Reads the event log while there is a webhook, and not at all while there is none: most installations have none, and
 * should not pay for them. A consumer that nobody needs would also keep events from being removed.
 */
@Injectable()
export class WebhookEventsConsumer implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(WebhookEventsConsumer.name);
  private subscription: EventSubscription | undefined;
  private looking: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    private readonly eventLog: UsageEventLog,
    private readonly webhooks: Webhooks,
    private readonly queueDeliveries: QueueDeliveries,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.timer = setInterval(() => void this.look(), LOOK_INTERVAL_MS);
    await this.look();
  }

  /** Begins or ends, whichever the webhooks ask for. One look after the other. */
  look(): Promise<void> {
    this.looking = this.looking
      .then(() => (this.stopped ? undefined : this.beginOrEnd()))
      .catch((error: unknown) => this.logger.warn('The webhooks cannot be read; trying again.', { err: error }));
    return this.looking;
  }

  /** Before the queue closes: the batch under way still needs it. */
  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    await this.looking;
    await this.subscription?.stop();
  }

  private async beginOrEnd(): Promise<void> {
    const oldest = await this.webhooks.oldestCreatedAt();
    if (oldest && !this.subscription) {
      const since = new Date(oldest.getTime() - CLOCK_TOLERANCE_MS);
      const options = { consumer: WEBHOOK_CONSUMER, batchMax: BATCH_MAX, gatherMs: GATHER_MS, since };
      this.subscription = await this.eventLog.consume(options, (events) => this.queueDeliveries.execute(events));
    }
    if (!oldest && this.subscription) {
      await this.subscription.stop();
      this.subscription = undefined;
      await this.eventLog.forget(WEBHOOK_CONSUMER);
    }
  }
}
