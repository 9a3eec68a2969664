import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { QuotaMessages, type DeliveredUsage, type UsageContext } from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import { RelaySettings } from './relay-settings.js';

/**
 * A lease survives quota being away for most of it. What a gateway that dies may have delivered without being able to
 * bill it is a twelfth of a lease as well.
 */
const EXTENSIONS_IN_LEASE = 12;
/** An answer that has begun gets its first checkpoint after this part of the time between two. */
const FIRST_CHECKPOINT_SHARE = 1 / 4;
const LOOKS_IN_EXTENSION = 10;

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
  readonly beganAt: number;
  readonly dueAt: number;
}

/**
 * Extends the leases of requests that take long, each time with a checkpoint: should this gateway die, what was delivered
 * until then is charged, and the rest released. An answer that has begun gets a checkpoint early, since most are short;
 * a request that has nothing to show yet needs none before its lease has to be extended.
 */
@Injectable()
export class LeaseKeeper implements OnApplicationShutdown {
  /** Requests without a checkpoint so far, and those with one; both in the order in which they fall due. */
  private readonly fresh = new Map<string, Kept>();
  private readonly kept = new Map<string, Kept>();
  private readonly leaseMs: number;
  private readonly extendEveryMs: number;
  private readonly firstAfterMs: number;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly client: ServiceClient,
    settings: RelaySettings,
  ) {
    this.leaseMs = settings.leaseMs;
    this.extendEveryMs = settings.leaseMs / EXTENSIONS_IN_LEASE;
    this.firstAfterMs = this.extendEveryMs * FIRST_CHECKPOINT_SHARE;
  }

  /** Keeps the lease from now on. @returns how to stop. */
  keep(request: RequestUnderWay): () => void {
    const beganAt = Date.now();
    this.fresh.set(request.reservationId, { request, beganAt, dueAt: beganAt + this.firstAfterMs });
    // One timer for all: most requests end long before their first extension, and need no timer of their own.
    this.timer ??= setInterval(() => this.extendDue(), this.extendEveryMs / LOOKS_IN_EXTENSION).unref();
    return () => {
      this.fresh.delete(request.reservationId);
      this.kept.delete(request.reservationId);
    };
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private extendDue(): void {
    const now = Date.now();
    for (const [id, { request, beganAt, dueAt }] of this.fresh) {
      if (dueAt > now) break;
      this.fresh.delete(id);
      const delivered = request.delivered();
      if (!delivered && now - beganAt < this.extendEveryMs) {
        this.fresh.set(id, { request, beganAt, dueAt: now + this.firstAfterMs });
        continue;
      }
      this.kept.set(id, { request, beganAt, dueAt: now + this.extendEveryMs });
      this.extend(request, delivered);
    }
    for (const [id, { request, beganAt, dueAt }] of this.kept) {
      if (dueAt > now) break;
      this.kept.delete(id);
      this.kept.set(id, { request, beganAt, dueAt: now + this.extendEveryMs });
      this.extend(request, request.delivered());
    }
  }

  private extend(request: RequestUnderWay, delivered: DeliveredUsage | undefined): void {
    this.client
      .request(QuotaMessages.extend, {
        reservationId: request.reservationId,
        leaseMs: this.leaseMs,
        context: request.context(),
        ...(delivered ? { delivered } : {}),
      })
      // When quota cannot be reached now, the next round comes before the lease ends.
      .catch(() => undefined);
  }
}
