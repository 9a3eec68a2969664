import { Inject, Injectable } from '@nestjs/common';
import { DomainError, type Session, type SignUpRequest, type SignUpState } from '@code-router/contracts';
import { InputChecks } from '../domain/input-checks.js';
import { clientNetwork } from '../domain/ip-address.js';
import { hashInvitationToken, isInvitationToken } from '../domain/invitation-token.js';
import { Invitations } from '../domain/members.js';
import { noSuchInvitation } from '../domain/not-found.js';
import { hashPassword } from '../domain/password.js';
import { SIGN_UP_LIMIT, Throttle } from '../domain/throttle.js';
import { Users } from '../domain/users.js';
import { QUOTA_SETTINGS, type QuotaSettings } from '../quota-settings.js';
import { BeginSession } from './begin-session.js';
import { readNewUser, usernameTaken } from './new-user-input.js';

/** Makes a user with a personal account, and signs them in. */
@Injectable()
export class SignUp {
  constructor(
    private readonly users: Users,
    private readonly invitations: Invitations,
    private readonly throttle: Throttle,
    private readonly beginSession: BeginSession,
    @Inject(QUOTA_SETTINGS) private readonly settings: QuotaSettings,
  ) {}

  state(): SignUpState {
    return { signUp: this.settings.CODE_ROUTER_SIGN_UP };
  }

  /**
   * @throws DomainError `invalid_request_error`; `forbidden` when sign-up is closed and nobody invites; `not_found` when
   * the invitation cannot be accepted; `conflict` when the name is taken; `rate_limit_exceeded` after many sign-ups from
   * one address.
   */
  async execute(request: SignUpRequest): Promise<Session> {
    const checks = new InputChecks();
    const wanted = readNewUser(request, checks);
    const ip = checks.optional(request.ip, (value) => checks.text('ip', value, 100)) ?? 'unknown';
    const invitation = request.invitation;
    if (invitation !== undefined && !isInvitationToken(invitation)) {
      checks.refuse('invitation', 'must be the token of an invitation');
    }
    checks.done();
    if (invitation === undefined && this.settings.CODE_ROUTER_SIGN_UP === 'closed') {
      throw new DomainError('forbidden', 'Signing up is closed here: ask for an invitation.');
    }
    await this.throttle.begin(`sign-up:${clientNetwork(ip)}`, SIGN_UP_LIMIT);
    const invitationHash = invitation === undefined ? undefined : hashInvitationToken(invitation);
    // Asked before the costly hash, and decided when it is accepted.
    if (invitationHash !== undefined && !(await this.invitations.isOpen(invitationHash))) throw noSuchInvitation();
    const user = await this.users.signUp(
      {
        username: wanted.username,
        email: wanted.email,
        role: 'user',
        passwordHash: await hashPassword(wanted.password),
      },
      { welcomeNanos: this.settings.CODE_ROUTER_WELCOME_NANOS, invitationHash },
    );
    if (!user) throw usernameTaken(wanted.username);
    return this.beginSession.execute(user, request);
  }
}
