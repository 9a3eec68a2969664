import { Body, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ConsoleSessions } from '@code-router/console-session';
import { IdentityMessages } from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import { LogoutDto } from '../auth/auth.dto.js';
import type { SignedIn } from '../auth/signed-in.js';
import { Caller } from '../auth/signed-in.js';
import { MayBeNotFound, MayConflict, SignedInApi } from '../console-api.js';
import {
  AcceptInvitationDto,
  ChangePasswordDto,
  MeDto,
  MembershipDto,
  MembershipListDto,
  PasswordChangedDto,
  SessionIdDto,
  SessionListDto,
  SessionsEndedDto,
} from './me.dto.js';

/** Whoever is signed in, about themselves. */
@SignedInApi('me', 'Me')
export class MeController {
  constructor(
    private readonly client: ServiceClient,
    private readonly sessions: ConsoleSessions,
  ) {}

  /** Who I am, and the accounts that I am a member of. */
  @Get()
  async me(@Caller() { user }: SignedIn): Promise<MeDto> {
    const [me, { memberships }] = await Promise.all([
      this.client.request(IdentityMessages.getUser, { id: user.id }),
      this.client.request(IdentityMessages.listMemberships, { userId: user.id }),
    ]);
    return { user: me, memberships };
  }

  /** The accounts that I am a member of, and what I may do there. */
  @Get('accounts')
  accounts(@Caller() { user }: SignedIn): Promise<MembershipListDto> {
    return this.client.request(IdentityMessages.listMemberships, { userId: user.id });
  }

  /** Changes my password and ends all of my other sessions. */
  @Post('password')
  @HttpCode(200)
  async password(@Body() input: ChangePasswordDto, @Caller() { token, user }: SignedIn): Promise<PasswordChangedDto> {
    const changed = await this.client.request(IdentityMessages.changePassword, { ...input, token });
    this.sessions.forgetUser(user.id);
    return changed;
  }

  /** Lists my sessions, newest first. */
  @Get('sessions')
  listSessions(@Caller() { token }: SignedIn): Promise<SessionListDto> {
    return this.client.request(IdentityMessages.listSessions, { token });
  }

  /** Ends all of my sessions but this one. */
  @Delete('sessions')
  async endOthers(@Caller() { token, user }: SignedIn): Promise<SessionsEndedDto> {
    const ended = await this.client.request(IdentityMessages.endOtherSessions, { token });
    this.sessions.forgetUser(user.id);
    return ended;
  }

  /** Ends one of my sessions. */
  @Delete('sessions/:id')
  async endSession(@Param() { id }: SessionIdDto, @Caller() { token, user }: SignedIn): Promise<LogoutDto> {
    const ended = await this.client.request(IdentityMessages.endSession, { token, id });
    this.sessions.forgetUser(user.id);
    return ended;
  }

  /** Accepts an invitation to an account. */
  @Post('invitations')
  @HttpCode(200)
  @MayBeNotFound()
  @MayConflict()
  accept(@Body() { token }: AcceptInvitationDto, @Caller() { user }: SignedIn): Promise<MembershipDto> {
    return this.client.request(IdentityMessages.acceptInvitation, { token, userId: user.id });
  }
}
