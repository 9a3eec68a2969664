import { Catch, Logger, type RpcExceptionFilter } from '@nestjs/common';
import { NoRespondersError, RequestError } from '@nats-io/transport-node';
import { throwError, type Observable } from 'rxjs';
import { DomainError, ERROR_CODES, type ErrorCode, type ErrorDetails } from '@code-router/contracts';

/** An error as it travels between services. */
interface RemoteError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details: ErrorDetails;
}

/**
 * Turns what a handler throws into a {@link RemoteError}. Only domain errors keep their text; anything else is logged
 * here in full and crosses as `internal_error`, or as `service_unavailable` while a server that it needs is away, so that
 * no internals leak into an answer.
 */
@Catch()
export class RemoteErrorFilter implements RpcExceptionFilter {
  private static readonly logger = new Logger('Messaging');

  catch(error: unknown): Observable<never> {
    return throwError(() => this.describe(error));
  }

  private describe(error: unknown): RemoteError {
    if (error instanceof DomainError) {
      if (error.cause) RemoteErrorFilter.logger.warn(error.message, { code: error.code, err: error.cause });
      return { code: error.code, message: error.message, details: error.details };
    }
    RemoteErrorFilter.logger.error(error);
    if (isOutage(error)) {
      return {
        code: 'service_unavailable',
        message: 'A service cannot reach its database now. Please retry.',
        details: {},
      };
    }
    return { code: 'internal_error', message: 'The service failed to answer; its log says why.', details: {} };
  }
}

/** What a connection that cannot be made or that breaks off ends with. */
const BROKEN_CONNECTION = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EHOSTUNREACH'];

/**
 * PostgreSQL ends connections, or takes none: it is shut down, crashed, or starts, or nothing was asked in a transaction
 * for too long. Class 08 is trouble with connections.
 *
 * @see https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const DATABASE_AWAY = /^(?:08...|57P0[1-3]|25P03)$/;

/** node-postgres gives these no code. */
const CONNECTION_LOST = /^(?:Connection terminated|timeout exceeded when trying to connect|Client has encountered)/;

/** Whether trying again later may help, because a server is away that the handler needs. */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, driverError, cause } = error as Error & { code?: unknown; driverError?: unknown; cause?: unknown };
  if (typeof code === 'string' && (BROKEN_CONNECTION.includes(code) || DATABASE_AWAY.test(code))) return true;
  if (CONNECTION_LOST.test(error.message)) return true;
  return isOutage(driverError) || isOutage(cause);
}

/** Rebuilds the error that a service answered with. */
export function domainErrorFrom(remote: unknown, subject: string): DomainError {
  if (isRemoteError(remote)) return new DomainError(remote.code, remote.message, remote.details);
  return new DomainError(
    'internal_error',
    `${subject} answered with an error that has no code.`,
    {},
    { cause: remote },
  );
}

export function serviceUnavailable(subject: string, cause?: unknown): DomainError {
  return new DomainError(
    'service_unavailable',
    `No service answered ${subject} in time. Please retry.`,
    { subject },
    { cause },
  );
}

/**
 * Whether a request that was not answered may have been done all the same: somebody may have got it, and ended or fallen
 * silent before they answered. Certainly not where nobody listened.
 */
export function mayHaveArrived(error: unknown): boolean {
  if (!(error instanceof DomainError) || error.code !== 'service_unavailable') return false;
  const { cause } = error;
  const nobodyListened =
    cause instanceof NoRespondersError || (cause instanceof RequestError && cause.isNoResponders());
  return !nobodyListened;
}

function isRemoteError(value: unknown): value is RemoteError {
  if (typeof value !== 'object' || value === null) return false;
  const { code, message } = value as Partial<RemoteError>;
  return typeof message === 'string' && (ERROR_CODES as readonly unknown[]).includes(code);
}
