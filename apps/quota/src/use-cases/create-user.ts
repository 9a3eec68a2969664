import { Injectable } from '@nestjs/common';
import { DomainError, type CreateUser as CreateUserRequest, type User, type UserRole } from '@code-router/contracts';
import { InputChecks } from '../domain/input-checks.js';
import { noSuchUser } from '../domain/not-found.js';
import { hashPassword } from '../domain/password.js';
import { refusalToCreate } from '../domain/user-roles.js';
import { Users } from '../domain/users.js';
import { readNewUser, usernameTaken } from './new-user-input.js';

export const USER_ROLES: readonly UserRole[] = ['user', 'admin', 'root'];

/** Enters a user with a personal account, on behalf of an administrator. Nothing is granted. */
@Injectable()
export class CreateUser {
  constructor(private readonly users: Users) {}

  /**
   * @throws DomainError `invalid_request_error`; `forbidden` when the administrator may not make one of that role;
   * `conflict` when the name is taken.
   */
  async execute(request: CreateUserRequest): Promise<User> {
    const checks = new InputChecks();
    const actorId = checks.uuid('actorId', request.actorId);
    const { password, ...user } = readNewUser(request, checks);
    const role = checks.optional(request.role, (value) => checks.oneOf('role', value, USER_ROLES)) ?? 'user';
    checks.done();
    const actor = await this.users.get(actorId);
    if (!actor) throw noSuchUser(actorId);
    const refusal = refusalToCreate(actor, role);
    if (refusal !== undefined) throw new DomainError('forbidden', refusal);
    const passwordHash = await hashPassword(password);
    const created = await this.users.signUp({ ...user, role, passwordHash }, { welcomeNanos: 0n });
    if (!created) throw usernameTaken(user.username);
    return created;
  }
}
