import { Injectable } from '@nestjs/common';
import { DomainError, type UpdateUser as UpdateUserRequest, type User } from '@code-router/contracts';
import { InputChecks } from '../domain/input-checks.js';
import { noSuchUser } from '../domain/not-found.js';
import { refusalToChange } from '../domain/user-roles.js';
import { Users, type UserChanges } from '../domain/users.js';
import { USER_ROLES } from './create-user.js';

/** Disables or enables a user, or changes their role, on behalf of an administrator. */
@Injectable()
export class UpdateUser {
  constructor(private readonly users: Users) {}

  /** @throws DomainError `invalid_request_error`; `not_found`; `forbidden`, see {@link refusalToChange}. */
  async execute(request: UpdateUserRequest): Promise<User> {
    const checks = new InputChecks();
    const actorId = checks.uuid('actorId', request.actorId);
    const id = checks.uuid('id', request.id);
    const changes: UserChanges = {
      status: checks.optional(request.status, (status) => checks.oneOf('status', status, ['active', 'disabled'])),
      role: checks.optional(request.role, (role) => checks.oneOf('role', role, USER_ROLES)),
    };
    checks.someOf(changes);
    checks.done();
    const user = await this.users.change(actorId, id, changes, (actor, target) => {
      const refusal = refusalToChange(actor, target, changes);
      if (refusal !== undefined) throw new DomainError('forbidden', refusal);
    });
    if (!user) throw noSuchUser(id);
    return user;
  }
}
