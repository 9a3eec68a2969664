import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { DomainError, type IdentityLogin, type Session, type User } from '@code-router/contracts';
import { InputChecks } from '../domain/input-checks.js';
import { usernameFromHint } from '../domain/username.js';
import { Users, type Identity } from '../domain/users.js';
import { QUOTA_SETTINGS, type QuotaSettings } from '../quota-settings.js';
import { BeginSession } from './begin-session.js';
import { readIdentity } from './link-identity.js';
import { EMAIL_LENGTH_MAX } from './new-user-input.js';

const NAMES_TRIED_MAX = 5;

/**
 * Begins a session for whoever an identity provider has identified. A user is found by issuer and subject alone: an
 * e-mail address or a name would let whoever can choose theirs at some provider take over somebody's account.
 */
@Injectable()
export class LogInWithIdentity {
  constructor(
    private readonly users: Users,
    private readonly beginSession: BeginSession,
    @Inject(QUOTA_SETTINGS) private readonly settings: QuotaSettings,
  ) {}

  /**
   * @throws DomainError `invalid_request_error`; `forbidden` when nobody has the identity and none may be created, or the
   * user is disabled.
   */
  async execute(request: IdentityLogin): Promise<Session> {
    const checks = new InputChecks();
    const identity = readIdentity(request, checks);
    const email = checks.optional(request.email, (value) => checks.text('email', value, EMAIL_LENGTH_MAX)) ?? null;
    const hint = checks.optional(request.usernameHint, (value) => checks.text('usernameHint', value, 1_000));
    const mayCreate = checks.flag('mayCreate', request.mayCreate);
    checks.done();
    const known = await this.users.findByIdentity(identity);
    if (!known && !mayCreate) {
      throw new DomainError('forbidden', 'Nobody here has this identity, and signing up with it is closed.');
    }
    return this.beginSession.execute(known ?? (await this.create(identity, hint, email)), request);
  }

  private async create(identity: Identity, hint: string | undefined, email: string | null): Promise<User> {
    const name = usernameFromHint(hint);
    const welcomeNanos = this.settings.CODE_ROUTER_WELCOME_NANOS;
    for (let attempt = 0; attempt < NAMES_TRIED_MAX; attempt += 1) {
      const username = attempt === 0 ? name : `${name}-${randomBytes(3).toString('hex')}`;
      try {
        const user = { username, passwordHash: null, role: 'user', email } as const;
        const created = await this.users.signUp(user, { welcomeNanos, identity });
        if (created) return created;
      } catch (error) {
        // The same person signed in twice at once: the other one made the user.
        const known = await this.users.findByIdentity(identity);
        if (known) return known;
        throw error;
      }
    }
    throw new DomainError('conflict', 'No user name is free for this identity. Please try again.');
  }
}
