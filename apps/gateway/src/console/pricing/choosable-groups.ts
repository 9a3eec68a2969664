import { Injectable } from '@nestjs/common';
import { DomainError, PricingMessages, QuotaMessages } from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';

/** Knows which groups the keys of an account may be in. In any other one a key could be made, and never used. */
@Injectable()
export class ChoosableGroups {
  constructor(private readonly client: ServiceClient) {}

  /**
   * @param group what was asked for; null and undefined follow the account.
   * @throws DomainError `invalid_request_error` when the account's group may not choose it; `not_found` for the account.
   */
  async expect(accountId: string, group: string | null | undefined): Promise<void> {
    if (group === null || group === undefined) return;
    const account = await this.client.request(QuotaMessages.getAccount, { id: accountId });
    if (group === account.group) return;
    const { groups } = await this.client.request(PricingMessages.listChoosableGroups, { accountGroup: account.group });
    if (groups.some(({ name }) => name === group)) return;
    throw new DomainError(
      'invalid_request_error',
      `group '${group}' is not one that keys of accounts in the group '${account.group}' may choose. ` +
        `PUT /api/groups says who may, in choosableBy.`,
      { param: 'group' },
    );
  }
}
