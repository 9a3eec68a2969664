import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { DomainError, type Account } from '@code-router/contracts';
import { Accounts, type AccountChanges, type AccountFilter, type NewAccount } from '../domain/accounts.js';
import { noSuchUser } from '../domain/not-found.js';
import type { PageStart, Positioned } from '../domain/page.js';
import { accountOf, type AccountRow } from './account-row.js';
import { FIND_ACCOUNT, INSERT_ACCOUNT, LIST_ACCOUNTS, updateAccount } from './accounts.sql.js';
import { assignments, violatedConstraint } from './columns.js';

const COLUMNS = {
  name: 'name',
  group: 'group_name',
  status: 'status',
  overdraftNanos: 'overdraft_nanos',
  requestsPerMinute: 'requests_per_minute',
  tokensPerMinute: 'tokens_per_minute',
  concurrencyMax: 'concurrency_max',
  lowerOutput: 'lower_output',
} as const;

@Injectable()
export class PostgresAccounts extends Accounts {
  constructor(@InjectDataSource('quota') private readonly dataSource: DataSource) {
    super();
  }

  override async create(account: NewAccount): Promise<Account> {
    const values = [
      account.name,
      account.group,
      account.overdraftNanos,
      account.requestsPerMinute,
      account.tokensPerMinute,
      account.concurrencyMax,
      account.lowerOutput,
      account.ownerId ?? null,
    ];
    const [created] = await this.query(INSERT_ACCOUNT, values, account.name).catch((error: unknown) => {
      if (account.ownerId === undefined || violatedConstraint(error) !== 'account_members_user_id_fkey') throw error;
      throw noSuchUser(account.ownerId);
    });
    if (!created) throw new Error('an account was inserted but not returned');
    return created.item;
  }

  override async update(id: string, changes: AccountChanges): Promise<Account | null> {
    const parameters: unknown[] = [id, changes.overdraftNanos ?? null];
    const statement = updateAccount(assignments<AccountChanges>(COLUMNS, changes, parameters), '$2');
    const [updated] = await this.query(statement, parameters, changes.name);
    if (updated) return updated.item;
    const account = await this.find(id);
    if (!account) return null;
    throw new DomainError(
      'conflict',
      'The overdraft cannot be lowered that far: the account owes or holds more. Grant it balance first.',
      { availableNanos: account.availableNanos, overdraftNanos: account.overdraftNanos },
    );
  }

  override async find(id: string): Promise<Account | null> {
    const [found] = await this.query(FIND_ACCOUNT, [id]);
    return found?.item ?? null;
  }

  override list(start: PageStart, { search, onlyRunOut }: AccountFilter): Promise<readonly Positioned<Account>[]> {
    return this.query(LIST_ACCOUNTS, [start.before, start.limit + 1, search, onlyRunOut]);
  }

  /** @throws DomainError `conflict` when the name is taken. */
  private async query(statement: string, parameters: unknown[], name = ''): Promise<readonly Positioned<Account>[]> {
    try {
      return (await this.dataSource.query<AccountRow[]>(statement, parameters)).map(accountOf);
    } catch (error) {
      if (violatedConstraint(error) !== 'accounts_name') throw error;
      throw new DomainError('conflict', `There is already an account named "${name}".`, { param: 'name' });
    }
  }
}
