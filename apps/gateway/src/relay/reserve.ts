import { randomUUIDv7 } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Batcher } from '@code-router/batching';
import {
  QuotaMessages,
  type Principal,
  type RateLeft,
  type ReservationRefused,
  type ReserveReply,
  type ReserveRequest,
} from '@code-router/contracts';
import { mayHaveArrived, ServiceClient, type RequestOptions } from '@code-router/messaging';
import { SiteSettings } from '../site/site-settings.js';
import type { ChatRequest } from './chat-request.js';
import type { ClientExchange } from './client-exchange.js';
import { Estimating, type Estimate } from './estimate.js';
import type { PricedQuote } from './quote.js';
import { RelaySettings } from './relay-settings.js';
import { refusal } from './refusal.js';

/** An amount held on key and account until it is settled or released. */
export interface Hold {
  readonly reservationId: string;
  /** What it covers. */
  readonly estimate: Estimate;
  /** The most tokens of one choice, where less was asked for upstream than by the client because no more can be paid. */
  readonly outputTokensMax?: number;
  /** What is left of the limits per minute; absent where there is none. */
  readonly requests?: RateLeft | undefined;
  readonly tokens?: RateLeft | undefined;
}

/**
 * With the value `true` a request would rather be answered in fewer tokens than be refused, with `false` it would not;
 * without it, what the account has chosen counts.
 */
const LOWER_OUTPUT_HEADER = 'x-code-router-lower-max-tokens';

const RESERVE_BATCH_MAX = 256;
/** More than one, so that a slow batch does not hold up those behind it for longer than this. */
const BATCHES_UNDER_WAY_MAX = 4;
const SLOW_BATCH_MS = 10;
const RETRY_TIMEOUT_MS = 3_000;

/** What became of a reservation. */
interface Decided {
  readonly reply: ReserveReply;
  /** An earlier message of it got no answer: somebody may still decide it, whatever this answer says. */
  readonly mayBeDecidedAgain: boolean;
}

/** Hears of a hold that may be there or may still come, and that nothing will be sent upstream for. */
export type Abandon = (hold: Hold) => void;

/** Step 4: may this request be paid? The only gate: what it lets through is paid for. */
@Injectable()
export class Reserving {
  /** Requests that arrive together share one message, and quota decides them in one statement. */
  private readonly batcher = new Batcher<ReserveRequest, Decided>((reservations) => this.decide(reservations), {
    batchMax: RESERVE_BATCH_MAX,
    concurrencyMax: BATCHES_UNDER_WAY_MAX,
    gatherMs: SLOW_BATCH_MS,
    gatherOnlyWhileBusy: true,
  });

  constructor(
    private readonly client: ServiceClient,
    private readonly estimating: Estimating,
    private readonly settings: RelaySettings,
    private readonly site: SiteSettings,
  ) {}

  /**
   * Holds what the request may cost. When the quick bound is too much, counts the input exactly and asks again; when it is
   * the output that is too much, and request ({@link LOWER_OUTPUT_HEADER}) or account wish so, asks for as much of it as can
   * be paid.
   *
   * @param abandon hears of what quota may hold although nobody counts on it: otherwise it would be held until its lease
   *   ends. It may be called before the error is thrown.
   * @throws DomainError with the code of the limit that refused, or `service_unavailable`.
   */
  async hold(
    exchange: ClientExchange,
    principal: Principal,
    request: ChatRequest,
    quote: PricedQuote,
    estimate: Estimate,
    abandon: Abandon,
  ): Promise<Hold> {
    const ask = (asked: Estimate) => this.ask(exchange, principal, quote, asked, abandon);
    const first = await ask(estimate);
    if ('reservationId' in first) return first;
    const counted = mayFitWhenCounted(first) ? await this.estimating.count(request, quote, estimate) : undefined;
    const second = counted ? await ask(counted) : first;
    if ('reservationId' in second) return second;
    const lowered = wantsLowerOutput(exchange, principal)
      ? affordable(second, this.estimating, request, quote, counted ?? estimate)
      : undefined;
    const third = lowered ? await ask(lowered) : second;
    if ('reservationId' in third) return { ...third, outputTokensMax: perChoice(third.estimate, request) };
    throw refusal(third, this.site.quotaUnitsPerCredit);
  }

