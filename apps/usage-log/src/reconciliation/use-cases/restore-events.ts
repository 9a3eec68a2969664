import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { UsageEvent } from '@code-router/contracts';
import { serialized, UsageEventHistory, UsageEventLog } from '@code-router/messaging';
import type { Findings } from '../domain/findings.js';
import { LedgerSide } from '../domain/ledger-side.js';
import type { StreamGap } from '../domain/stream-gap.js';

const BATCH_MAX = 500;
/** By how much the clocks of those who make events and of the log may differ. */
const CLOCKS_MS = 60_000;

/**
 * Publishes again what was posted and is in the stream no more, for the consumers that had not read it when the stream
 * lost it. Those that had drop it by its event id.
 */
@Injectable()
export class RestoreEvents {
  constructor(
    private readonly ledger: LedgerSide,
    private readonly history: UsageEventHistory,
    private readonly eventLog: UsageEventLog,
  ) {}

  async execute(gap: StreamGap, findings: Findings): Promise<void> {
    // What the stream has dropped by its age is where it belongs.
    const keptSince = (await this.history.keepsSince()).getTime() + CLOCKS_MS;
    const missing = [...gap.missing];
    for (let start = 0; start < missing.length; start += BATCH_MAX) {
      const part = new Map(missing.slice(start, start + BATCH_MAX));
      const events = await this.ledger.events([...part.values()]);
      const wanted = events.filter((event) => part.has(event.id) && completedAt(event) > keptSince);
      await this.restore(new Map(wanted.map((event) => [event.id, event])), findings);
    }
    if (!gap.hasMore) return;
    const explanation = `More than ${gap.missing.size} events are missing from the stream. Those were published again; run again over the same period for the others.`;
    findings.add({ kind: 'missing-event', reservationId: null, repaired: false, explanation });
  }

  /** An event may have been published long before it was posted, or again after the period. */
  private async restore(events: Map<string, UsageEvent>, findings: Findings): Promise<void> {
    if (events.size === 0) return;
    const oldest = Math.min(...[...events.values()].map(completedAt));
    for await (const stored of this.history.read({ publishedSince: new Date(oldest - CLOCKS_MS) }, BATCH_MAX)) {
      for (const { event } of stored) events.delete(eventIdOf(event));
      if (events.size === 0) return;
    }
    // The log drops a message id that it has seen lately, also when it has lost the event since: so they get others.
    await Promise.all(
      [...events.values()].map((event) =>
        this.eventLog.publishSerialized({ ...serialized(event), messageId: `${event.id}:again:${randomUUID()}` }),
      ),
    );
    for (const { data } of events.values()) {
      const explanation = `It was posted as ${data.outcome} and was missing from the stream: published again.`;
      findings.add({ kind: 'missing-event', reservationId: data.reservationId, repaired: true, explanation });
    }
  }
}

/** Of anything that somebody published. */
export function eventIdOf(event: unknown): string {
  return String((event as Partial<UsageEvent> | null | undefined)?.id);
}

function completedAt({ data }: UsageEvent): number {
  return Date.parse(data.completedAt);
}
