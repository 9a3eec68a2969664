import { Body, Delete, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { IdentityMessages } from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import type { AccountCaller } from '../auth/account.guard.js';
import { Allows, Member } from '../auth/account.guard.js';
import { AccountApi, MayConflict } from '../console-api.js';
import { optionalNanos } from '../input/amount.js';
import { PageQueryDto } from '../input/page.dto.js';
import {
  CreatedInvitationDto,
  CreateInvitationDto,
  InvitationIdDto,
  InvitationPageDto,
  InvitationRevokedDto,
  MemberDto,
  MemberIdDto,
  MemberPageDto,
  MemberRemovedDto,
  UpdateMemberDto,
} from './member.dto.js';

@AccountApi('', 'My accounts')
export class MembersController {
  constructor(private readonly client: ServiceClient) {}

  /** Lists the members of the account. */
  @Get('members')
  @Allows('members.read')
  list(@Member() { accountId }: AccountCaller, @Query() page: PageQueryDto): Promise<MemberPageDto> {
    return this.client.request(IdentityMessages.listMembers, { ...page, accountId });
  }

  /** Changes the role or the budget of a member. Only owners deal with owners, and one of them stays. */
  @Patch('members/:userId')
  @Allows('members.manage')
  @MayConflict()
  update(
    @Member() { accountId, user }: AccountCaller,
    @Param() { userId }: MemberIdDto,
    @Body() input: UpdateMemberDto,
  ): Promise<MemberDto> {
    const budgetNanos = optionalNanos({
      nanosField: 'budgetNanos',
      nanos: input.budgetNanos,
      creditsField: 'budgetCredits',
      credits: input.budgetCredits,
    });
    return this.client.request(IdentityMessages.updateMember, {
      actorId: user.id,
      accountId,
      userId,
      role: input.role,
      budgetNanos,
    });
  }

  /** Removes a member, or leaves the account; the keys that they made are disabled. */
  @Delete('members/:userId')
  @Allows('members.read')
  @MayConflict()
  remove(@Member() { accountId, user }: AccountCaller, @Param() { userId }: MemberIdDto): Promise<MemberRemovedDto> {
    return this.client.request(IdentityMessages.removeMember, { actorId: user.id, accountId, userId });
  }

  /** Invites somebody. The answer shows the token, this once: send it to whom you invite. */
  @Post('invitations')
  @Allows('members.manage')
  invite(
    @Member() { accountId, user }: AccountCaller,
    @Body() input: CreateInvitationDto,
  ): Promise<CreatedInvitationDto> {
    return this.client.request(IdentityMessages.invite, { ...input, actorId: user.id, accountId });
  }

  /** Lists the invitations that can still be accepted. */
  @Get('invitations')
  @Allows('members.manage')
  invitations(@Member() { accountId }: AccountCaller, @Query() page: PageQueryDto): Promise<InvitationPageDto> {
    return this.client.request(IdentityMessages.listInvitations, { ...page, accountId });
  }

  /** Revokes an invitation. */
  @Delete('invitations/:id')
  @Allows('members.manage')
  revoke(@Member() { accountId }: AccountCaller, @Param() { id }: InvitationIdDto): Promise<InvitationRevokedDto> {
    return this.client.request(IdentityMessages.revokeInvitation, { accountId, id });
  }
}
