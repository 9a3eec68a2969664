import { Injectable } from '@nestjs/common';
import {
  ACCOUNT_ROLES,
  DomainError,
  type Member,
  type UpdateMember as UpdateMemberRequest,
} from '@code-router/contracts';
import { InputChecks } from '../domain/input-checks.js';
import { AMOUNT_NANOS_MAX } from '../domain/limits.js';
import { Members, type MemberChanges } from '../domain/members.js';
import { expectMayChange } from '../domain/membership-rules.js';

/** Changes the role or the budget of a member, on behalf of another one. */
@Injectable()
export class UpdateMember {
  constructor(private readonly members: Members) {}

  /** @throws DomainError `invalid_request_error`, and as {@link expectMayChange}. */
  async execute(request: UpdateMemberRequest): Promise<Member> {
    const checks = new InputChecks();
    const actorId = checks.uuid('actorId', request.actorId);
    const accountId = checks.uuid('accountId', request.accountId);
    const userId = checks.uuid('userId', request.userId);
    const changes: MemberChanges = {
      role: checks.optional(request.role, (role) => checks.oneOf('role', role, ACCOUNT_ROLES)),
      budgetNanos: checks.nullable(request.budgetNanos, (budget) =>
        checks.nanos('budgetNanos', budget, { min: 0n, max: AMOUNT_NANOS_MAX }),
      ),
    };
    checks.someOf(changes);
    checks.done();
    const member = await this.members.change(actorId, accountId, userId, changes, (roles) =>
      expectMayChange(roles, changes.role),
    );
    if (!member) throw new DomainError('not_found', 'There is no such member.');
    return member;
  }
}
