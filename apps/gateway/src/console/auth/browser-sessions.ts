import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { clearedSessionCookie, ConsoleSessions, sessionCookie, tokenInCookie } from '@code-router/console-session';
import type { Session } from '@code-router/contracts';

/** Sessions that a browser keeps in a cookie, which no script can read. */
@Injectable()
export class BrowserSessions {
  constructor(private readonly sessions: ConsoleSessions) {}

  /**
   * Gives the browser a session that has just begun, and ends the one that it had: a session that somebody else planted
   * there is never gone on with.
   *
   * @returns the session without its token.
   */
  async begin(session: Session, request: FastifyRequest, reply: FastifyReply): Promise<Omit<Session, 'token'>> {
    const earlier = tokenInCookie(request);
    if (earlier !== undefined) await this.sessions.end(earlier);
    const { token, ...rest } = session;
    void reply.header('set-cookie', sessionCookie(request, token, session.expiresAt));
    return rest;
  }

  /** Makes the browser forget its session. */
  forget(request: FastifyRequest, reply: FastifyReply): void {
    if (tokenInCookie(request) !== undefined) void reply.header('set-cookie', clearedSessionCookie(request));
  }
}
