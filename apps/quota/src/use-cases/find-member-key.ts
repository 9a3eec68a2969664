import { Injectable } from '@nestjs/common';
import type { MemberKey } from '@code-router/contracts';
import { InputChecks } from '../domain/input-checks.js';
import { MemberKeys } from '../domain/members.js';

/** A key with who made it; null when there is none of that id. */
@Injectable()
export class FindMemberKey {
  constructor(private readonly memberKeys: MemberKeys) {}

  /** @throws DomainError `invalid_request_error`. */
  async execute(request: { readonly id: string }): Promise<{ readonly key: MemberKey | null }> {
    const checks = new InputChecks();
    const id = checks.uuid('id', request.id);
    checks.done();
    return { key: await this.memberKeys.find(id) };
  }
}
