import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { QuotaMessages, type DeliveredUsage, type UsageContext } from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import { RelaySettings } from './relay-settings.js';

/**
 * A lease survives quota being away for most of it. What a gateway that dies may have delivered without being able to
 * bill it is a twelfth of a lease as well.
 */
const EXTENSIONS_IN_LEASE = 12;
const LOOKS_IN_EXTENSION = 5;

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
  private readonly leaseMs: number;
  private readonly extendEveryMs: number;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly client: ServiceClient,
    settings: RelaySettings,
  ) {
    this.leaseMs = settings.leaseMs;
    this.extendEveryMs = settings.leaseMs / EXTENSIONS_IN_LEASE;
  }

  /** Keeps the lease from now on. @returns how to stop. */
  keep(request: RequestUnderWay): () => void {
    this.kept.set(request.reservationId, { request, dueAt: Date.now() + this.extendEveryMs });
    // One timer for all: most requests end long before their first extension, and need no timer of their own.
    this.timer ??= setInterval(() => this.extendDue(), this.extendEveryMs / LOOKS_IN_EXTENSION).unref();
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
      this.kept.set(reservationId, { request, dueAt: now + this.extendEveryMs });
      const delivered = request.delivered();
      this.client
        .request(QuotaMessages.extend, {
          reservationId,
          leaseMs: this.leaseMs,
          context: request.context(),
          ...(delivered ? { delivered } : {}),
        })
        // When quota cannot be reached now, the next round comes before the lease ends.
        .catch(() => undefined);
    }
  }
}
