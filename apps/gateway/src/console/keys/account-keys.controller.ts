import { Body, Get, Param, Post, Query } from '@nestjs/common';
import { QuotaMessages } from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import { AccountIdDto } from '../accounts/account.dto.js';
import { AdminApi, MayBeNotFound } from '../console-api.js';
import { PageQueryDto } from '../input/page.dto.js';
import { ChoosableGroups } from '../pricing/choosable-groups.js';
import { KnownGroups } from '../pricing/known-groups.js';
import { keyFieldsOf } from './key-input.js';
import { CreatedKeyDto, CreateKeyDto, KeyPageDto } from './key.dto.js';

@AdminApi('accounts/:id/keys', 'Keys')
export class AccountKeysController {
  constructor(
    private readonly client: ServiceClient,
    private readonly knownGroups: KnownGroups,
    private readonly choosableGroups: ChoosableGroups,
  ) {}

  /** Makes a key for an account. The answer shows it, this once. */
  @Post()
  @MayBeNotFound()
  async create(@Param() { id: accountId }: AccountIdDto, @Body() input: CreateKeyDto): Promise<CreatedKeyDto> {
    const fields = keyFieldsOf(input);
    await this.knownGroups.expect('group', input.group);
    await this.choosableGroups.expect(accountId, input.group);
    return this.client.request(QuotaMessages.createKey, { ...fields, accountId, name: input.name });
  }

  /** Lists the keys of an account. */
  @Get()
  @MayBeNotFound()
  list(@Param() { id: accountId }: AccountIdDto, @Query() page: PageQueryDto): Promise<KeyPageDto> {
    return this.client.request(QuotaMessages.listKeys, { ...page, accountId });
  }
}
