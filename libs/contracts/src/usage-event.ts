import type { Count, NanosText, PriceTermsText, TokenUsage, UnitUsage } from '@code-router/money';
import type { MultiplierSource } from './pricing.js';

/** How a reservation ended. */
export type UsageOutcome = 'settled' | 'released' | 'orphaned';

/**
 * When: ISO 8601 in UTC.
 *
 * @format date-time
 */
export type Instant = string;

/**
 * How long; may have a fraction.
 *
 * @minimum 0
 */
export type Milliseconds = number;

/**
 * @asType integer
 * @minimum 0
 * @maximum 999
 */
export type HttpStatus = number;

/** One try of a request at one channel, in the order of the tries. */
export interface ChannelTry {
  readonly channelId: string;
  readonly channelName: string;
  /**
   * With which of the channel's keys: its label, or else the last characters of it. Absent when the channel needs none.
   */
  readonly providerKey?: string;
  /** What came of it: `answered`, or the stable code of the error that this try ended with. */
  readonly result: string;
  /** What the provider answered with; absent when it did not answer. */
  readonly httpStatus?: HttpStatus;
  readonly durationMs: Milliseconds;
}

/**
 * What one relay request used and what it costs. The amount can be recomputed from this record alone: tokens, terms
 * and multiplier are those that it was priced with.
 */
export interface UsageData {
  readonly outcome: UsageOutcome;
  /** @format uuid */
  readonly reservationId: string;
  readonly requestId: string;
  readonly accountId: string;
  readonly keyId: string;
  readonly keyName: string;
  readonly endpoint: string;
  readonly stream: boolean;
  readonly modelAsked: string;
  /** What the provider says it answered with; absent when it never answered. */
  readonly modelServed?: string;
  readonly channelId?: string;
  readonly channelName?: string;
  readonly upstreamRequestId?: string;
  /** How many channels were tried. */
  readonly attempts: Count;
  /** Each try at a channel; absent when none was made. */
  readonly tries?: readonly ChannelTry[];
  readonly tokens: TokenUsage;
  /** Part of `tokens.output`, for information. */
  readonly reasoningTokens: Count;
  /** What is priced by the piece, such as web searches; absent when there was none. */
  readonly units?: UnitUsage;
  /** True when the provider sent no usage and the tokens were counted here. */
  readonly estimated: boolean;
  readonly priceVersionId: string;
  readonly terms: PriceTermsText;
  /**
   * 1,000,000 is a multiplier of one.
   *
   * @pattern ^[0-9]{1,19}$
   */
  readonly multiplierMillionths: string;
  readonly multiplierSource: MultiplierSource;
  /** What it costs, and what the account is charged. */
  readonly amountNanos: NanosText;
  /** What the provider asks for it; absent when that is not known. */
  readonly costNanos?: NanosText;
  readonly finishReason?: string;
  /** The status that the client got, or would have got. */
  readonly httpStatus: HttpStatus;
  readonly errorCode?: string;
  readonly clientDisconnected: boolean;
  readonly startedAt: Instant;
  readonly completedAt: Instant;
  readonly latencyMs: Milliseconds;
  /** Until the first byte of the answer; absent when none came. */
  readonly firstByteMs?: Milliseconds;
  readonly clientIp?: string;
  readonly userAgent?: string;
}

/**
 * A usage event: CloudEvents 1.0 in JSON, on the subject `usage.v1.<outcome>.<account id>`.
 *
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md
 */
export interface UsageEvent {
  readonly specversion: '1.0';
  /**
   * The reservation id; that of an orphan ends in `:orphaned`. Consumers drop an id that they have seen.
   *
   * @pattern ^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(:orphaned)?$
   */
  readonly id: string;
  /**
   * Who published it.
   *
   * @format uri-reference
   */
  readonly source: string;
  readonly type: `code-router.usage.v1.${UsageOutcome}`;
  /** The account id. */
  readonly subject: string;
  /** When the request was completed. */
  readonly time: Instant;
  readonly datacontenttype: 'application/json';
  readonly data: UsageData;
}

/** The JetStream stream that holds usage events, and the subjects that it takes. */
export const USAGE_STREAM = 'USAGE';
export const USAGE_SUBJECTS = 'usage.v1.>';

export function usageEvent(data: UsageData, source: string): UsageEvent {
  return {
    specversion: '1.0',
    id: usageEventId(data),
    source,
    type: `code-router.usage.v1.${data.outcome}`,
    subject: data.accountId,
    time: data.completedAt,
    datacontenttype: 'application/json',
    data,
  };
}

/**
 * The reservation id; that of an orphan is marked, since its settlement may still come, which the log and its consumers
 * must not take for the same event.
 */
export function usageEventId({ outcome, reservationId }: Pick<UsageData, 'outcome' | 'reservationId'>): string {
  return outcome === 'orphaned' ? `${reservationId}:orphaned` : reservationId;
}

export function usageSubject(event: UsageEvent): string {
  return `usage.v1.${event.data.outcome}.${event.subject}`;
}
