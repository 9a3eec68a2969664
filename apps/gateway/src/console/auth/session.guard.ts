import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { DomainError } from '@code-router/contracts';
import { Sessions } from './sessions.js';
import { noteSignedIn, type SignedIn } from './signed-in.js';

/** Lets in whoever has a session, of any role. */
@Injectable()
export class SessionGuard implements CanActivate {
  constructor(private readonly sessions: Sessions) {}

  /** @throws DomainError `unauthorized`. */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    await this.signIn(context.switchToHttp().getRequest<FastifyRequest>());
    return true;
  }

  async signIn(request: FastifyRequest): Promise<SignedIn> {
    const token = bearerToken(request.headers.authorization);
    if (token === undefined) {
      throw new DomainError(
        'unauthorized',
        'This needs a session: send the token of POST /api/auth/login as "Authorization: Bearer <token>".',
      );
    }
    const user = await this.sessions.find(token);
    if (!user) throw new DomainError('unauthorized', 'The session is unknown or has ended. Sign in again.');
    const who = { token, user };
    noteSignedIn(request, who);
    return who;
  }
}

/** Tokens are short; what is longer is not one, and need not travel to quota. */
const BEARER = /^Bearer +([\x21-\x7e]{1,512})$/i;

function bearerToken(authorization: string | undefined): string | undefined {
  return BEARER.exec(authorization ?? '')?.[1];
}
