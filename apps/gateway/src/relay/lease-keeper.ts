import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { QuotaMessages, type DeliveredUsage, type UsageContext } from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';

/** How long a hold lasts when nothing more is heard of its request. */
export const LEASE_MS = 120_000;
/** Also what a gateway that dies may have delivered without being able to bill it. */
const EXTEND_EVERY_MS = 10_000;
const LOOK_EVERY_MS = 2_000;

/** A request under way, as its lease is extended: where its bill stands if nothing more is heard of it. */
export interface RequestUnderWay {
  readonly reservationId: string;
  /** What its usage event would say; asked for once. */
  context(): UsageContext;
  /** What was delivered so far; undefined when nothing was. */
  delivered(): DeliveredUsage | undefined;
}

interface Kept {
  readonly request: RequestUnderWay;
  readonly dueAt: number;
}

/**
 * Extends the leases of requests that take long, each time with a checkpoint: should this gateway die, what was delivered
 * until then is charged, and the rest released.
 */
@Injectable()
export class LeaseKeeper implements OnApplicationShutdown {
  private readonly kept = new Map<string, Kept>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly client: ServiceClient) {}

  /** Keeps the lease from now on. @returns how to stop. */
  keep(request: RequestUnderWay): () => void {
    this.kept.set(request.reservationId, { request, dueAt: Date.now() + EXTEND_EVERY_MS });
    // One timer for all: most requests end long before their first extension, and need no timer of their own.
    this.timer ??= setInterval(() => this.extendDue(), LOOK_EVERY_MS).unref();
    return () => this.kept.delete(request.reservationId);
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private extendDue(): void {
    const now = Date.now();
    for (const [reservationId, { request, dueAt }] of this.kept) {
      // They are kept in the order in which they fall due.
      if (dueAt > now) break;
      this.kept.delete(reservationId);
      this.kept.set(reservationId, { request, dueAt: now + EXTEND_EVERY_MS });
      const delivered = request.delivered();
      this.client
        .request(QuotaMessages.extend, {
          reservationId,
          leaseMs: LEASE_MS,
          context: request.context(),
          ...(delivered ? { delivered } : {}),
        })
        // When quota cannot be reached now, the next round comes before the lease ends.
        .catch(() => undefined);
    }
  }
}
