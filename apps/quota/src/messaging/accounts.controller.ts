import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import {
  QuotaMessages,
  type Account,
  type CreateAccount as CreateAccountRequest,
  type ListAccounts as ListAccountsRequest,
  type Page,
  type UpdateAccount as UpdateAccountRequest,
} from '@code-router/contracts';
import { Answers } from '@code-router/messaging';
import { CreateAccount } from '../use-cases/create-account.js';
import { GetAccount } from '../use-cases/get-account.js';
import { ListAccounts } from '../use-cases/list-accounts.js';
import { UpdateAccount } from '../use-cases/update-account.js';

@Controller()
export class AccountsController {
  constructor(
    private readonly createAccount: CreateAccount,
    private readonly updateAccount: UpdateAccount,
    private readonly getAccount: GetAccount,
    private readonly listAccounts: ListAccounts,
  ) {}

  @Answers(QuotaMessages.createAccount)
  create(@Payload() request: CreateAccountRequest): Promise<Account> {
    return this.createAccount.execute(request);
  }

  @Answers(QuotaMessages.updateAccount)
  update(@Payload() request: UpdateAccountRequest): Promise<Account> {
    return this.updateAccount.execute(request);
  }

  @Answers(QuotaMessages.getAccount)
  get(@Payload() request: { readonly id: string }): Promise<Account> {
    return this.getAccount.execute(request);
  }

  @Answers(QuotaMessages.listAccounts)
  list(@Payload() request: ListAccountsRequest): Promise<Page<Account>> {
    return this.listAccounts.execute(request);
  }
}
