import { Body, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { IdentityMessages, QuotaMessages } from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import { AdminApi, MayBeNotFound, MayConflict } from '../console-api.js';
import { optionalNanos } from '../input/amount.js';
import { PageQueryDto } from '../input/page.dto.js';
import { MemberPageDto } from '../my-accounts/member.dto.js';
import { KnownGroups } from '../pricing/known-groups.js';
import {
  AccountDto,
  AccountIdDto,
  AccountPageDto,
  AccountsQueryDto,
  CreateAccountDto,
  UpdateAccountDto,
} from './account.dto.js';

@AdminApi('accounts', 'Accounts')
export class AccountsController {
  constructor(
    private readonly client: ServiceClient,
    private readonly knownGroups: KnownGroups,
  ) {}

  /** Opens an account. Its balance is zero. */
  @Post()
  @MayConflict()
  async create(@Body() input: CreateAccountDto): Promise<AccountDto> {
    const { name, group, lowerOutput, requestsPerMinute, tokensPerMinute, concurrencyMax } = input;
    const overdraftNanos = overdraftOf(input);
    await this.knownGroups.expect('group', group);
    const limits = { requestsPerMinute, tokensPerMinute, concurrencyMax };
    return this.client.request(QuotaMessages.createAccount, { name, group, overdraftNanos, lowerOutput, ...limits });
  }

  /** Lists the accounts, or those whose name holds a text, or that have run out. */
  @Get()
  list(@Query() page: AccountsQueryDto): Promise<AccountPageDto> {
    return this.client.request(QuotaMessages.listAccounts, page);
  }

  /** Reads an account, with its balance. */
  @Get(':id')
  @MayBeNotFound()
  get(@Param() { id }: AccountIdDto): Promise<AccountDto> {
    return this.client.request(QuotaMessages.getAccount, { id });
  }

  /** Lists who may use an account, with their roles and budgets. */
  @Get(':id/members')
  @MayBeNotFound()
  members(@Param() { id }: AccountIdDto, @Query() page: PageQueryDto): Promise<MemberPageDto> {
    return this.client.request(IdentityMessages.listMembers, { ...page, accountId: id });
  }

  /** Changes an account. Requests under way finish as they began. */
  @Patch(':id')
  @MayBeNotFound()
  @MayConflict()
  async update(@Param() { id }: AccountIdDto, @Body() input: UpdateAccountDto): Promise<AccountDto> {
    const { name, group, status, lowerOutput, requestsPerMinute, tokensPerMinute, concurrencyMax } = input;
    const overdraftNanos = overdraftOf(input);
    await this.knownGroups.expect('group', group);
    const limits = { requestsPerMinute, tokensPerMinute, concurrencyMax };
    const changes = { name, group, status, overdraftNanos, lowerOutput, ...limits };
    return this.client.request(QuotaMessages.updateAccount, { id, ...changes });
  }
}

function overdraftOf({ overdraftNanos, overdraftCredits }: UpdateAccountDto): string | undefined {
  return optionalNanos({
    nanosField: 'overdraftNanos',
    nanos: overdraftNanos,
    creditsField: 'overdraftCredits',
    credits: overdraftCredits,
  });
}
