import { Injectable } from '@nestjs/common';
import { ACCOUNT_ROLES, DomainError, type AccountRole, type CreatedInvitation } from '@code-router/contracts';
import { mayManage } from '../domain/account-roles.js';
import { InputChecks } from '../domain/input-checks.js';
import { generateInvitationToken, hashInvitationToken } from '../domain/invitation-token.js';
import { INVITATION_HOURS_DEFAULT, INVITATION_HOURS_MAX, Invitations, Members } from '../domain/members.js';
import { noSuchAccount } from '../domain/not-found.js';

/** Invites somebody, whoever has the token, to an account. Its token is in the answer and nowhere else. */
@Injectable()
export class InviteMember {
  constructor(
    private readonly members: Members,
    private readonly invitations: Invitations,
  ) {}

  /**
   * @throws DomainError `invalid_request_error`; `not_found` for whoever is no member of the account; `forbidden` when
   * they may not give that role.
   */
  async execute(request: {
    readonly actorId: string;
    readonly accountId: string;
    readonly role: AccountRole;
    readonly expiresInHours?: number;
  }): Promise<CreatedInvitation> {
    const checks = new InputChecks();
    const actorId = checks.uuid('actorId', request.actorId);
    const accountId = checks.uuid('accountId', request.accountId);
    const role = checks.oneOf('role', request.role, ACCOUNT_ROLES);
    const expiresInHours =
      checks.optional(request.expiresInHours, (hours) =>
        checks.wholeNumber('expiresInHours', hours, { min: 1, max: INVITATION_HOURS_MAX }),
      ) ?? INVITATION_HOURS_DEFAULT;
    checks.done();
    const actor = await this.members.roleOf(actorId, accountId);
    if (actor === null) throw noSuchAccount(accountId);
    if (!mayManage(actor, role)) {
      throw new DomainError('forbidden', `Your role in this account does not allow inviting as ${role}.`);
    }
    const token = generateInvitationToken();
    const tokenHash = hashInvitationToken(token);
    const invitation = await this.invitations.create({
      accountId,
      role,
      tokenHash,
      invitedBy: actorId,
      expiresInHours,
    });
    if (!invitation) throw noSuchAccount(accountId);
    return { ...invitation, token };
  }
}
