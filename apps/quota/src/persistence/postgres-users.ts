import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { DEFAULT_GROUP, DomainError, type User } from '@code-router/contracts';
import { LOGIN_ATTEMPTS_MAX, LOGIN_WINDOW_MS } from '../domain/limits.js';
import type { PageStart, Positioned } from '../domain/page.js';
import {
  Users,
  type Identity,
  type NewUser,
  type NewUserExtras,
  type UserChanges,
  type UserWithPassword,
} from '../domain/users.js';
import { noSuchInvitation } from '../domain/not-found.js';
import { acceptInvitation } from './accept-invitation.js';
import { assignments } from './columns.js';
import { INSERT_MEMBER } from './members.sql.js';
import { postEntry } from './post-entry.js';
import {
  COUNT_ATTEMPTS,
  DELETE_ATTEMPTS,
  DELETE_SESSIONS_OF_USER,
  FIND_USER,
  FIND_USER_BY_IDENTITY,
  GET_USER,
  HAS_ADMINISTRATOR,
  INSERT_ATTEMPT,
  INSERT_PERSONAL_ACCOUNT,
  INSERT_USER,
  LINK_IDENTITY,
  LIST_USERS,
  LOCK_ATTEMPTS,
  LOCK_USERS,
  SET_PASSWORD,
  updateUser,
} from './users.sql.js';

interface UserRow extends Omit<User, 'createdAt'> {
  readonly position: string;
  readonly createdAt: Date;
}

@Injectable()
export class PostgresUsers extends Users {
  constructor(@InjectDataSource('quota') private readonly dataSource: DataSource) {
    super();
  }

  override async hasAdministrator(): Promise<boolean> {
    const [row] = await this.dataSource.query<{ found: boolean }[]>(HAS_ADMINISTRATOR);
    return row?.found === true;
  }

  override async create(user: NewUser): Promise<boolean> {
    return (await insertUser(this.dataSource.manager, user)) !== null;
  }

  override signUp(user: NewUser, extras: NewUserExtras): Promise<User | null> {
    return this.dataSource.transaction(async (manager) => {
      const created = await insertUser(manager, user);
      if (!created) return null;
      const accountId = await openPersonalAccount(manager, created);
      await manager.query(INSERT_MEMBER, [accountId, created.id, 'owner']);
      if (extras.identity) await linkIdentity(manager, created.id, extras.identity);
      if (extras.welcomeNanos > 0n) {
        await postEntry(manager, {
          accountId,
          kind: 'grant',
          counterpart: 'grants',
          reference: `welcome:${created.id}`,
          amountNanos: extras.welcomeNanos,
          note: 'Welcome',
          author: 'sign-up',
        });
      }
      if (extras.invitationHash !== undefined) {
        const joined = await acceptInvitation(manager, extras.invitationHash, created.id);
        if (joined === null) throw noSuchInvitation();
      }
      return created;
    });
  }

  override async find(username: string): Promise<UserWithPassword | null> {
    const [user] = await this.dataSource.query<UserWithPassword[]>(FIND_USER, [username]);
    return user ?? null;
  }

  override async get(id: string): Promise<User | null> {
    return this.one(GET_USER, [id]);
  }

  override async findByIdentity({ issuer, subject }: Identity): Promise<User | null> {
    return this.one(FIND_USER_BY_IDENTITY, [issuer, subject]);
  }

  override link(userId: string, identity: Identity): Promise<void> {
    return linkIdentity(this.dataSource.manager, userId, identity);
  }

  override async list(start: PageStart, search: string | null): Promise<readonly Positioned<User>[]> {
    const rows = await this.dataSource.query<UserRow[]>(LIST_USERS, [start.before, start.limit + 1, search]);
    return rows.map(positionedUserOf);
  }

  override change(
    actorId: string,
    id: string,
    changes: UserChanges,
    check: (actor: User, target: User) => void,
  ): Promise<User | null> {
    return this.dataSource.transaction(async (manager) => {
      const locked = (await manager.query<UserRow[]>(LOCK_USERS, [[actorId, id]])).map(userOf);
      const actor = locked.find((user) => user.id === actorId);
      const target = locked.find((user) => user.id === id);
      if (!actor || !target) return null;
      check(actor, target);
      const parameters: unknown[] = [id];
      const set = assignments<UserChanges>({ status: 'status', role: 'role' }, changes, parameters);
      const [row] = await manager.query<UserRow[]>(updateUser(set), parameters);
      if (changes.status === 'disabled') await manager.query(DELETE_SESSIONS_OF_USER, [id, '']);
      return row ? userOf(row) : null;
    });
  }

  override async setPassword(userId: string, passwordHash: string, keptTokenHash: string): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      await manager.query(SET_PASSWORD, [userId, passwordHash]);
      await manager.query(DELETE_SESSIONS_OF_USER, [userId, keptTokenHash]);
    });
  }

  override beginLogin(username: string): Promise<number> {
    return this.dataSource.transaction(async (manager) => {
      await manager.query(LOCK_ATTEMPTS, [username]);
      const [attempts] = await manager.query<{ count: number; firstLeavesAfterMs: number | null }[]>(COUNT_ATTEMPTS, [
        username,
        LOGIN_WINDOW_MS,
      ]);
      if (attempts && attempts.count >= LOGIN_ATTEMPTS_MAX) return Math.max(attempts.firstLeavesAfterMs ?? 0, 1);
      await manager.query(INSERT_ATTEMPT, [username]);
      return 0;
    });
  }

  override async forgetLogins(username: string): Promise<void> {
    await this.dataSource.query(DELETE_ATTEMPTS, [username]);
  }

  private async one(statement: string, parameters: unknown[]): Promise<User | null> {
    const [row] = await this.dataSource.query<UserRow[]>(statement, parameters);
    return row ? userOf(row) : null;
  }
}

async function insertUser(manager: EntityManager, user: NewUser): Promise<User | null> {
  const [row] = await manager.query<UserRow[]>(INSERT_USER, [user.username, user.passwordHash, user.role, user.email]);
  return row ? userOf(row) : null;
}

/** Named after its user, and where another account has that name, with a part of the user's id. */
async function openPersonalAccount(manager: EntityManager, { id, username }: User): Promise<string> {
  for (const name of [username, `${username} ${id.slice(0, 8)}`, `${username} ${id}`]) {
    const [account] = await manager.query<{ id: string }[]>(INSERT_PERSONAL_ACCOUNT, [name, DEFAULT_GROUP]);
    if (account) return account.id;
  }
  throw new Error(`no name is free for the personal account of the user ${id}`);
}

async function linkIdentity(manager: EntityManager, userId: string, { issuer, subject }: Identity): Promise<void> {
  const [owner] = await manager.query<{ userId: string }[]>(LINK_IDENTITY, [issuer, subject, userId]);
  if (owner?.userId !== userId) {
    throw new DomainError('conflict', 'Another user signs in with this identity.', { param: 'subject' });
  }
}

function userOf(row: UserRow): User {
  return positionedUserOf(row).item;
}

function positionedUserOf({ position, ...row }: UserRow): Positioned<User> {
  return { position: BigInt(position), item: { ...row, createdAt: row.createdAt.toISOString() } };
}
