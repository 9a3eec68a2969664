import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ConsoleSessions, CSRF_HEADER, isUnsafe, type ConsoleRequest } from '@code-router/console-session';
import { DomainError } from '@code-router/contracts';
import { BoardActions, type BoardCaller } from './board-actions.js';

/** Lets administrators in, with a bearer token or with the cookie of the console. */
@Injectable()
export class BoardAccess {
  constructor(
    private readonly sessions: ConsoleSessions,
    private readonly actions: BoardActions,
  ) {}

  /** @throws DomainError `unauthorized`, or `forbidden` to who is no administrator and to pages of other sites. */
  async check(request: FastifyRequest): Promise<BoardCaller> {
    const { user } = await this.sessions.signIn(vouchedFor(request));
    const caller = { user, ip: request.ip, requestId: request.id };
    if (user.role !== 'user') return caller;
    if (isUnsafe(request)) {
      const route = request.routeOptions.url ?? '';
      await this.actions.refused(caller, `${request.method} ${route}`, request.url.split('?')[0] ?? '');
    }
    throw new DomainError('forbidden', 'Only administrators may see the queues.');
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
