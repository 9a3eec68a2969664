import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Batcher } from '@code-router/batching';
import {
  DomainError,
  type ReservationRefused,
  type ReserveBatchReply,
  type ReserveBatchRequest,
  type ReserveReply,
  type ReserveRequest,
} from '@code-router/contracts';
import { faultPoint } from '@code-router/fault-points';
import { InputChecks } from '../domain/input-checks.js';
import { canonicalIp } from '../domain/ip-address.js';
import { LEASE_MS_MAX, NAME_LENGTH_MAX, PER_MINUTE_MAX, RESERVATION_NANOS_MAX } from '../domain/limits.js';
import { Reservations, type HoldDecision, type HoldRequest } from '../domain/reservations.js';

/** Large enough for every burst seen, small enough that the first of a batch does not wait long for the last. */
const BATCH_MAX = 512;

/** When a key has as many requests under way as it may, one of them is likely to have ended after this. */
const CONCURRENCY_RETRY_MS = 1_000;

/**
 * Holds amounts on accounts and keys before requests are relayed: the one gate that all spending goes through. Whatever
 * arrives while the batch before is decided, from whichever gateway, is decided together in the next.
 */
@Injectable()
export class Reserve implements OnModuleDestroy {
  // One batch at a time: requests are decided in the order in which they came, and two batches would only wait for each
  // other's account locks.
  private readonly batches = new Batcher<HoldRequest, HoldDecision>((requests) => this.decide(requests), {
    batchMax: BATCH_MAX,
  });

  constructor(private readonly reservations: Reservations) {}

  /**
   * @throws DomainError `invalid_request_error` when any of the requests is malformed: none is decided then; `conflict`
   * when a reservation id was used before with another account, key or amount.
   */
  async execute(request: ReserveBatchRequest): Promise<ReserveBatchReply> {
    const wanted = holdRequestsFrom(request);
    const decisions = await Promise.all(wanted.map((hold) => this.batches.add(hold)));
    return { decisions: decisions.map((decision, index) => replyTo(wanted[index] as HoldRequest, decision)) };
  }

  /** Finishes what has been asked before the database connection closes. */
  async onModuleDestroy(): Promise<void> {
    await this.batches.drained();
  }

  /** Decides distinct reservations once, so that one that is asked twice in a batch gets the same answer twice. */
  private async decide(requests: readonly HoldRequest[]): Promise<readonly HoldDecision[]> {
    const first = new Map<string, HoldRequest>();
    for (const request of requests) {
      if (!first.has(request.reservationId)) first.set(request.reservationId, request);
    }
    const distinct = [...first.values()];
    const decided = await this.reservations.hold(distinct);
    faultPoint('reservation.decided');
    if (distinct.length === requests.length) return decided;
    const decisions = new Map(distinct.map((request, index) => [request, decided[index] as HoldDecision]));
    return requests.map((request) => {
      const same = first.get(request.reservationId) as HoldRequest;
      return isSameHold(request, same) ? (decisions.get(same) as HoldDecision) : { kind: 'conflict' };
    });
  }
}

function holdRequestsFrom(request: ReserveBatchRequest): HoldRequest[] {
  const checks = new InputChecks();
  const reservations: unknown = request.reservations;
  if (!Array.isArray(reservations)) checks.refuse('reservations', 'must be an array');
  const wanted = (Array.isArray(reservations) ? (reservations as ReserveRequest[]) : []).map((reservation, index) =>
    holdRequestFrom(reservation ?? {}, `reservations[${index}].`, checks),
  );
  checks.done();
  return wanted;
}

function holdRequestFrom(request: ReserveRequest, path: string, checks: InputChecks): HoldRequest {
  return {
    reservationId: checks.uuid(`${path}reservationId`, request.reservationId),
    requestId: checks.name(`${path}requestId`, request.requestId, NAME_LENGTH_MAX),
    accountId: checks.uuid(`${path}accountId`, request.accountId),
    keyId: checks.uuid(`${path}keyId`, request.keyId),
    amountNanos: checks.nanos(`${path}amountNanos`, request.amountNanos, { min: 0n, max: RESERVATION_NANOS_MAX }),
    leaseMs: checks.wholeNumber(`${path}leaseMs`, request.leaseMs, { min: 1, max: LEASE_MS_MAX }),
    model: checks.optional(request.model, (model) => checks.name(`${path}model`, model)) ?? null,
    clientIp: checks.optional(request.clientIp, (ip) => clientIpFrom(`${path}clientIp`, ip, checks)) ?? null,
    tokens:
      tokensFrom(`${path}inputTokens`, request.inputTokens, checks) +
      tokensFrom(`${path}outputTokens`, request.outputTokens, checks),
  };
}

function clientIpFrom(field: string, value: unknown, checks: InputChecks): string {
  const ip = typeof value === 'string' ? canonicalIp(value) : null;
  if (ip === null) checks.refuse(field, 'must be an IPv4 or IPv6 address');
  return ip ?? '';
}

function tokensFrom(field: string, value: unknown, checks: InputChecks): number {
  return checks.optional(value, (tokens) => checks.wholeNumber(field, tokens, { min: 0, max: PER_MINUTE_MAX })) ?? 0;
}

function isSameHold(one: HoldRequest, other: HoldRequest): boolean {
  return one.accountId === other.accountId && one.keyId === other.keyId && one.amountNanos === other.amountNanos;
}

function replyTo(request: HoldRequest, decision: HoldDecision): ReserveReply {
  switch (decision.kind) {
    case 'held': {
      const { leaseExpiresAt, requests, tokens } = decision;
      return {
        held: true,
        leaseExpiresAt: leaseExpiresAt.toISOString(),
        ...(requests && { requests }),
        ...(tokens && { tokens }),
      };
    }
    case 'conflict':
      throw new DomainError('conflict', 'The reservation id was used before, for another account, key or amount.', {
        reservationId: request.reservationId,
      });
    case 'refused':
      return refusalFor(request, decision);
    default:
      return decision satisfies never;
  }
}

function refusalFor(request: HoldRequest, decision: HoldDecision & { readonly kind: 'refused' }): ReservationRefused {
  const { code, limit, detail } = decision;
  const { limitName, limit: most, needed, left } = detail;
  const retryAfterMs = detail.retryAfterMs ?? (limitName === 'concurrency' ? CONCURRENCY_RETRY_MS : undefined);
  const isMoney = code === 'insufficient_quota';
  return {
    held: false,
    code,
    limit,
    limitName,
    ...(isMoney && {
      neededNanos: request.amountNanos.toString(),
      availableNanos: decision.availableNanos.toString(),
    }),
    ...(most !== undefined && { most }),
    ...(needed !== undefined && { needed }),
    ...(left !== undefined && { left }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}
