import { Injectable } from '@nestjs/common';
import type { Page, PageRequest, User } from '@code-router/contracts';
import { InputChecks } from '../domain/input-checks.js';
import { pageOf, pageStart } from '../domain/page.js';
import { Users } from '../domain/users.js';

@Injectable()
export class ListUsers {
  constructor(private readonly users: Users) {}

  /** @throws DomainError `invalid_request_error`. */
  async execute(request: PageRequest): Promise<Page<User>> {
    const checks = new InputChecks();
    const start = pageStart('users', request, checks);
    checks.done();
    return pageOf('users', start, await this.users.list(start));
  }
}
