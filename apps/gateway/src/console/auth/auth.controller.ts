import { Body, Get, HttpCode, Post, Req, Res, UseGuards } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ConsoleSessions, expectOwnPage } from '@code-router/console-session';
import { IdentityMessages, QuotaMessages } from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import { ConsoleApi, LoginDocumentation, MayBeNotFound, MayConflict, SignedInDocumentation } from '../console-api.js';
import { AuthOptionsDto, LoginDto, LogoutDto, SessionDto, SessionUserDto, SignUpDto } from './auth.dto.js';
import { BrowserSessions } from './browser-sessions.js';
import { traceOf } from './client-trace.js';
import { Oidc } from './oidc/oidc.js';
import { SessionGuard } from './session.guard.js';
import type { SignedIn } from './signed-in.js';
import { Caller } from './signed-in.js';

@ConsoleApi('auth', 'Sessions')
export class AuthController {
  constructor(
    private readonly client: ServiceClient,
    private readonly sessions: ConsoleSessions,
    private readonly browsers: BrowserSessions,
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
  async signUp(
    @Body() { cookie, ...input }: SignUpDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SessionDto> {
    if (cookie) expectOwnPage(request);
    const session = await this.client.request(IdentityMessages.signUp, { ...input, ...traceOf(request) });
    return cookie ? this.browsers.begin(session, request, reply) : session;
  }

  /** Signs in. Guessing is slowed down: after a few failures it answers 429. */
  @Post('login')
  @HttpCode(200)
  @LoginDocumentation()
  async login(
    @Body() { cookie, username, password }: LoginDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SessionDto> {
    if (cookie) expectOwnPage(request);
    const session = await this.client.request(QuotaMessages.login, { username, password, ...traceOf(request) });
    return cookie ? this.browsers.begin(session, request, reply) : session;
  }

  /** Ends the session that it is sent with, and clears its cookie. */
  @Post('logout')
  @HttpCode(200)
  @UseGuards(SessionGuard)
  @SignedInDocumentation()
  logout(
    @Caller() { token }: SignedIn,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LogoutDto> {
    this.browsers.forget(request, reply);
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
