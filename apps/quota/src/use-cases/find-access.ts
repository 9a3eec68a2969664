import { Injectable } from '@nestjs/common';
import type { AccountAccess } from '@code-router/contracts';
import { permissionsOf } from '../domain/account-roles.js';
import { InputChecks } from '../domain/input-checks.js';
import { Members } from '../domain/members.js';

/** What a user may do in an account; null for whoever is no member, and for accounts that are not there. */
@Injectable()
export class FindAccess {
  constructor(private readonly members: Members) {}

  /** @throws DomainError `invalid_request_error`. */
  async execute(request: {
    readonly userId: string;
    readonly accountId: string;
  }): Promise<{ readonly access: AccountAccess | null }> {
    const checks = new InputChecks();
    const userId = checks.uuid('userId', request.userId);
    const accountId = checks.uuid('accountId', request.accountId);
    checks.done();
    const role = await this.members.roleOf(userId, accountId);
    return { access: role === null ? null : { accountId, role, permissions: permissionsOf(role) } };
  }
}
