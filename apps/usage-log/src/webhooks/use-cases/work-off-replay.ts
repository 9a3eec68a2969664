import { Injectable } from '@nestjs/common';
import { UsageEventHistory, type StoredEvent } from '@code-router/messaging';
import { Deliveries, type NewDelivery, type Replay } from '../domain/deliveries.js';
import { DeliveryJobs } from '../domain/delivery-jobs.js';
import { concerns, matchableEvent } from '../domain/matching.js';
import { Webhooks, type Subscription } from '../domain/webhooks.js';

const BATCH_MAX = 500;

/**
 * Reads a period from the event log and puts what concerns the webhook on its way. It goes on where it was when whoever
 * began it died: deliveries of one replay are unique by event.
 */
@Injectable()
export class WorkOffReplay {
  constructor(
    private readonly webhooks: Webhooks,
    private readonly deliveries: Deliveries,
    private readonly history: UsageEventHistory,
    private readonly jobs: DeliveryJobs,
  ) {}

  async execute(replayId: string): Promise<void> {
    const replay = await this.deliveries.findReplay(replayId);
    const subscription = replay && (await this.webhooks.subscription(replay.webhookId));
    if (!replay || !subscription) return;
    // Nothing is published before it has happened.
    const start = replay.position === undefined ? { publishedSince: replay.from } : { afterPosition: replay.position };
    for await (const batch of this.history.read(start, BATCH_MAX)) {
      const ids = await this.deliveries.add(deliveriesOf(batch, replay, subscription));
      await this.jobs.addDeliveries(ids);
      await this.deliveries.noteReplay(replayId, batch.at(-1)?.position ?? 0);
    }
    await this.deliveries.noteReplay(replayId, null);
  }
}

function deliveriesOf(
  batch: readonly StoredEvent[],
  { id, webhookId, from, to }: Replay,
  subscription: Subscription,
): readonly NewDelivery[] {
  return batch.flatMap(({ event: published }) => {
    const event = matchableEvent(published);
    if (!event || event.time < from || event.time >= to || !concerns(subscription, event)) return [];
    return [{ webhookId, event: event.event, cause: 'replay' as const, replayId: id }];
  });
}
