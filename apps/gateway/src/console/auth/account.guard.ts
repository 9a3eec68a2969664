import {
  createParamDecorator,
  Injectable,
  SetMetadata,
  type CanActivate,
  type CustomDecorator,
  type ExecutionContext,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import {
  DomainError,
  IdentityMessages,
  type AccountAccess,
  type AccountPermission,
  type SessionUser,
} from '@code-router/contracts';
import { isUuid } from '@code-router/input';
import { ServiceClient } from '@code-router/messaging';
import { SessionGuard } from './session.guard.js';

/** Who sends a request about an account, and what they may do there. */
export interface AccountCaller extends AccountAccess {
  readonly user: SessionUser;
}

const PERMISSIONS = 'account permissions';

/** Requests outlive nothing: what is noted about one goes when it goes. */
const callers = new WeakMap<FastifyRequest, AccountCaller>();

/** What a member needs for a method: any one of these. A method that does not say is refused to everybody. */
export function Allows(...permissions: readonly AccountPermission[]): CustomDecorator {
  return SetMetadata(PERMISSIONS, permissions);
}

/**
 * Who sends the request, in a method behind {@link AccountGuard}.
 *
 * @throws DomainError `unauthorized` where the guard has not let the request in.
 */
export const Member = createParamDecorator((_: unknown, context: ExecutionContext): AccountCaller => {
  const caller = callers.get(context.switchToHttp().getRequest<FastifyRequest>());
  if (!caller) throw new DomainError('unauthorized', 'This needs a session.');
  return caller;
});

/**
 * Lets in members of the account that the path names, whose role allows what the method does. Quota is asked each time:
 * somebody who was removed is out at once. Administrators of the installation are no exception; they have an API of
 * their own.
 */
@Injectable()
export class AccountGuard implements CanActivate {
  constructor(
    private readonly session: SessionGuard,
    private readonly client: ServiceClient,
    private readonly reflector: Reflector,
  ) {}

  /**
   * @throws DomainError `unauthorized` without a session; `not_found` alike for an account that is not there and for one
   * of others; `forbidden` when the role does not allow it.
   */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest<{ Params: { accountId?: string } }>>();
    const { user } = await this.session.signIn(request);
    const needed = this.reflector.get<readonly AccountPermission[] | undefined>(PERMISSIONS, context.getHandler());
    const accountId = request.params.accountId ?? '';
    const { access } = isUuid(accountId)
      ? await this.client.request(IdentityMessages.findAccess, { userId: user.id, accountId })
      : { access: null };
    if (!access) throw new DomainError('not_found', 'There is no such account, or you are no member of it.');
    if (!needed?.some((permission) => access.permissions.includes(permission))) {
      throw new DomainError('forbidden', `Your role in this account, ${access.role}, does not allow this.`, {
        role: access.role,
      });
    }
    callers.set(request, { ...access, user });
    return true;
  }
}
