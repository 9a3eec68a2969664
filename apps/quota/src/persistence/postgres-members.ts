import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import type { AccountRole, Member, Membership } from '@code-router/contracts';
import { permissionsOf } from '../domain/account-roles.js';
import { Members, type MemberChanges, type MemberRoles } from '../domain/members.js';
import type { PageStart, Positioned } from '../domain/page.js';
import { accountOf, type AccountRow } from './account-row.js';
import { LOCK_ACCOUNT } from './ledger.sql.js';
import {
  DELETE_MEMBER,
  DISABLE_KEYS_OF_MEMBER,
  FIND_MEMBER,
  FIND_ROLE,
  LEFT_OF_MEMBER_BUDGET,
  LIST_MEMBERS,
  LIST_MEMBERSHIPS,
  LOCK_MEMBERS,
  PUT_MEMBER_BUDGET,
  REMOVE_MEMBER_BUDGET,
  REVOKE_INVITATIONS_OF_MEMBER,
  SET_ROLE,
} from './members.sql.js';

interface MemberRow extends Omit<Member, 'joinedAt' | 'resetsAt'> {
  readonly position: string;
  readonly joinedAt: Date;
  readonly resetsAt: Date | null;
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

  override async budgetLeftOf(keyId: string): Promise<bigint | null> {
    const [row] = await this.dataSource.query<{ leftNanos: string }[]>(LEFT_OF_MEMBER_BUDGET, [keyId]);
    return row ? BigInt(row.leftNanos) : null;
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
      const { role, budgetNanos } = changes;
      if (role !== undefined) {
        await manager.query(SET_ROLE, [accountId, userId, role]);
        await manager.query(REVOKE_INVITATIONS_OF_MEMBER, [accountId, userId]);
      }
      if (budgetNanos === null) await manager.query(REMOVE_MEMBER_BUDGET, [accountId, userId]);
      else if (budgetNanos !== undefined) await manager.query(PUT_MEMBER_BUDGET, [accountId, userId, budgetNanos]);
      const [row] = await manager.query<MemberRow[]>(FIND_MEMBER, [accountId, userId]);
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

/**
 * Locks the account first, as whoever changes budgets or keys does: reservations and settlements write the budgets of
 * members under that lock.
 */
async function lockRoles(
  manager: EntityManager,
  actorId: string,
  accountId: string,
  userId: string,
): Promise<MemberRoles> {
  await manager.query(LOCK_ACCOUNT, [accountId]);
  const rows = await manager.query<{ userId: string; role: AccountRole }[]>(LOCK_MEMBERS, [accountId]);
  const roleOf = (id: string) => rows.find((row) => row.userId === id)?.role ?? null;
  return {
    actor: roleOf(actorId),
    target: roleOf(userId),
    ownerCount: rows.filter(({ role }) => role === 'owner').length,
  };
}

function memberOf({ position, ...row }: MemberRow): Positioned<Member> {
  const item = { ...row, resetsAt: row.resetsAt?.toISOString() ?? null, joinedAt: row.joinedAt.toISOString() };
  return { position: BigInt(position), item };
}
