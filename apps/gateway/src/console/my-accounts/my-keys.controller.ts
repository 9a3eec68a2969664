import { Body, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { DomainError, IdentityMessages, QuotaMessages } from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import type { AccountCaller } from '../auth/account.guard.js';
import { Allows, Member } from '../auth/account.guard.js';
import { AccountApi } from '../console-api.js';
import { PageQueryDto } from '../input/page.dto.js';
import { quotaOf } from '../keys/key-input.js';
import { CreatedKeyDto, CreateKeyDto, KeyDto, UpdateKeyDto } from '../keys/key.dto.js';
import { MemberKeyPageDto, MyKeyIdDto } from './member.dto.js';
import { expectOwnKey } from './own-keys.js';

/** The keys of an account, for its members. A member without `keys.read` sees and changes only those that they made. */
@AccountApi('keys', 'My accounts')
export class MyKeysController {
  constructor(private readonly client: ServiceClient) {}

  /** Makes a key. The answer shows it, this once. */
  @Post()
  @Allows('keys.manage', 'keys.manage-own')
  create(@Member() { accountId, user }: AccountCaller, @Body() input: CreateKeyDto): Promise<CreatedKeyDto> {
    expectAccountGroup(input);
    const { quotaNanos: _nanos, quotaCredits: _credits, ...rest } = input;
    const quotaNanos = quotaOf(input);
    return this.client.request(IdentityMessages.createMemberKey, {
      ...rest,
      quotaNanos,
      accountId,
      createdByUserId: user.id,
    });
  }

  /** Lists the keys of the account, or those that I made, with who made them. */
  @Get()
  @Allows('keys.read', 'keys.read-own')
  list(
    @Member() { accountId, permissions, user }: AccountCaller,
    @Query() page: PageQueryDto,
  ): Promise<MemberKeyPageDto> {
    const whose = permissions.includes('keys.read') ? {} : { createdByUserId: user.id };
    return this.client.request(IdentityMessages.listMemberKeys, { ...page, accountId, ...whose });
  }

  /** Changes, enables or disables a key. */
  @Patch(':keyId')
  @Allows('keys.manage', 'keys.manage-own')
  async update(
    @Member() caller: AccountCaller,
    @Param() { keyId }: MyKeyIdDto,
    @Body() input: UpdateKeyDto,
  ): Promise<KeyDto> {
    expectAccountGroup(input);
    await expectOwnKey(this.client, caller, keyId, 'keys.manage');
    const { quotaNanos: _nanos, quotaCredits: _credits, ...rest } = input;
    const quotaNanos = quotaOf(input);
    return this.client.request(QuotaMessages.updateKey, { ...rest, quotaNanos, id: keyId });
  }
}

/** A key of another group would be priced by it: which groups an account may choose is not its members' to decide. */
function expectAccountGroup({ group }: UpdateKeyDto): void {
  if (group === undefined || group === null) return;
  throw new DomainError('forbidden', 'Only administrators choose the group of a key.', { param: 'group' });
}
