import { Body, Delete, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { IdentityMessages, QuotaMessages } from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import type { AccountCaller } from '../auth/account.guard.js';
import { Allows, Member } from '../auth/account.guard.js';
import { AccountApi, MayConflict } from '../console-api.js';
import { PageQueryDto } from '../input/page.dto.js';
import { keyFieldsOf } from '../keys/key-input.js';
import { CreatedKeyDto, CreateKeyDto, KeyDto, RotateKeyDto, UpdateKeyDto } from '../keys/key.dto.js';
import { ChoosableGroups } from '../pricing/choosable-groups.js';
import { MemberKeyPageDto, MyKeyIdDto } from './member.dto.js';
import { expectOwnKey } from './own-keys.js';

/** The keys of an account, for its members. A member without `keys.read` sees and changes only those that they made. */
@AccountApi('keys', 'My accounts')
export class MyKeysController {
  constructor(
    private readonly client: ServiceClient,
    private readonly choosableGroups: ChoosableGroups,
  ) {}

  /** Makes a key. The answer shows it, this once. */
  @Post()
  @Allows('keys.manage', 'keys.manage-own')
  async create(@Member() { accountId, user }: AccountCaller, @Body() input: CreateKeyDto): Promise<CreatedKeyDto> {
    const fields = keyFieldsOf(input);
    await this.choosableGroups.expect(accountId, input.group);
    return this.client.request(IdentityMessages.createMemberKey, {
      ...fields,
      name: input.name,
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
    await expectOwnKey(this.client, caller, keyId, 'keys.manage');
    const fields = keyFieldsOf(input);
    await this.choosableGroups.expect(caller.accountId, input.group);
    return this.client.request(QuotaMessages.updateKey, { ...fields, status: input.status, id: keyId });
  }

  /** Gives a key another secret, which is valid at once. The answer shows it, this once. */
  @Post(':keyId/rotate')
  @Allows('keys.manage', 'keys.manage-own')
  @MayConflict()
  async rotate(
    @Member() caller: AccountCaller,
    @Param() { keyId }: MyKeyIdDto,
    @Body() { oldValidUntil }: RotateKeyDto,
  ): Promise<CreatedKeyDto> {
    await expectOwnKey(this.client, caller, keyId, 'keys.manage');
    return this.client.request(QuotaMessages.rotateKey, { id: keyId, oldValidUntil });
  }

  /** Revokes a key for good. It stays in the list, since the ledger refers to it. */
  @Delete(':keyId')
  @Allows('keys.manage', 'keys.manage-own')
  async revoke(@Member() caller: AccountCaller, @Param() { keyId }: MyKeyIdDto): Promise<KeyDto> {
    await expectOwnKey(this.client, caller, keyId, 'keys.manage');
    return this.client.request(QuotaMessages.revokeKey, { id: keyId });
  }
}
