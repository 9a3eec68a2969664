import type { FastifyRequest } from 'fastify';
import type { ClientTrace } from '@code-router/contracts';

/** Where a session begins, for the list of sessions and for throttling. */
export function traceOf(request: FastifyRequest): ClientTrace {
  const userAgent = request.headers['user-agent'];
  return { ip: request.ip, ...(userAgent === undefined ? {} : { userAgent }) };
}
