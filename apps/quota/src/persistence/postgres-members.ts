import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import type { AccountRole, Member, Membership } from '@code-router/contracts';
import { permissionsOf } from '../domain/account-roles.js';
import { Members, type MemberChanges, type MemberRoles } from '../domain/members.js';
import type { PageStart, Positioned } from '../domain/page.js';
import { accountOf, type AccountRow } from './account-row.js';
import { assignments } from './columns.js';
import {
  DELETE_MEMBER,
  DISABLE_KEYS_OF_MEMBER,
  FIND_ROLE,
  LIST_MEMBERS,
  LIST_MEMBERSHIPS,
  LOCK_MEMBERS,
  REVOKE_INVITATIONS_OF_MEMBER,
  updateMember,
} from './members.sql.js';

interface MemberRow extends Omit<Member, 'joinedAt'> {
  readonly position: string;
  readonly joinedAt: Date;
}

@Injectable()
export class PostgresMembers extends Members {
  constructor(@InjectDataSource('quota') private readonly dataSource: DataSource) {
    super();
  }

  override async roleOf(userId: string, accountId: string): Promise<AccountRole | null> {
    const [row] = await this.dataSource.query<{ role: AccountRole }[]>(FIND_ROLE, [userId, accountId]);
    return row?.role ?? null;
  }

  override async memberships(userId: string): Promise<readonly Membership[]> {
    const rows = await this.dataSource.query<(AccountRow & { role: AccountRole })[]>(LIST_MEMBERSHIPS, [userId]);
    return rows.map(({ role, ...row }) => ({
      accountId: row.id,
      role,
      permissions: permissionsOf(role),
      account: accountOf(row).item,
    }));
  }

  override async list(accountId: string, start: PageStart): Promise<readonly Positioned<Member>[]> {
    const rows = await this.dataSource.query<MemberRow[]>(LIST_MEMBERS, [start.before, start.limit + 1, accountId]);
    return rows.map(memberOf);
  }

  override change(
    actorId: string,
    accountId: string,
    userId: string,
    changes: MemberChanges,
    check: (roles: MemberRoles) => void,
  ): Promise<Member | null> {
    return this.dataSource.transaction(async (manager) => {
      check(await lockRoles(manager, actorId, accountId, userId));
      const parameters: unknown[] = [accountId, userId];
      const columns = { role: 'role', budgetNanos: 'budget_nanos' } as const;
      const set = assignments<MemberChanges>(columns, changes, parameters);
      const [row] = await manager.query<MemberRow[]>(updateMember(set), parameters);
      if (changes.role !== undefined) await manager.query(REVOKE_INVITATIONS_OF_MEMBER, [accountId, userId]);
      return row ? memberOf(row).item : null;
    });
  }

  override remove(
    actorId: string,
    accountId: string,
    userId: string,
    check: (roles: MemberRoles) => void,
  ): Promise<{ readonly disabledKeyIds: readonly string[] }> {
    return this.dataSource.transaction(async (manager) => {
      check(await lockRoles(manager, actorId, accountId, userId));
      await manager.query(DELETE_MEMBER, [accountId, userId]);
      await manager.query(REVOKE_INVITATIONS_OF_MEMBER, [accountId, userId]);
      const keys = await manager.query<{ id: string }[]>(DISABLE_KEYS_OF_MEMBER, [accountId, userId]);
      return { disabledKeyIds: keys.map(({ id }) => id) };
    });
  }
}

async function lockRoles(
  manager: EntityManager,
  actorId: string,
  accountId: string,
  userId: string,
): Promise<MemberRoles> {
  const rows = await manager.query<{ userId: string; role: AccountRole }[]>(LOCK_MEMBERS, [accountId]);
  const roleOf = (id: string) => rows.find((row) => row.userId === id)?.role ?? null;
  return {
    actor: roleOf(actorId),
    target: roleOf(userId),
    ownerCount: rows.filter(({ role }) => role === 'owner').length,
  };
}

function memberOf({ position, ...row }: MemberRow): Positioned<Member> {
  return { position: BigInt(position), item: { ...row, joinedAt: row.joinedAt.toISOString() } };
}
