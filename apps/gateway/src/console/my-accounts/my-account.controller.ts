import { Body, Get, Patch, Query } from '@nestjs/common';
import { PricingMessages, QuotaMessages } from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import { AccountDto } from '../accounts/account.dto.js';
import { ChangeMyAccountDto } from './my-account.dto.js';
import { LedgerPageDto } from '../accounts/ledger.dto.js';
import type { AccountCaller } from '../auth/account.guard.js';
import { Allows, Member } from '../auth/account.guard.js';
import { CatalogGroupsDto } from '../catalog/catalog.dto.js';
import { AccountApi } from '../console-api.js';
import { PageQueryDto } from '../input/page.dto.js';

@AccountApi('', 'My accounts')
export class MyAccountController {
  constructor(private readonly client: ServiceClient) {}

  /** Reads the account, with its balance. */
  @Get()
  @Allows('account.read')
  get(@Member() { accountId }: AccountCaller): Promise<AccountDto> {
    return this.client.request(QuotaMessages.getAccount, { id: accountId });
  }

  /** Changes how requests of the account are treated. */
  @Patch()
  @Allows('members.manage')
  update(@Member() { accountId }: AccountCaller, @Body() { lowerOutput }: ChangeMyAccountDto): Promise<AccountDto> {
    return this.client.request(QuotaMessages.updateAccount, { id: accountId, lowerOutput });
  }

  /** Lists the groups that keys of the account may choose. */
  @Get('groups')
  @Allows('account.read')
  async groups(@Member() { accountId }: AccountCaller): Promise<CatalogGroupsDto> {
    const { group: accountGroup } = await this.client.request(QuotaMessages.getAccount, { id: accountId });
    const { groups } = await this.client.request(PricingMessages.listChoosableGroups, { accountGroup });
    return { accountGroup, groups };
  }

  /** Lists what moved the balance of the account. */
  @Get('ledger')
  @Allows('ledger.read')
  ledger(@Member() { accountId }: AccountCaller, @Query() page: PageQueryDto): Promise<LedgerPageDto> {
    return this.client.request(QuotaMessages.listLedger, { ...page, accountId });
  }
}
