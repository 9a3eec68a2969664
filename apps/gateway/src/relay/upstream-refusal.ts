import { DomainError, type ErrorCode, type ErrorDetails } from '@code-router/contracts';
import type { UpstreamAnswer } from '../providers/provider.js';

/** A provider answered with an error: its own status reaches the client, in the envelope of all errors. */
export class UpstreamRefusal extends DomainError {
  constructor(
    code: ErrorCode,
    message: string,
    /** What the client gets. */
    readonly status: number,
    details: ErrorDetails,
    /** Whether another channel may do better. */
    readonly isRetryable: boolean,
  ) {
    super(code, message, details);
  }
}

const RETRY_AFTER_MS_DEFAULT = 1_000;
const MESSAGE_LENGTH_MAX = 2_000;

/** Makes an error of a provider's answer whose status is not a success. */
export function upstreamRefusal(answer: UpstreamAnswer, body: Buffer): UpstreamRefusal {
  const { status } = answer;
  const details = { upstreamStatus: status };
  switch (true) {
    case status === 401 || status === 402 || status === 403:
      // The channel's key or its account, which is no business of the client's: its own key is good.
      return new UpstreamRefusal(
        'upstream_error',
        'The provider refused this server. Its operator can see why in the log.',
        502,
        details,
        true,
      );
    case status === 429: {
      const retryAfterMs = retryAfter(answer.retryAfter);
      const message = `The provider is receiving too many requests: ${messageIn(body)}`;
      return new UpstreamRefusal('rate_limit_exceeded', message, 429, { ...details, retryAfterMs }, true);
    }
    case status >= 500 || status === 408:
      return new UpstreamRefusal('upstream_error', `The provider failed: ${messageIn(body)}`, status, details, true);
    case status >= 400:
      return new UpstreamRefusal(
        status === 404 ? 'upstream_error' : 'invalid_request_error',
        messageIn(body),
        status,
        { ...details, param: paramIn(body) },
        status === 404,
      );
    default:
      return new UpstreamRefusal(
        'upstream_error',
        `The provider answered with the status ${status}, which is no answer.`,
        502,
        details,
        true,
      );
  }
}

/** What the provider says is wrong. */
export function messageIn(body: Buffer): string {
  const error = errorIn(body);
  const message = typeof error === 'string' ? error : (error as { message?: unknown } | undefined)?.message;
  return typeof message === 'string' && message !== '' ? message.slice(0, MESSAGE_LENGTH_MAX) : 'it did not say why.';
}

function paramIn(body: Buffer): string | null {
  const param = (errorIn(body) as { param?: unknown } | undefined)?.param;
  return typeof param === 'string' ? param : null;
}

function errorIn(body: Buffer): unknown {
  try {
    return (JSON.parse(body.toString('utf8')) as { error?: unknown } | null)?.error;
  } catch {
    // An error page of some proxy; it helps no client.
    return undefined;
  }
}

/** The header holds seconds, or a date. */
function retryAfter(header: string | undefined): number {
  if (header === undefined) return RETRY_AFTER_MS_DEFAULT;
  const seconds = Number(header);
  const milliseconds = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(header) - Date.now();
  return Number.isFinite(milliseconds) && milliseconds > 0 ? milliseconds : RETRY_AFTER_MS_DEFAULT;
}