  private async ask(
    exchange: ClientExchange,
    principal: Principal,
    quote: PricedQuote,
    estimate: Estimate,
    abandon: Abandon,
  ): Promise<Hold | ReservationRefused> {
    const reservationId = randomUUIDv7();
    const { costNanos, inputTokens, outputTokens } = estimate;
    const request: ReserveRequest = {
      reservationId,
      requestId: exchange.requestId,
      accountId: principal.accountId,
      keyId: principal.keyId,
      amountNanos: costNanos.toString(),
      leaseMs: this.settings.leaseMs,
      model: quote.message.model,
      clientIp: exchange.clientIp,
      inputTokens,
      outputTokens,
    };
    const hold = { reservationId, estimate };
    const { reply, mayBeDecidedAgain } = await this.batcher.add(request).catch((error: unknown) => {
      if (mayHaveArrived(error)) abandon(hold);
      throw error;
    });
    if (reply.held) return { reservationId, estimate, requests: reply.requests, tokens: reply.tokens };
    if (mayBeDecidedAgain) abandon(hold);
    return reply;
  }

  /** Asks once more when nobody answered: another replica may, and a reservation that is asked for twice is held once. */
  private async decide(reservations: readonly ReserveRequest[]): Promise<readonly Decided[]> {
    const ask = async (options?: RequestOptions): Promise<readonly ReserveReply[]> =>
      (await this.client.request(QuotaMessages.reserve, { reservations }, options)).decisions;
    try {
      return (await ask()).map((reply) => ({ reply, mayBeDecidedAgain: false }));
    } catch (error) {
      if (!mayHaveArrived(error)) throw error;
      try {
        return (await ask({ timeoutMs: RETRY_TIMEOUT_MS })).map((reply) => ({ reply, mayBeDecidedAgain: true }));
      } catch {
        // That nobody listens any more does not say that nobody got the first message.
        throw error;
      }
    }
  }
}

function wantsLowerOutput({ headers }: ClientExchange, { lowerOutput = false }: Principal): boolean {
  const asked = headers[LOWER_OUTPUT_HEADER];
  if (asked === 'true' || asked === 'false') return asked === 'true';
  return lowerOutput;
}

function affordable(
  { code, availableNanos = '0' }: ReservationRefused,
  estimating: Estimating,
  request: ChatRequest,
  quote: PricedQuote,
  refused: Estimate,
): Estimate | undefined {
  return code === 'insufficient_quota'
    ? estimating.withLessOutput(request, quote, refused, BigInt(availableNanos))
    : undefined;
}

function perChoice({ outputTokens }: Estimate, { choices }: ChatRequest): number {
  return Math.floor(outputTokens / choices);
}

function mayFitWhenCounted({ code }: ReservationRefused): boolean {
  return code === 'insufficient_quota' || code === 'rate_limit_exceeded' || code === 'request_too_large';
}

/** OpenAI's headers: what is left of the limits per minute, and when all of it is back. */
export function rateLimitHeaders({ requests, tokens }: Hold): Record<string, string> {
  return { ...headersOf('requests', requests), ...headersOf('tokens', tokens) };
}

function headersOf(what: string, left: RateLeft | undefined): Record<string, string> {
  if (!left) return {};
  return {
    [`x-ratelimit-limit-${what}`]: left.limit.toString(),
    [`x-ratelimit-remaining-${what}`]: left.remaining.toString(),
    [`x-ratelimit-reset-${what}`]: `${(left.resetMs / 1_000).toFixed(3)}s`,
  };
}
