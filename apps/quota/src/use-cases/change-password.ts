import { Injectable } from '@nestjs/common';
import { DomainError } from '@code-router/contracts';
import { InputChecks } from '../domain/input-checks.js';
import { hashPassword, PASSWORD_LENGTH_MIN, verifyPassword } from '../domain/password.js';
import { hashSessionToken, isSessionToken } from '../domain/session-token.js';
import { Sessions, Users } from '../domain/users.js';

/** Changes the password of whoever has the session, and ends all of their other sessions. */
@Injectable()
export class ChangePassword {
  constructor(
    private readonly users: Users,
    private readonly sessions: Sessions,
  ) {}

  /**
   * Attempts count as logins: who found an open session cannot guess the password here either.
   *
   * @throws DomainError `invalid_request_error`; `unauthorized` without a session; `forbidden` when the old password is
   * wrong or the user has none; `rate_limit_exceeded` after too many attempts.
   */
  async execute(request: {
    readonly token: string;
    readonly oldPassword: string;
    readonly newPassword: string;
  }): Promise<{ readonly changed: true }> {
    const checks = new InputChecks();
    const oldPassword = checks.password('oldPassword', request.oldPassword);
    const newPassword = checks.password('newPassword', request.newPassword, PASSWORD_LENGTH_MIN);
    checks.done();
    const tokenHash = isSessionToken(request.token) ? hashSessionToken(request.token) : '';
    const owner = await this.sessions.findUser(tokenHash);
    if (!owner) throw new DomainError('unauthorized', 'The session is unknown or has ended. Sign in again.');
    const retryAfterMs = await this.users.beginLogin(owner.username);
    if (retryAfterMs > 0) {
      throw new DomainError('rate_limit_exceeded', 'Too many attempts. Please try again later.', { retryAfterMs });
    }
    const user = await this.users.find(owner.username);
    if (!user || user.passwordHash === null) {
      throw new DomainError('forbidden', 'This user signs in through an identity provider and has no password.');
    }
    if (!(await verifyPassword(oldPassword, user.passwordHash))) {
      throw new DomainError('forbidden', 'The old password is wrong.', { param: 'oldPassword' });
    }
    await this.users.setPassword(user.id, await hashPassword(newPassword), tokenHash);
    await this.users.forgetLogins(owner.username);
    return { changed: true };
  }
}
