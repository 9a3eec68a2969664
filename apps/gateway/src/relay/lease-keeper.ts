import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { DomainError, QuotaMessages, type DeliveredUsage, type UsageContext } from '@code-router/contracts';
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
  /** When its lease was taken or extended last. */
  readonly extendedAt: number;
  readonly dueAt: number;
}

/**
 * Extends the leases of requests that take long, each time with a checkpoint: should this gateway die, what was delivered
 * until then is charged, and the rest released. An answer gets its first checkpoint soon after it has begun, however long
 * it took to begin, since most are short; a request that has nothing to show yet has its lease extended, no more.
 */
@Injectable()
export class LeaseKeeper implements OnApplicationShutdown {
  private readonly logger = new Logger(LeaseKeeper.name);
  /** Requests that have nothing to show so far, and those with one; both in the order in which they fall due. */
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
    const now = Date.now();
    this.fresh.set(request.reservationId, { request, extendedAt: now, dueAt: now + this.firstAfterMs });
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
    for (const [id, { request, extendedAt, dueAt }] of this.fresh) {
      if (dueAt > now) break;
      this.fresh.delete(id);
      const delivered = request.delivered();
      const isExtended = delivered !== undefined || now - extendedAt >= this.extendEveryMs;
      if (isExtended) this.extend(request, delivered);
      if (delivered) this.kept.set(id, { request, extendedAt: now, dueAt: now + this.extendEveryMs });
      else this.fresh.set(id, { request, extendedAt: isExtended ? now : extendedAt, dueAt: now + this.firstAfterMs });
    }
    for (const [id, { request, dueAt }] of this.kept) {
      if (dueAt > now) break;
      this.kept.delete(id);
      this.kept.set(id, { request, extendedAt: now, dueAt: now + this.extendEveryMs });
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
      .catch((error: unknown) => {
        // When quota cannot be reached now, the next round comes before the lease ends. A refusal would come again.
        if (!(error instanceof DomainError) || error.code === 'service_unavailable') return;
        this.logger.error('Quota refuses to extend a hold.', { reservationId: request.reservationId, err: error });
      });
  }
}
