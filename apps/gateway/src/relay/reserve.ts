import { randomUUIDv7 } from 'node:crypto';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Batcher } from '@code-router/batching';
import {
  DomainError,
  QuotaMessages,
  type Principal,
  type ReservationRefused,
  type ReserveReply,
  type ReserveRequest,
} from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import { quotaUnitsText } from '@code-router/money';
import type { ChatRequest } from './chat-request.js';
import { Estimating, type Estimate } from './estimate.js';
import type { PricedQuote } from './quote.js';

/** An amount held on key and account until it is settled or released. */
export interface Hold {
  readonly reservationId: string;
  readonly amountNanos: bigint;
  /** Ends the extension of the lease; the settlement ends the hold itself. */
  stopExtending(): void;
}

const LEASE_MS = 120_000;
const EXTEND_EVERY_MS = 40_000;
const RESERVE_BATCH_MAX = 256;
/** More than one, so that a slow batch does not hold up those behind it for longer than this. */
const BATCHES_UNDER_WAY_MAX = 4;
const SLOW_BATCH_MS = 10;

/** Step 4: may this request be paid? The only gate: what it lets through is paid for. */
@Injectable()
export class Reserving implements OnApplicationShutdown {
  /** Requests that arrive together share one message, and quota decides them in one statement. */
  private readonly batcher = new Batcher<ReserveRequest, ReserveReply>(
    async (reservations) => (await this.client.request(QuotaMessages.reserve, { reservations })).decisions,
    {
      batchMax: RESERVE_BATCH_MAX,
      concurrencyMax: BATCHES_UNDER_WAY_MAX,
      gatherMs: SLOW_BATCH_MS,
      gatherOnlyWhileBusy: true,
    },
  );
  private readonly extending = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly client: ServiceClient,
    private readonly estimating: Estimating,
  ) {}

  /**
   * Holds what the request may cost. When the quick bound is too much for the balance, counts exactly and asks again.
   *
   * @throws DomainError with the code of the limit that refused.
   */
  async hold(
    principal: Principal,
    requestId: string,
    request: ChatRequest,
    quote: PricedQuote,
    estimate: Estimate,
  ): Promise<Hold> {
    const reply = await this.ask(principal, requestId, estimate);
    if ('reservationId' in reply) return reply;
    if (reply.code === 'insufficient_quota') {
      const counted = await this.estimating.count(request, quote, estimate);
      if (counted) {
        const second = await this.ask(principal, requestId, counted);
        if ('reservationId' in second) return second;
        throw refusal(second);
      }
    }
    throw refusal(reply);
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private async ask(
    principal: Principal,
    requestId: string,
    { costNanos }: Estimate,
  ): Promise<Hold | ReservationRefused> {
    const reservationId = randomUUIDv7();
    const reply = await this.batcher.add({
      reservationId,
      requestId,
      accountId: principal.accountId,
      keyId: principal.keyId,
      amountNanos: costNanos.toString(),
      leaseMs: LEASE_MS,
    });
    if (!reply.held) return reply;
    this.extending.set(reservationId, Date.now() + EXTEND_EVERY_MS);
    this.timer ??= setInterval(() => this.extendLeases(), EXTEND_EVERY_MS / 4).unref();
    return { reservationId, amountNanos: costNanos, stopExtending: () => this.extending.delete(reservationId) };
  }

  /** One timer for all holds: most requests end long before their first extension, and need no timer of their own. */
  private extendLeases(): void {
    const now = Date.now();
    for (const [reservationId, dueAt] of this.extending) {
      // Holds are kept in the order in which they fall due.
      if (dueAt > now) break;
      this.extending.delete(reservationId);
      this.extending.set(reservationId, now + EXTEND_EVERY_MS);
      // When quota cannot be reached now, the next round comes before the lease ends.
      this.client.request(QuotaMessages.extend, { reservationId, leaseMs: LEASE_MS }).catch(() => undefined);
    }
  }
}

function refusal(refused: ReservationRefused): DomainError {
  const { code, limit, neededNanos, availableNanos, retryAfterMs } = refused;
  const whose = limit === 'key' ? "this key's quota" : "the account's balance";
  switch (code) {
    case 'insufficient_quota': {
      const needed = quotaUnitsText(BigInt(neededNanos ?? 0));
      const available = quotaUnitsText(BigInt(availableNanos ?? 0));
      return new DomainError(
        code,
        `This request may cost up to ${needed} quota units, but ${whose} has ${available} left. ` +
          'Top up, raise the quota, or lower max_tokens.',
        { limit, neededNanos: neededNanos ?? '0', availableNanos: availableNanos ?? '0', needed, available },
      );
    }
    case 'rate_limit_exceeded':
      return new DomainError(code, `Too many requests at the same time for this ${limit}. Please retry.`, {
        limit,
        retryAfterMs: retryAfterMs ?? 1_000,
      });
    case 'account_disabled':
      return new DomainError(code, 'This account is disabled.', { limit });
    case 'key_disabled':
      return new DomainError(code, 'This API key is disabled.', { limit });
    case 'key_expired':
      return new DomainError(code, 'This API key has expired.', { limit });
    case 'invalid_api_key':
      return new DomainError(code, 'This API key is not known. It may have been deleted.', { limit });
    default:
      return unknownRefusal(code);
  }
}

function unknownRefusal(code: never): never {
  throw new RangeError(`Quota refused with the unknown code ${String(code)}`);
}
