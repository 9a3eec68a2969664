import type { RefusalCode, LimitSource } from '@code-router/contracts';

/** A hold wanted for one relay request. Ids are in lower case. */
export interface HoldRequest {
  readonly reservationId: string;
  readonly requestId: string;
  readonly accountId: string;
  readonly keyId: string;
  readonly amountNanos: bigint;
  readonly leaseMs: number;
}

export type HoldDecision =
  | { readonly kind: 'held'; readonly leaseExpiresAt: Date }
  | {
      readonly kind: 'refused';
      readonly code: RefusalCode;
      readonly limit: LimitSource;
      readonly availableNanos: bigint;
    }
  /** The reservation id was used before, for something else. */
  | { readonly kind: 'conflict' };

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

  /** Makes a pending hold last for `leaseMs` from now, or as long as it already does. False when it is not pending. */
  abstract extend(reservationId: string, leaseMs: number): Promise<boolean>;

  /** Ends pending holds whose lease is over, the oldest first, at most `countMax` of them; returns how many. */
  abstract expire(countMax: number): Promise<number>;
}
