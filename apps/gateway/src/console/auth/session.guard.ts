import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ConsoleSessions, type SignedIn } from '@code-router/console-session';
import { noteSignedIn } from './signed-in.js';

/** Lets in whoever has a session, of any role. */
@Injectable()
export class SessionGuard implements CanActivate {
  constructor(private readonly sessions: ConsoleSessions) {}

  /** @throws DomainError `unauthorized`, `forbidden` as {@link ConsoleSessions.signIn} does. */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    await this.signIn(context.switchToHttp().getRequest<FastifyRequest>());
    return true;
  }

  async signIn(request: FastifyRequest): Promise<SignedIn> {
    const who = await this.sessions.signIn(request);
    noteSignedIn(request, who);
    return who;
  }
}
