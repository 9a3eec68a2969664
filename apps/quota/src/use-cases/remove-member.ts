import { Injectable } from '@nestjs/common';
import { QuotaNotices } from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import { InputChecks } from '../domain/input-checks.js';
import { Members } from '../domain/members.js';
import { expectMayRemove } from '../domain/membership-rules.js';

/** Removes a member, or lets one leave, and disables the keys that they made: they know the secrets. */
@Injectable()
export class RemoveMember {
  constructor(
    private readonly members: Members,
    private readonly client: ServiceClient,
  ) {}

  /** @throws DomainError `invalid_request_error`, and as {@link expectMayRemove}. */
  async execute(request: {
    readonly actorId: string;
    readonly accountId: string;
    readonly userId: string;
  }): Promise<{ readonly removed: true }> {
    const checks = new InputChecks();
    const actorId = checks.uuid('actorId', request.actorId);
    const accountId = checks.uuid('accountId', request.accountId);
    const userId = checks.uuid('userId', request.userId);
    checks.done();
    const { disabledKeyIds } = await this.members.remove(actorId, accountId, userId, (roles) =>
      expectMayRemove(roles, actorId === userId),
    );
    for (const keyId of disabledKeyIds) this.client.notify(QuotaNotices.principalChanged, { accountId, keyId });
    return { removed: true };
  }
}
