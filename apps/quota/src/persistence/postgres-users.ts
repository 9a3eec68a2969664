import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { LOGIN_ATTEMPTS_MAX, LOGIN_WINDOW_MS } from '../domain/limits.js';
import { Users, type NewUser, type UserWithPassword } from '../domain/users.js';
import {
  COUNT_ATTEMPTS,
  DELETE_ATTEMPTS,
  FIND_USER,
  HAS_ADMINISTRATOR,
  INSERT_ATTEMPT,
  INSERT_USER,
  LOCK_ATTEMPTS,
} from './users.sql.js';

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
    const values = [user.username, user.passwordHash, user.role];
    return (await this.dataSource.query<unknown[]>(INSERT_USER, values)).length > 0;
  }

  override async find(username: string): Promise<UserWithPassword | null> {
    const [user] = await this.dataSource.query<UserWithPassword[]>(FIND_USER, [username]);
    return user ?? null;
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
}
