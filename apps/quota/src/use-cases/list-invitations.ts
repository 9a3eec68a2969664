import { Injectable } from '@nestjs/common';
import type { Invitation, Page, PageRequest } from '@code-router/contracts';
import { InputChecks } from '../domain/input-checks.js';
import { Invitations } from '../domain/members.js';
import { pageOf, pageStart } from '../domain/page.js';

/** Lists the invitations to an account that can still be accepted. */
@Injectable()
export class ListInvitations {
  constructor(private readonly invitations: Invitations) {}

  /** @throws DomainError `invalid_request_error`. */
  async execute(request: PageRequest & { readonly accountId: string }): Promise<Page<Invitation>> {
    const checks = new InputChecks();
    const start = pageStart('invitations', request, checks);
    const accountId = checks.uuid('accountId', request.accountId);
    checks.done();
    return pageOf('invitations', start, await this.invitations.list(accountId, start));
  }
}
