import { Injectable } from '@nestjs/common';
import { InputChecks } from '../domain/input-checks.js';
import { Invitations } from '../domain/members.js';
import { noSuchInvitation } from '../domain/not-found.js';

@Injectable()
export class RevokeInvitation {
  constructor(private readonly invitations: Invitations) {}

  /** @throws DomainError `invalid_request_error`; `not_found` when it is no longer open, or another account's. */
  async execute(request: { readonly accountId: string; readonly id: string }): Promise<{ readonly revoked: true }> {
    const checks = new InputChecks();
    const accountId = checks.uuid('accountId', request.accountId);
    const id = checks.uuid('id', request.id);
    checks.done();
    if (!(await this.invitations.revoke(accountId, id))) throw noSuchInvitation();
    return { revoked: true };
  }
}
