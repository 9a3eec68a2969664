import { Injectable } from '@nestjs/common';
import type { User } from '@code-router/contracts';
import { InputChecks } from '../domain/input-checks.js';
import { noSuchUser } from '../domain/not-found.js';
import { Users } from '../domain/users.js';

@Injectable()
export class GetUser {
  constructor(private readonly users: Users) {}

  /** @throws DomainError `invalid_request_error`; `not_found`. */
  async execute(request: { readonly id: string }): Promise<User> {
    const checks = new InputChecks();
    const id = checks.uuid('id', request.id);
    checks.done();
    const user = await this.users.get(id);
    if (!user) throw noSuchUser(id);
    return user;
  }
}
