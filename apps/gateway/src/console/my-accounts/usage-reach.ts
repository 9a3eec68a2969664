import { Injectable } from '@nestjs/common';
import { IdentityMessages, PAGE_LIMIT_MAX } from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import type { AccountCaller } from '../auth/account.guard.js';
import { expectOwnKey } from './own-keys.js';

/** What a member may see of the usage of an account. */
export interface Reach {
  readonly accountId: string;
  /** Only of these keys; absent: of all. */
  readonly keyIds?: readonly string[];
}

/** Knows how far a member sees: all of the account, or what the keys used that they made themselves. */
@Injectable()
export class UsageReach {
  constructor(private readonly client: ServiceClient) {}

  /** @throws DomainError `not_found` when a key is named that the caller does not reach. */
  async of(caller: AccountCaller, keyId?: string): Promise<Reach> {
    const { accountId, permissions, user } = caller;
    if (keyId !== undefined) {
      await expectOwnKey(this.client, caller, keyId, 'usage.read');
      return { accountId, keyIds: [keyId] };
    }
    return permissions.includes('usage.read')
      ? { accountId }
      : { accountId, keyIds: await this.keysOf(accountId, user.id) };
  }

  private async keysOf(accountId: string, createdByUserId: string): Promise<readonly string[]> {
    const ids: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await this.client.request(IdentityMessages.listMemberKeys, {
        accountId,
        createdByUserId,
        limit: PAGE_LIMIT_MAX,
        ...(cursor === undefined ? {} : { cursor }),
      });
      for (const { id } of page.items) ids.push(id);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    return ids;
  }
}
