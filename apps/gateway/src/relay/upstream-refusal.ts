import { DomainError, type ErrorCode, type ErrorDetails } from '@code-router/contracts';
import type { Channel } from '../channels/domain/channel.js';
import type { UpstreamAnswer } from '../providers/provider.js';
import { readUpstreamError, withoutKeys, withoutPrivateTexts } from './upstream-error.js';

/** What follows from a provider's error. */
interface Consequence {
  /** What the client gets. */
  readonly status: number;
  /** Whether another channel may do better. */
  readonly isRetryable: boolean;
  /** The status that blames the key; absent where it is not at fault. */
  readonly keyStatus?: number | undefined;
}

/** A provider answered with an error: its own status reaches the client, in the envelope of all errors. */
export class UpstreamRefusal extends DomainError {
  readonly status: number;
  readonly isRetryable: boolean;
  /** 401, 402 or 403 where it is the channel's key that was refused, whichever status the provider said it with. */
  readonly keyStatus: number | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    { status, isRetryable, keyStatus }: Consequence,
    details: ErrorDetails = {},
    options?: ErrorOptions,
  ) {
    super(code, message, details, options);
    this.status = status;
    this.isRetryable = isRetryable;
    this.keyStatus = keyStatus;
  }
}

const RETRY_AFTER_MS_DEFAULT = 1_000;

/**
 * Makes an error of a provider's answer whose status is not a success. Its words reach the client where they are about the
 * client's request; what they say of the operator's account is for the log alone.
 *
 * @param channel that was asked.
 */
export function upstreamRefusal(answer: UpstreamAnswer, body: Buffer, channel: Pick<Channel, 'keys'>): UpstreamRefusal {
  const { status } = answer;
  const { message, param, keyStatus } = readUpstreamError(status, body);
  const details = { upstreamStatus: status };
  const forLog = { cause: new Error(`The provider said: ${withoutKeys(message, channel)}`) };
  const forClient = withoutPrivateTexts(message, channel);
  switch (true) {
    case keyStatus !== undefined:
      // The channel's key or its account, which is no business of the client's: its own key is good.
      return new UpstreamRefusal(
        'upstream_error',
        'The provider refused this server. Its operator can see why in the log.',
        { status: 502, isRetryable: true, keyStatus },
        details,
        forLog,
      );
    case status === 429: {
      const retryAfterMs = retryAfter(answer.retryAfter);
      return new UpstreamRefusal(
        'rate_limit_exceeded',
        'The provider is receiving too many requests now. Please retry later.',
        { status, isRetryable: true },
        { ...details, retryAfterMs },
        forLog,
      );
    }
    case status >= 500 || status === 408:
      return new UpstreamRefusal(
        'upstream_error',
        `The provider failed: ${forClient}`,
        { status, isRetryable: true },
        details,
        forLog,
      );
    case status >= 400:
      return new UpstreamRefusal(
        status === 404 ? 'upstream_error' : 'invalid_request_error',
        forClient,
        { status, isRetryable: status === 404 },
        { ...details, param },
        forLog,
      );
    default:
      return new UpstreamRefusal(
        'upstream_error',
        `The provider answered with the status ${status}, which is no answer.`,
        { status: 502, isRetryable: true },
        details,
      );
  }
}

/** The header holds seconds, or a date. */
function retryAfter(header: string | undefined): number {
  if (header === undefined) return RETRY_AFTER_MS_DEFAULT;
  const seconds = Number(header);
  const milliseconds = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(header) - Date.now();
  return Number.isFinite(milliseconds) && milliseconds > 0 ? milliseconds : RETRY_AFTER_MS_DEFAULT;
}
