import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { isUnsafe } from '@code-router/console-session';
import { DomainError } from '@code-router/contracts';
import { AdministratorActions } from '../audit-log/administrator-actions.js';
import { SessionGuard } from './session.guard.js';

/** Lets in administrators only. */
@Injectable()
export class AdminGuard implements CanActivate {
  constructor(
    private readonly session: SessionGuard,
    private readonly actions: AdministratorActions,
  ) {}

  /** @throws DomainError `unauthorized` without a session, `forbidden` with one that is not an administrator's. */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const who = await this.session.signIn(request);
    if (who.user.role !== 'user') return true;
    if (isUnsafe(request)) await this.actions.refused(request, who);
    throw new DomainError('forbidden', 'Only administrators may do this.');
  }
}
