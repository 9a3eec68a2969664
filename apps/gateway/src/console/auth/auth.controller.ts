import { Body, Get, HttpCode, Post, UseGuards } from '@nestjs/common';
import { QuotaMessages } from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import { ConsoleApi, LoginDocumentation, SignedInDocumentation } from '../console-api.js';
import { LoginDto, LogoutDto, SessionDto, SessionUserDto } from './auth.dto.js';
import { SessionGuard } from './session.guard.js';
import { Sessions } from './sessions.js';
import type { SignedIn } from './signed-in.js';
import { Caller } from './signed-in.js';

@ConsoleApi('auth', 'Sessions')
export class AuthController {
  constructor(
    private readonly client: ServiceClient,
    private readonly sessions: Sessions,
  ) {}

  /** Signs in. Guessing is slowed down: after a few failures it answers 429. */
  @Post('login')
  @HttpCode(200)
  @LoginDocumentation()
  login(@Body() input: LoginDto): Promise<SessionDto> {
    const { username, password } = input;
    return this.client.request(QuotaMessages.login, { username, password });
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
