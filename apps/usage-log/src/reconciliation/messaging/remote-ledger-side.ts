import { Injectable } from '@nestjs/common';
import {
  POSTED_USAGE_LIMIT_MAX,
  SettlementMessages,
  SETTLEMENTS_ASKED_MAX,
  type PostedUsage,
  type UsageEvent,
} from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import { LedgerSide } from '../domain/ledger-side.js';

/** Nobody waits for these answers, and quota may have much to do. */
const TIMEOUT_MS = 30_000;
/** Events are some kilobytes each, and a message of NATS has a megabyte. */
const EVENTS_ASKED_MAX = 100;

@Injectable()
export class RemoteLedgerSide extends LedgerSide {
  constructor(private readonly client: ServiceClient) {
    super();
  }

  override async *posted(from: Date, to: Date): AsyncGenerator<readonly PostedUsage[]> {
    const period = { from: from.toISOString(), to: to.toISOString(), limit: POSTED_USAGE_LIMIT_MAX };
    for (let cursor: string | undefined; ;) {
      const request = cursor === undefined ? period : { ...period, cursor };
      const page = await this.client.request(SettlementMessages.listPosted, request, { timeoutMs: TIMEOUT_MS });
      if (page.items.length > 0) yield page.items;
      cursor = page.nextCursor;
      if (cursor === undefined) return;
    }
  }

  override async events(reservationIds: readonly string[]): Promise<readonly UsageEvent[]> {
    const events: UsageEvent[] = [];
    for (const part of parts(reservationIds, EVENTS_ASKED_MAX)) {
      const request = { reservationIds: part };
      const answer = await this.client.request(SettlementMessages.getPosted, request, { timeoutMs: TIMEOUT_MS });
      events.push(...answer.events);
    }
    return events;
  }

  override async isPosted(reservationIds: readonly string[]): Promise<ReadonlySet<string>> {
    const posted = new Set<string>();
    for (const part of parts(reservationIds, SETTLEMENTS_ASKED_MAX)) {
      const request = { reservationIds: part };
      const answer = await this.client.request(SettlementMessages.status, request, { timeoutMs: TIMEOUT_MS });
      for (const id of answer.posted) posted.add(id);
    }
    return posted;
  }
}

/** Each id once. */
function parts(ids: readonly string[], size: number): readonly (readonly string[])[] {
  const unique = [...new Set(ids)];
  return Array.from({ length: Math.ceil(unique.length / size) }, (_, index) =>
    unique.slice(index * size, (index + 1) * size),
  );
}
