import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import {
  IdentityMessages,
  type AccountAccess,
  type AccountRole,
  type CreatedInvitation,
  type CreatedKey,
  type CreateKey,
  type Invitation,
  type Member,
  type MemberKey,
  type Membership,
  type Page,
  type PageRequest,
  type UpdateMember as UpdateMemberRequest,
} from '@code-router/contracts';
import { Answers } from '@code-router/messaging';
import { AcceptInvitation } from '../use-cases/accept-invitation.js';
import { CreateMemberKey } from '../use-cases/create-member-key.js';
import { FindAccess } from '../use-cases/find-access.js';
import { FindMemberKey } from '../use-cases/find-member-key.js';
import { InviteMember } from '../use-cases/invite-member.js';
import { ListInvitations } from '../use-cases/list-invitations.js';
import { ListMemberKeys } from '../use-cases/list-member-keys.js';
import { ListMembers } from '../use-cases/list-members.js';
import { ListMemberships } from '../use-cases/list-memberships.js';
import { RemoveMember } from '../use-cases/remove-member.js';
import { RevokeInvitation } from '../use-cases/revoke-invitation.js';
import { UpdateMember } from '../use-cases/update-member.js';

interface OneMember {
  readonly actorId: string;
  readonly accountId: string;
  readonly userId: string;
}

interface WantedInvitation {
  readonly actorId: string;
  readonly accountId: string;
  readonly role: AccountRole;
  readonly expiresInHours?: number;
}

@Controller()
export class MembersController {
  constructor(
    private readonly findAccess: FindAccess,
    private readonly listMemberships: ListMemberships,
    private readonly listMembers: ListMembers,
    private readonly updateMember: UpdateMember,
    private readonly removeMember: RemoveMember,
    private readonly inviteMember: InviteMember,
    private readonly listInvitations: ListInvitations,
    private readonly revokeInvitation: RevokeInvitation,
    private readonly acceptInvitation: AcceptInvitation,
    private readonly createMemberKey: CreateMemberKey,
    private readonly findMemberKey: FindMemberKey,
    private readonly listMemberKeys: ListMemberKeys,
  ) {}

  @Answers(IdentityMessages.findAccess)
  access(
    @Payload() request: { readonly userId: string; readonly accountId: string },
  ): Promise<{ readonly access: AccountAccess | null }> {
    return this.findAccess.execute(request);
  }

  @Answers(IdentityMessages.listMemberships)
  memberships(
    @Payload() request: { readonly userId: string },
  ): Promise<{ readonly memberships: readonly Membership[] }> {
    return this.listMemberships.execute(request);
  }

  @Answers(IdentityMessages.listMembers)
  list(@Payload() request: PageRequest & { readonly accountId: string }): Promise<Page<Member>> {
    return this.listMembers.execute(request);
  }

  @Answers(IdentityMessages.updateMember)
  update(@Payload() request: UpdateMemberRequest): Promise<Member> {
    return this.updateMember.execute(request);
  }

  @Answers(IdentityMessages.removeMember)
  remove(@Payload() request: OneMember): Promise<{ readonly removed: true }> {
    return this.removeMember.execute(request);
  }

  @Answers(IdentityMessages.invite)
  invite(@Payload() request: WantedInvitation): Promise<CreatedInvitation> {
    return this.inviteMember.execute(request);
  }

  @Answers(IdentityMessages.listInvitations)
  invitations(@Payload() request: PageRequest & { readonly accountId: string }): Promise<Page<Invitation>> {
    return this.listInvitations.execute(request);
  }

  @Answers(IdentityMessages.revokeInvitation)
  revoke(@Payload() request: { readonly accountId: string; readonly id: string }): Promise<{ readonly revoked: true }> {
    return this.revokeInvitation.execute(request);
  }

  @Answers(IdentityMessages.acceptInvitation)
  accept(@Payload() request: { readonly userId: string; readonly token: string }): Promise<Membership> {
    return this.acceptInvitation.execute(request);
  }

  @Answers(IdentityMessages.createMemberKey)
  createKey(@Payload() request: CreateKey & { readonly createdByUserId: string }): Promise<CreatedKey> {
    return this.createMemberKey.execute(request);
  }

  @Answers(IdentityMessages.findMemberKey)
  findKey(@Payload() request: { readonly id: string }): Promise<{ readonly key: MemberKey | null }> {
    return this.findMemberKey.execute(request);
  }

  @Answers(IdentityMessages.listMemberKeys)
  listKeys(
    @Payload() request: PageRequest & { readonly accountId: string; readonly createdByUserId?: string },
  ): Promise<Page<MemberKey>> {
    return this.listMemberKeys.execute(request);
  }
}
