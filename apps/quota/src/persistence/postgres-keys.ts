import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { Key, Principal } from '@code-router/contracts';
import { Keys, type KeyChanges, type NewKey } from '../domain/keys.js';
import type { PageStart, Positioned } from '../domain/page.js';
import { assignments } from './columns.js';
import { FIND_PRINCIPAL, INSERT_KEY, LIST_KEYS, LIST_KEYS_OF_ACCOUNT, updateKey } from './keys.sql.js';

export interface KeyRow extends Omit<Key, 'createdAt' | 'expiresAt'> {
  readonly position: string;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
}

interface PrincipalRow extends Omit<Principal, 'keyGroup' | 'expiresAt'> {
  readonly keyGroup: string | null;
  readonly expiresAt: Date | null;
}

const COLUMNS = {
  name: 'name',
  status: 'status',
  group: 'group_name',
  quotaNanos: 'quota_nanos',
  concurrencyMax: 'concurrency_max',
  showCost: 'show_cost',
  expiresAt: 'expires_at',
} as const;

@Injectable()
export class PostgresKeys extends Keys {
  constructor(@InjectDataSource('quota') private readonly dataSource: DataSource) {
    super();
  }

  override async create(key: NewKey): Promise<Key | null> {
    const [created] = await this.query(INSERT_KEY, [
      key.accountId,
      key.name,
      key.hash,
      key.prefix,
      key.group,
      key.quotaNanos,
      key.concurrencyMax,
      key.showCost,
      key.expiresAt,
    ]);
    return created?.item ?? null;
  }

  override async update(id: string, changes: KeyChanges): Promise<Key | null> {
    const parameters: unknown[] = [id];
    const statement = updateKey(assignments<KeyChanges>(COLUMNS, changes, parameters));
    const [updated] = await this.query(statement, parameters);
    return updated?.item ?? null;
  }

  override list(accountId: string | null, start: PageStart): Promise<readonly Positioned<Key>[]> {
    const page = [start.before, start.limit + 1];
    return accountId === null ? this.query(LIST_KEYS, page) : this.query(LIST_KEYS_OF_ACCOUNT, [...page, accountId]);
  }

  override async findPrincipal(hash: string): Promise<Principal | null> {
    const [row] = await this.dataSource.query<PrincipalRow[]>(FIND_PRINCIPAL, [hash]);
    if (!row) return null;
    const { keyGroup, expiresAt, ...principal } = row;
    return {
      ...principal,
      ...(keyGroup === null ? {} : { keyGroup }),
      ...(expiresAt === null ? {} : { expiresAt: expiresAt.toISOString() }),
    };
  }

  private async query(statement: string, parameters: unknown[]): Promise<readonly Positioned<Key>[]> {
    return (await this.dataSource.query<KeyRow[]>(statement, parameters)).map(keyOf);
  }
}

export function keyOf({ position, ...row }: KeyRow): Positioned<Key> {
  return {
    position: BigInt(position),
    item: { ...row, expiresAt: row.expiresAt?.toISOString() ?? null, createdAt: row.createdAt.toISOString() },
  };
}
