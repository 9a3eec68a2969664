import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { AccountRole, MemberKey } from '@code-router/contracts';
import { MemberKeys } from '../domain/members.js';
import type { PageStart, Positioned } from '../domain/page.js';
import {
  ATTRIBUTE_KEY,
  FIND_ACCOUNT_OF_KEY,
  FIND_MEMBER_KEY,
  FIND_ROLE_SHARED,
  LIST_MEMBER_KEYS,
} from './members.sql.js';
import { keyOf, type KeyRow } from './postgres-keys.js';

interface MemberKeyRow extends KeyRow {
  readonly creatorId: string | null;
  readonly creatorName: string | null;
}

@Injectable()
export class PostgresMemberKeys extends MemberKeys {
  constructor(@InjectDataSource('quota') private readonly dataSource: DataSource) {
    super();
  }

  override attribute(keyId: string, userId: string): Promise<boolean> {
    return this.dataSource.transaction(async (manager) => {
      const [key] = await manager.query<{ accountId: string }[]>(FIND_ACCOUNT_OF_KEY, [keyId]);
      const [member] = await manager.query<{ role: AccountRole }[]>(FIND_ROLE_SHARED, [userId, key?.accountId]);
      await manager.query(ATTRIBUTE_KEY, [keyId, userId]);
      return member !== undefined;
    });
  }

  override async find(keyId: string): Promise<MemberKey | null> {
    const [row] = await this.dataSource.query<MemberKeyRow[]>(FIND_MEMBER_KEY, [keyId]);
    return row ? memberKeyOf(row).item : null;
  }

  override async list(
    accountId: string,
    createdByUserId: string | null,
    start: PageStart,
  ): Promise<readonly Positioned<MemberKey>[]> {
    const values = [start.before, start.limit + 1, accountId, createdByUserId];
    return (await this.dataSource.query<MemberKeyRow[]>(LIST_MEMBER_KEYS, values)).map(memberKeyOf);
  }
}

function memberKeyOf({ creatorId, creatorName, ...row }: MemberKeyRow): Positioned<MemberKey> {
  const { position, item } = keyOf(row);
  const createdBy = creatorId === null || creatorName === null ? null : { userId: creatorId, username: creatorName };
  return { position, item: { ...item, createdBy } };
}
