import { Body, Get, HttpCode, Post, Req, UseGuards } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { IdentityMessages, QuotaMessages } from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import { ConsoleApi, LoginDocumentation, MayBeNotFound, MayConflict, SignedInDocumentation } from '../console-api.js';
import { AuthOptionsDto, LoginDto, LogoutDto, SessionDto, SessionUserDto, SignUpDto } from './auth.dto.js';
import { traceOf } from './client-trace.js';
import { Oidc } from './oidc/oidc.js';
import { SessionGuard } from './session.guard.js';
import { Sessions } from './sessions.js';
import type { SignedIn } from './signed-in.js';
import { Caller } from './signed-in.js';

@ConsoleApi('auth', 'Sessions')
export class AuthController {
  constructor(
    private readonly client: ServiceClient,
    private readonly sessions: Sessions,
    private readonly oidc: Oidc,
  ) {}

  /** How one may sign in and sign up here. */
  @Get('options')
  async options(): Promise<AuthOptionsDto> {
    const { signUp } = await this.client.request(IdentityMessages.signUpState, {});
    return { signUp, oidc: this.oidc.isConfigured };
  }

  /** Signs up, with a personal account, and signs in. */
  @Post('sign-up')
  @LoginDocumentation()
  @MayBeNotFound()
  @MayConflict()
  signUp(@Body() input: SignUpDto, @Req() request: FastifyRequest): Promise<SessionDto> {
    return this.client.request(IdentityMessages.signUp, { ...input, ...traceOf(request) });
  }

  /** Signs in. Guessing is slowed down: after a few failures it answers 429. */
  @Post('login')
  @HttpCode(200)
  @LoginDocumentation()
  login(@Body() input: LoginDto, @Req() request: FastifyRequest): Promise<SessionDto> {
    const { username, password } = input;
    return this.client.request(QuotaMessages.login, { username, password, ...traceOf(request) });
  }

  /** Ends the session that it is sent with. */
  @Post('logout')
  @HttpCode(200)
  @UseGuards(SessionGuard)
  @SignedInDocumentation()
  logout(@Caller() { token }: SignedIn): Promise<LogoutDto> {
    return this.sessions.end(token);
  }

  /** Whose session it is. */
  @Get('me')
  @UseGuards(SessionGuard)
  @SignedInDocumentation()
  me(@Caller() { user }: SignedIn): SessionUserDto {
    return user;
  }
}
