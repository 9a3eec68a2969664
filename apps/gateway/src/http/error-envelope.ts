import { HttpException } from '@nestjs/common';
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

/** The HTTP status of a code. No other place in the gateway decides one. */
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

/**
 * What a caller may see of anything thrown. Domain errors stay as they are; what Nest and Fastify throw for a request
 * that they could not read becomes an error of the caller's; all else is `internal_error` with the truth as its cause,
 * for the log.
 */
export function asDomainError(error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  const status = statusOfForeignError(error);
  if (status !== undefined && status < 500) {
    return new DomainError(codeOfStatus(status), (error as Error).message);
  }
  return new DomainError(
    'internal_error',
    'The request failed inside Code Router; its log says why.',
    {},
    { cause: error },
  );
}

function statusOfForeignError(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  const { code, statusCode } = (error ?? {}) as { code?: unknown; statusCode?: unknown };
  const isFastifyError = error instanceof Error && typeof code === 'string' && code.startsWith('FST_ERR_');
  return isFastifyError && typeof statusCode === 'number' ? statusCode : undefined;
}

/** For the errors of frameworks only, which know a status and no code. */
function codeOfStatus(status: number): ErrorCode {
  switch (status) {
    case 401:
      return 'unauthorized';
    case 403:
      return 'forbidden';
    case 404:
      return 'not_found';
    case 409:
      return 'conflict';
    case 413:
      return 'body_too_large';
    case 429:
      return 'rate_limit_exceeded';
    default:
      return 'invalid_request_error';
  }
}

function unknownCode(code: never): never {
  throw new RangeError(`No status is known for the error code ${String(code)}`);
}
