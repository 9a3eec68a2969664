import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ConsoleSessions, CSRF_HEADER, isUnsafe, type ConsoleRequest } from '@code-router/console-session';
import { DomainError } from '@code-router/contracts';

/** Lets administrators in, with a bearer token or with the cookie of the console. */
@Injectable()
export class BoardAccess {
  constructor(private readonly sessions: ConsoleSessions) {}

  /** @throws DomainError `unauthorized`, or `forbidden` to who is no administrator and to pages of other sites. */
  async check(request: FastifyRequest): Promise<void> {
    const { user } = await this.sessions.signIn(vouchedFor(request));
    if (user.role === 'user') throw new DomainError('forbidden', 'Only administrators may see the queues.');
  }
}

/**
 * The board's pages are somebody else's and do not know the header that ours send. With what changes something browsers
 * say themselves where it comes from, and no page can make them say otherwise: where they do, it counts like the header,
 * and what they say is checked like for any other request.
 */
function vouchedFor({ method, headers, protocol, host }: FastifyRequest): ConsoleRequest {
  const saysWhence = headers.origin !== undefined || headers['sec-fetch-site'] !== undefined;
  const request = { method, headers, protocol, host };
  return isUnsafe(request) && saysWhence ? { ...request, headers: { ...headers, [CSRF_HEADER]: '1' } } : request;
}
