import { Injectable } from '@nestjs/common';
import type { Membership } from '@code-router/contracts';
import { InputChecks } from '../domain/input-checks.js';
import { hashInvitationToken, isInvitationToken } from '../domain/invitation-token.js';
import { Invitations, Members } from '../domain/members.js';
import { noSuchInvitation } from '../domain/not-found.js';

/** Makes a user a member of the account that an invitation is for. */
@Injectable()
export class AcceptInvitation {
  constructor(
    private readonly invitations: Invitations,
    private readonly members: Members,
  ) {}

  /**
   * @throws DomainError `invalid_request_error`; `not_found` when it was used, revoked, or is over; `conflict` when the
   * user is a member already.
   */
  async execute(request: { readonly userId: string; readonly token: string }): Promise<Membership> {
    const checks = new InputChecks();
    const userId = checks.uuid('userId', request.userId);
    checks.done();
    const { token } = request;
    const accountId = isInvitationToken(token)
      ? await this.invitations.accept(hashInvitationToken(token), userId)
      : null;
    const memberships = accountId === null ? [] : await this.members.memberships(userId);
    const joined = memberships.find((membership) => membership.accountId === accountId);
    if (!joined) throw noSuchInvitation();
    return joined;
  }
}
