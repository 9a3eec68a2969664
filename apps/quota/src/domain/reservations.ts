import type {
  DeliveredUsage,
  LimitName,
  LimitSource,
  RateLeft,
  RefusalCode,
  UsageContext,
} from '@code-router/contracts';

/** A hold wanted for one relay request. Ids are in lower case. */
export interface HoldRequest {
  readonly reservationId: string;
  readonly requestId: string;
  readonly accountId: string;
  readonly keyId: string;
  readonly amountNanos: bigint;
  readonly leaseMs: number;
  readonly model: string | null;
  /** As {@link canonicalIp} writes it. */
  readonly clientIp: string | null;
  /** The most that may go in and come out. */
  readonly tokens: number;
}

/** What the limit that refused says of itself, besides money. */
export interface RefusalDetail {
  readonly limitName: LimitName;
  readonly limit?: number;
  readonly needed?: number;
  readonly left?: number;
  /** Null or absent when waiting does not help, or nobody knows how long. */
  readonly retryAfterMs?: number | null;
}

export type HoldDecision =
  | {
      readonly kind: 'held';
      readonly leaseExpiresAt: Date;
      readonly requests?: RateLeft;
      readonly tokens?: RateLeft;
    }
  | {
      readonly kind: 'refused';
      readonly code: RefusalCode;
      readonly limit: LimitSource;
      readonly detail: RefusalDetail;
      readonly availableNanos: bigint;
    }
  /** The reservation id was used before, for something else. */
  | { readonly kind: 'conflict' };

/** What a gateway tells when it makes a hold last longer. */
export interface Extension {
  readonly reservationId: string;
  readonly leaseMs: number;
  readonly delivered: DeliveredUsage | null;
  readonly context: UsageContext | null;
}

/** A reservation that expired, and what was charged for it. */
export interface Orphan {
  readonly reservationId: string;
  readonly requestId: string;
  readonly accountId: string;
  readonly keyId: string;
  readonly chargedNanos: bigint;
  readonly expiredAt: Date;
  readonly context: UsageContext;
  /** The last checkpoint; null when nothing was delivered. */
  readonly delivered: DeliveredUsage | null;
}

/** The usage event that an orphan was published with. */
export interface OrphanEvent {
  readonly reservationId: string;
  readonly amountNanos: bigint;
  /** As JSON. */
  readonly event: string;
}

/** Where holds are kept. */
export abstract class Reservations {
  /**
   * Decides requests in their order, exactly as if each had come alone, in one transaction. A request whose id was held
   * before is answered as it was then and holds nothing more.
   *
   * @param requests with distinct reservation ids.
   * @returns one decision for each request, in the same order.
   */
  abstract hold(requests: readonly HoldRequest[]): Promise<readonly HoldDecision[]>;

  /**
   * Makes a pending hold last for `leaseMs` from now, or as long as it already does, and keeps the checkpoint, unless a
   * later one is there. False when it is not pending.
   */
  abstract extend(extension: Extension): Promise<boolean>;

  /**
   * Ends pending holds whose lease is over, the oldest first, at most `countMax` of them, and charges what was delivered
   * by their checkpoints; returns how many.
   */
  abstract expire(countMax: number): Promise<number>;

  /** Expired reservations whose usage event is still to be published, and whose settlement has not come meanwhile. */
  abstract listUnpublishedOrphans(countMax: number): Promise<readonly Orphan[]>;

  /**
   * Their usage events are published; these are kept beside what was charged for them, unless a settlement has come
   * meanwhile, which says it better.
   */
  abstract markPublished(orphans: readonly OrphanEvent[]): Promise<void>;
}
