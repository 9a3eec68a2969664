import { DomainError, type ErrorCode, type ErrorDetails } from '@code-router/contracts';

/** The `type` of an error, which clients of OpenAI know; more than one status may share it. */
export type ErrorType = 'invalid_request_error' | 'insufficient_quota' | 'rate_limit_error' | 'server_error';

/** What every failed request is answered with, as clients of OpenAI expect it; `details` lie beside the four fields. */
export interface ErrorEnvelope {
  readonly error: ErrorDetails & {
    /** What was wrong and what to do, for a person. */
    readonly message: string;
    readonly type: ErrorType;
    /** The field of the request that is wrong; null when it is none. */
    readonly param: string | null;
    /** Stable, for machines. */
    readonly code: ErrorCode;
  };
}

/** The HTTP status of a code. No other place decides one. */
export function statusOf(code: ErrorCode): number {
  switch (code) {
    case 'invalid_request_error':
    case 'model_not_priced':
    // Not 429, after which SDKs would wait and retry: it never fits.
    case 'request_too_large':
      return 400;
    case 'invalid_api_key':
    case 'key_expired':
    case 'unauthorized':
      return 401;
    case 'insufficient_quota':
      // Not OpenAI's 429: its SDKs would wait and retry, and waiting brings no money.
      return 402;
    case 'forbidden':
    case 'account_disabled':
    case 'key_disabled':
    case 'model_not_allowed':
    case 'ip_not_allowed':
      return 403;
    case 'not_found':
    case 'model_not_found':
      return 404;
    case 'conflict':
      return 409;
    case 'body_too_large':
      return 413;
    case 'rate_limit_exceeded':
      return 429;
    case 'internal_error':
      return 500;
    case 'upstream_error':
      return 502;
    case 'no_channel_available':
    case 'service_unavailable':
      return 503;
    case 'upstream_timeout':
      return 504;
    default:
      return unknownCode(code);
  }
}

/** The `type` that OpenAI's clients expect beside a code. */
export function errorTypeOf(code: ErrorCode): ErrorType {
  const status = statusOf(code);
  if (status === 402) return 'insufficient_quota';
  if (status === 429) return 'rate_limit_error';
  return status >= 500 ? 'server_error' : 'invalid_request_error';
}

/** The body of the answer to a failed request. `details.param` becomes its `param`. */
export function errorEnvelope(error: DomainError): ErrorEnvelope {
  const { code, message, details } = error;
  const { param = null, ...facts } = details;
  // The facts come first, so that none of them can hide one of the four fields that every client reads.
  return {
    error: { ...facts, message, type: errorTypeOf(code), param: param === null ? null : String(param), code },
  };
}

/**
 * The headers that belong to a failed request's answer: `retry-after` in whole seconds, where waiting helps, and the
 * `www-authenticate` without which HTTP knows no 401.
 */
export function errorHeaders(error: DomainError): Readonly<Record<string, string>> {
  const { retryAfterMs } = error.details;
  return {
    ...(typeof retryAfterMs === 'number' ? { 'retry-after': Math.ceil(retryAfterMs / 1_000).toString() } : {}),
    ...(statusOf(error.code) === 401 ? { 'www-authenticate': 'Bearer' } : {}),
  };
}

function unknownCode(code: never): never {
  throw new RangeError(`No status is known for the error code ${String(code)}`);
}
