import { Injectable } from '@nestjs/common';
import type { Page, SearchRequest, User } from '@code-router/contracts';
import { InputChecks } from '../domain/input-checks.js';
import { pageOf, pageStart, searchOf } from '../domain/page.js';
import { Users } from '../domain/users.js';

@Injectable()
export class ListUsers {
  constructor(private readonly users: Users) {}

  /** @throws DomainError `invalid_request_error`. */
  async execute(request: SearchRequest): Promise<Page<User>> {
    const checks = new InputChecks();
    const start = pageStart('users', request, checks);
    const search = searchOf(request, checks);
    checks.done();
    return pageOf('users', start, await this.users.list(start, search));
  }
}
