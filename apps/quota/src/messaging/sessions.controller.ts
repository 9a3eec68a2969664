import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { QuotaMessages, type LoginRequest, type Session, type SessionUser } from '@code-router/contracts';
import { Answers } from '@code-router/messaging';
import { FindSession } from '../use-cases/find-session.js';
import { LogIn } from '../use-cases/log-in.js';
import { LogOut } from '../use-cases/log-out.js';

@Controller()
export class SessionsController {
  constructor(
    private readonly logIn: LogIn,
    private readonly findSession: FindSession,
    private readonly logOut: LogOut,
  ) {}

  @Answers(QuotaMessages.login)
  login(@Payload() request: LoginRequest): Promise<Session> {
    return this.logIn.execute(request);
  }

  @Answers(QuotaMessages.findSession)
  find(@Payload() request: { readonly token: string }): Promise<{ readonly user: SessionUser | null }> {
    return this.findSession.execute(request);
  }

  @Answers(QuotaMessages.logout)
  logout(@Payload() request: { readonly token: string }): Promise<{ readonly ended: boolean }> {
    return this.logOut.execute(request);
  }
}
