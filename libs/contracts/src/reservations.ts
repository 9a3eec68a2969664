import type { NanosText, TokenUsage, UnitUsage } from '@code-router/money';
import type { UsageData } from './usage-event.js';

/** A hold on an account and a key, wanted for one relay request. */
export interface ReserveRequest {
  /** UUID made by the caller: asking again with the same id holds nothing twice. */
  readonly reservationId: string;
  readonly requestId: string;
  readonly accountId: string;
  readonly keyId: string;
  readonly amountNanos: NanosText;
  /** How long the hold lasts without being extended, posted or voided. */
  readonly leaseMs: number;
  /** The model's own name, which an alias stands for. A key that may use only some models is refused without it. */
  readonly model?: string;
  /** An IPv4 or IPv6 address. A key that may be used only from some addresses is refused without it. */
  readonly clientIp?: string;
  /** The most tokens that may go in and come out; they count against the tokens per minute until the actual ones do. */
  readonly inputTokens?: number;
  readonly outputTokens?: number;
}

/**
 * Whose limit refused a reservation: a group's is one that the account has because it is in the group, a member's is one
 * of all keys that the member made.
 */
export type LimitSource = 'key' | 'member' | 'account' | 'group';

/** Which limit refused a reservation. */
export type LimitName =
  | 'existence'
  | 'status'
  | 'expiry'
  | 'models'
  | 'ips'
  | 'budget'
  | 'quota'
  | 'member_budget'
  | 'balance'
  | 'requests_per_minute'
  | 'tokens_per_minute'
  | 'concurrency';

export type RefusalCode =
  | 'insufficient_quota'
  | 'rate_limit_exceeded'
  | 'account_disabled'
  | 'key_disabled'
  | 'key_expired'
  | 'invalid_api_key'
  | 'model_not_allowed'
  | 'ip_not_allowed'
  /** More tokens than the limit per minute allows at all: waiting does not help. */
  | 'request_too_large';

/** What is left of a limit per minute, this request counted. */
export interface RateLeft {
  readonly limit: number;
  readonly remaining: number;
  /** Until nothing is counted any more, if no further request comes. */
  readonly resetMs: number;
}

export interface ReservationHeld {
  readonly held: true;
  readonly leaseExpiresAt: string;
  /** Of the limits of key and account that with the least left; absent where there is none. */
  readonly requests?: RateLeft;
  readonly tokens?: RateLeft;
}

export interface ReservationRefused {
  readonly held: false;
  readonly code: RefusalCode;
  readonly limit: LimitSource;
  readonly limitName: LimitName;
  /** Of `insufficient_quota`. */
  readonly neededNanos?: NanosText;
  readonly availableNanos?: NanosText;
  /** In requests or tokens, of `rate_limit_exceeded` and `request_too_large`: the limit, what was needed, what is left. */
  readonly most?: number;
  readonly needed?: number;
  readonly left?: number;
  /** Only where waiting helps. */
  readonly retryAfterMs?: number;
}

export type ReserveReply = ReservationHeld | ReservationRefused;

/** Requests that arrived at one gateway together; each is decided on its own, in this order. */
export interface ReserveBatchRequest {
  readonly reservations: readonly ReserveRequest[];
}

export interface ReserveBatchReply {
  /** One for each request, in the same order. */
  readonly decisions: readonly ReserveReply[];
}

/** What the usage event of a request says before the request has ended. */
export type UsageContext = Omit<
  UsageData,
  | 'outcome'
  | 'reservationId'
  | 'requestId'
  | 'accountId'
  | 'keyId'
  | 'tokens'
  | 'reasoningTokens'
  | 'units'
  | 'estimated'
  | 'amountNanos'
  | 'httpStatus'
  | 'clientDisconnected'
  | 'completedAt'
  | 'latencyMs'
>;

/** How much of an answer was delivered so far. */
export interface DeliveredUsage {
  /** What it costs: this is charged if nothing more is heard of the request. It never shrinks. */
  readonly amountNanos: NanosText;
  readonly tokens: TokenUsage;
  readonly reasoningTokens?: number;
  /** What is priced by the piece; absent when there was none. */
  readonly units?: UnitUsage;
}

export interface ExtendRequest {
  readonly reservationId: string;
  /** From now. */
  readonly leaseMs: number;
  /** The checkpoint at which the reservation ends if its gateway dies. */
  readonly delivered?: DeliveredUsage;
  /** With it, an orphan becomes a usage event. The first that is sent is kept. */
  readonly context?: UsageContext;
}

export interface ExtendReply {
  /** False when the reservation is no longer pending. */
  readonly extended: boolean;
}
