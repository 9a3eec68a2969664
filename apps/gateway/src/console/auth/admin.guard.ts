import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { DomainError } from '@code-router/contracts';
import { SessionGuard } from './session.guard.js';

/** Lets in administrators only. */
@Injectable()
export class AdminGuard implements CanActivate {
  constructor(private readonly session: SessionGuard) {}

  /** @throws DomainError `unauthorized` without a session, `forbidden` with one that is not an administrator's. */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { user } = await this.session.signIn(context.switchToHttp().getRequest<FastifyRequest>());
    if (user.role === 'user') throw new DomainError('forbidden', 'Only administrators may do this.');
    return true;
  }
}
