import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ConsoleSessions } from '@code-router/console-session';
import { DEFAULT_GROUP, DomainError, IdentityMessages, type SessionUser } from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import type { ViewerQueryDto } from './catalog.dto.js';

/** Knows which account group's prices somebody sees who may or may not be signed in. */
@Injectable()
export class Viewers {
  constructor(
    private readonly sessions: ConsoleSessions,
    private readonly client: ServiceClient,
  ) {}

  /**
   * The group of the account that was asked for, else of the viewer's first account, else that of new accounts.
   *
   * @throws DomainError `forbidden` when somebody else than an administrator names a group; `unauthorized`, `not_found`
   *   for an account that the viewer is no member of.
   */
  async accountGroupOf(request: FastifyRequest, { accountId, accountGroup }: ViewerQueryDto): Promise<string> {
    const user = await this.viewer(request);
    if (accountGroup !== undefined) {
      if (user && user.role !== 'user') return accountGroup;
      throw new DomainError('forbidden', 'Only administrators may look at the prices of any account group.');
    }
    if (!user) {
      if (accountId === undefined) return DEFAULT_GROUP;
      throw new DomainError('unauthorized', 'To see the prices of an account, sign in.');
    }
    const { memberships } = await this.client.request(IdentityMessages.listMemberships, { userId: user.id });
    const membership = memberships.find((one) => accountId === undefined || one.accountId === accountId);
    if (membership) return membership.account.group;
    if (accountId === undefined) return DEFAULT_GROUP;
    throw new DomainError('not_found', 'There is no such account, or you are no member of it.', { param: 'accountId' });
  }

  /** A session that has ended makes nobody less of a visitor. */
  private async viewer(request: FastifyRequest): Promise<SessionUser | null> {
    try {
      return (await this.sessions.signIn(request)).user;
    } catch (error) {
      if (error instanceof DomainError && error.code === 'unauthorized') return null;
      throw error;
    }
  }
}
