import type { UsageEvent } from '@code-router/contracts';
import type { NewDelivery, WebhookEvent } from './deliveries.js';
import type { Subscription } from './webhooks.js';

/** An event with what decides who gets it; undefined when it is not one that a webhook could be sent. */
export interface MatchableEvent {
  readonly event: WebhookEvent;
  readonly outcome: string;
  readonly accountId: string;
  readonly time: Date;
}

/** Reads what some program published. Whether the rest of it is right is for the receiver to say. */
export function matchableEvent(published: unknown): MatchableEvent | undefined {
  const { id, type, subject, time, data } = (published ?? {}) as Partial<UsageEvent>;
  const at = new Date(typeof time === 'string' ? time : Number.NaN);
  if (typeof id !== 'string' || typeof type !== 'string' || typeof subject !== 'string') return undefined;
  if (id === '' || Number.isNaN(at.getTime()) || typeof data?.outcome !== 'string') return undefined;
  return {
    event: { id, type, body: JSON.stringify(published) },
    outcome: data.outcome,
    accountId: subject,
    time: at,
  };
}

/** A webhook gets what happened since it is active, of its account, of the kinds that it asked for. */
export function deliveriesFor(
  events: readonly MatchableEvent[],
  subscriptions: readonly Subscription[],
): readonly NewDelivery[] {
  return events.flatMap((candidate) =>
    subscriptions
      .filter((subscription) => concerns(subscription, candidate) && candidate.time >= subscription.activeSince)
      .map(({ id }) => ({ webhookId: id, event: candidate.event, cause: 'event' as const })),
  );
}

/** Whether an event is of the account and the kinds that a webhook asked for, whenever it happened. */
export function concerns({ accountId, events }: Subscription, candidate: MatchableEvent): boolean {
  return (accountId === null || accountId === candidate.accountId) && events.includes(candidate.outcome);
}
