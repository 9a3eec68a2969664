import { Injectable } from '@nestjs/common';
import type { MemberKey, Page, PageRequest } from '@code-router/contracts';
import { InputChecks } from '../domain/input-checks.js';
import { MemberKeys } from '../domain/members.js';
import { pageOf, pageStart } from '../domain/page.js';

/** Lists the keys of an account, or of one of its members, with who made them. */
@Injectable()
export class ListMemberKeys {
  constructor(private readonly memberKeys: MemberKeys) {}

  /** @throws DomainError `invalid_request_error`. */
  async execute(
    request: PageRequest & { readonly accountId: string; readonly createdByUserId?: string },
  ): Promise<Page<MemberKey>> {
    const checks = new InputChecks();
    const start = pageStart('member-keys', request, checks);
    const accountId = checks.uuid('accountId', request.accountId);
    const userId = checks.optional(request.createdByUserId, (id) => checks.uuid('createdByUserId', id)) ?? null;
    checks.done();
    return pageOf('member-keys', start, await this.memberKeys.list(accountId, userId, start));
  }
}
