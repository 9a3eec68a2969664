import { Injectable } from '@nestjs/common';
import type { Member, Page, PageRequest } from '@code-router/contracts';
import { InputChecks } from '../domain/input-checks.js';
import { Members } from '../domain/members.js';
import { pageOf, pageStart } from '../domain/page.js';

@Injectable()
export class ListMembers {
  constructor(private readonly members: Members) {}

  /** @throws DomainError `invalid_request_error`. */
  async execute(request: PageRequest & { readonly accountId: string }): Promise<Page<Member>> {
    const checks = new InputChecks();
    const start = pageStart('members', request, checks);
    const accountId = checks.uuid('accountId', request.accountId);
    checks.done();
    return pageOf('members', start, await this.members.list(accountId, start));
  }
}
