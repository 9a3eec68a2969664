import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import {
  IdentityMessages,
  type CreateUser as CreateUserRequest,
  type IdentityLogin,
  type Page,
  type SearchRequest,
  type Session,
  type SessionSummary,
  type SignUpRequest,
  type SignUpState,
  type UpdateUser as UpdateUserRequest,
  type User,
} from '@code-router/contracts';
import { Answers } from '@code-router/messaging';
import { ChangePassword } from '../use-cases/change-password.js';
import { CreateUser } from '../use-cases/create-user.js';
import { EndOtherSessions } from '../use-cases/end-other-sessions.js';
import { EndSession } from '../use-cases/end-session.js';
import { GetUser } from '../use-cases/get-user.js';
import { LinkIdentity } from '../use-cases/link-identity.js';
import { ListSessions } from '../use-cases/list-sessions.js';
import { ListUsers } from '../use-cases/list-users.js';
import { LogInWithIdentity } from '../use-cases/log-in-with-identity.js';
import { SignUp } from '../use-cases/sign-up.js';
import { UpdateUser } from '../use-cases/update-user.js';

@Controller()
export class UsersController {
  constructor(
    private readonly signUp: SignUp,
    private readonly logInWithIdentity: LogInWithIdentity,
    private readonly linkIdentity: LinkIdentity,
    private readonly getUser: GetUser,
    private readonly listUsers: ListUsers,
    private readonly createUser: CreateUser,
    private readonly updateUser: UpdateUser,
    private readonly changePassword: ChangePassword,
    private readonly listSessions: ListSessions,
    private readonly endSession: EndSession,
    private readonly endOtherSessions: EndOtherSessions,
  ) {}

  @Answers(IdentityMessages.signUpState)
  signUpState(): SignUpState {
    return this.signUp.state();
  }

  @Answers(IdentityMessages.signUp)
  register(@Payload() request: SignUpRequest): Promise<Session> {
    return this.signUp.execute(request);
  }

  @Answers(IdentityMessages.logInWithIdentity)
  identify(@Payload() request: IdentityLogin): Promise<Session> {
    return this.logInWithIdentity.execute(request);
  }

  @Answers(IdentityMessages.linkIdentity)
  link(
    @Payload() request: { readonly userId: string; readonly issuer: string; readonly subject: string },
  ): Promise<{ readonly linked: true }> {
    return this.linkIdentity.execute(request);
  }

  @Answers(IdentityMessages.getUser)
  get(@Payload() request: { readonly id: string }): Promise<User> {
    return this.getUser.execute(request);
  }

  @Answers(IdentityMessages.listUsers)
  list(@Payload() request: SearchRequest): Promise<Page<User>> {
    return this.listUsers.execute(request);
  }

  @Answers(IdentityMessages.createUser)
  create(@Payload() request: CreateUserRequest): Promise<User> {
    return this.createUser.execute(request);
  }

  @Answers(IdentityMessages.updateUser)
  update(@Payload() request: UpdateUserRequest): Promise<User> {
    return this.updateUser.execute(request);
  }

  @Answers(IdentityMessages.changePassword)
  password(
    @Payload() request: { readonly token: string; readonly oldPassword: string; readonly newPassword: string },
  ): Promise<{ readonly changed: true }> {
    return this.changePassword.execute(request);
  }

  @Answers(IdentityMessages.listSessions)
  sessions(@Payload() request: { readonly token: string }): Promise<{ readonly sessions: readonly SessionSummary[] }> {
    return this.listSessions.execute(request);
  }

  @Answers(IdentityMessages.endSession)
  end(@Payload() request: { readonly token: string; readonly id: string }): Promise<{ readonly ended: boolean }> {
    return this.endSession.execute(request);
  }

  @Answers(IdentityMessages.endOtherSessions)
  endOthers(@Payload() request: { readonly token: string }): Promise<{ readonly ended: number }> {
    return this.endOtherSessions.execute(request);
  }
}
