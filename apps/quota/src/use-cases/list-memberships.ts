import { Injectable } from '@nestjs/common';
import type { Membership } from '@code-router/contracts';
import { InputChecks } from '../domain/input-checks.js';
import { Members } from '../domain/members.js';

@Injectable()
export class ListMemberships {
  constructor(private readonly members: Members) {}

  /** @throws DomainError `invalid_request_error`. */
  async execute(request: { readonly userId: string }): Promise<{ readonly memberships: readonly Membership[] }> {
    const checks = new InputChecks();
    const userId = checks.uuid('userId', request.userId);
    checks.done();
    return { memberships: await this.members.memberships(userId) };
  }
}
