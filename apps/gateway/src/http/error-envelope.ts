import { HttpException } from '@nestjs/common';
import { DomainError, type ErrorCode } from '@code-router/contracts';

export {
  errorEnvelope,
  errorHeaders,
  errorTypeOf,
  statusOf,
  type ErrorEnvelope,
  type ErrorType,
} from '@code-router/error-envelope';

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
