import { Get, Query } from '@nestjs/common';
import {
  DomainError,
  IdentityMessages,
  PAGE_LIMIT_MAX,
  UsageLogMessages,
  type UsageRecord,
} from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import type { AccountCaller } from '../auth/account.guard.js';
import { Allows, Member } from '../auth/account.guard.js';
import { AccountApi } from '../console-api.js';
import { withoutChannels } from './my-rollups.js';
import {
  ListMyRollupsDto,
  ListMyUsageDto,
  MyUsageRecordDto,
  MyUsageRecordPageDto,
  MyUsageRollupsDto,
} from './my-usage.dto.js';
import { expectOwnKey } from './own-keys.js';

/** The usage of an account, for its members. A member without `usage.read` sees that of the keys that they made. */
@AccountApi('usage', 'My accounts')
export class MyUsageController {
  constructor(private readonly client: ServiceClient) {}

  /** Lists what requests used and cost. */
  @Get()
  @Allows('usage.read', 'usage.read-own')
  async records(@Member() caller: AccountCaller, @Query() query: ListMyUsageDto): Promise<MyUsageRecordPageDto> {
    await this.expectReach(caller, query.keyId);
    const page = await this.client.request(UsageLogMessages.listRecords, { ...query, accountId: caller.accountId });
    return { ...page, items: page.items.map(withoutRoute) };
  }

  /** Sums up usage by hour or day, key and model. */
  @Get('rollups')
  @Allows('usage.read', 'usage.read-own')
  async rollups(@Member() caller: AccountCaller, @Query() query: ListMyRollupsDto): Promise<MyUsageRollupsDto> {
    const { accountId, permissions, user } = caller;
    const { rollups } = await this.client.request(UsageLogMessages.listRollups, { ...query, accountId });
    if (permissions.includes('usage.read')) return { rollups: withoutChannels(rollups) };
    const own = await this.keysOf(accountId, user.id);
    return { rollups: withoutChannels(rollups.filter(({ keyId }) => own.has(keyId))) };
  }

  private async expectReach(caller: AccountCaller, keyId: string | undefined): Promise<void> {
    if (keyId !== undefined) return expectOwnKey(this.client, caller, keyId, 'usage.read');
    if (caller.permissions.includes('usage.read')) return;
    throw new DomainError('forbidden', 'Your role shows you the usage of your own keys only: name one of them.', {
      param: 'keyId',
    });
  }

  private async keysOf(accountId: string, createdByUserId: string): Promise<ReadonlySet<string>> {
    const ids = new Set<string>();
    let cursor: string | undefined;
    do {
      const page = await this.client.request(IdentityMessages.listMemberKeys, {
        accountId,
        createdByUserId,
        limit: PAGE_LIMIT_MAX,
        ...(cursor === undefined ? {} : { cursor }),
      });
      for (const { id } of page.items) ids.add(id);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    return ids;
  }
}

function withoutRoute(record: UsageRecord): MyUsageRecordDto {
  const { channelId: _id, channelName: _name, upstreamRequestId: _upstream, attempts: _attempts, ...shown } = record;
  return shown;
}
