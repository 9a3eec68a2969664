import { Injectable } from '@nestjs/common';
import { DomainError, type LoginRequest, type Session } from '@code-router/contracts';
import { InputChecks } from '../domain/input-checks.js';
import { clientNetwork } from '../domain/ip-address.js';
import { NAME_LENGTH_MAX } from '../domain/limits.js';
import { hashPassword, verifyPassword } from '../domain/password.js';
import { generateSessionToken } from '../domain/session-token.js';
import { LOGIN_NETWORK_LIMIT, Throttle } from '../domain/throttle.js';
import { Users } from '../domain/users.js';
import { BeginSession } from './begin-session.js';

/** Begins a session for whoever knows the password. */
@Injectable()
export class LogIn {
  /** What the password of a name that nobody has is compared with. */
  private decoyHash: Promise<string> | undefined;

  constructor(
    private readonly users: Users,
    private readonly throttle: Throttle,
    private readonly beginSession: BeginSession,
  ) {}

  /**
   * A wrong name and a wrong password take the same time and give the same answer, and attempts are counted alike for
   * both, so that nobody can find out which names exist. Only who knows the password learns that a user is disabled.
   *
   * @throws DomainError `invalid_request_error`; `unauthorized`; `forbidden` when the user is disabled;
   * `rate_limit_exceeded` with `retryAfterMs` in its details after too many attempts under one name or from one network;
   * `service_unavailable` when too many passwords are being checked.
   */
  async execute(request: LoginRequest): Promise<Session> {
    const { username, password, ip } = credentialsFrom(request);
    // Before the name, which may be made up anew each time, leaves a trace or costs a hash.
    const network = ip === undefined ? undefined : `login:${clientNetwork(ip)}`;
    if (network !== undefined) await this.throttle.begin(network, LOGIN_NETWORK_LIMIT);
    const retryAfterMs = await this.users.beginLogin(username);
    if (retryAfterMs > 0) {
      throw new DomainError('rate_limit_exceeded', 'Too many attempts to log in. Please try again later.', {
        retryAfterMs,
      });
    }
    const user = await this.users.find(username);
    const isRight = await verifyPassword(password, user?.passwordHash ?? (await this.decoy()));
    if (!user || user.passwordHash === null || !isRight) {
      throw new DomainError('unauthorized', 'The user name or the password is wrong.');
    }
    await this.users.forgetLogins(username);
    if (network !== undefined) await this.throttle.forgive(network);
    return this.beginSession.execute(user, request);
  }

  private decoy(): Promise<string> {
    this.decoyHash ??= hashPassword(generateSessionToken());
    return this.decoyHash;
  }
}

function credentialsFrom(request: LoginRequest): LoginRequest {
  const checks = new InputChecks();
  const username = checks.name('username', request.username, NAME_LENGTH_MAX).toLowerCase();
  const password = checks.password('password', request.password);
  const ip = checks.optional(request.ip, (value) => checks.text('ip', value, 100));
  checks.done();
  return { username, password, ...(ip === undefined ? {} : { ip }) };
}
