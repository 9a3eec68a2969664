import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { SessionUser } from '@code-router/contracts';
import { LOGIN_WINDOW_MS, SESSION_MS } from '../domain/limits.js';
import { Sessions } from '../domain/users.js';
import {
  DELETE_OLD_ATTEMPTS,
  DELETE_OLD_SESSIONS,
  DELETE_SESSION,
  FIND_SESSION_USER,
  INSERT_SESSION,
} from './users.sql.js';

@Injectable()
export class PostgresSessions extends Sessions {
  constructor(@InjectDataSource('quota') private readonly dataSource: DataSource) {
    super();
  }

  override async begin(userId: string, tokenHash: string): Promise<Date> {
    const values = [tokenHash, userId, SESSION_MS];
    const [session] = await this.dataSource.query<{ expiresAt: Date }[]>(INSERT_SESSION, values);
    if (!session) throw new Error('a session was inserted but not returned');
    return session.expiresAt;
  }

  override async findUser(tokenHash: string): Promise<SessionUser | null> {
    const [user] = await this.dataSource.query<SessionUser[]>(FIND_SESSION_USER, [tokenHash]);
    return user ?? null;
  }

  override async end(tokenHash: string): Promise<boolean> {
    return (await this.dataSource.query<unknown[]>(DELETE_SESSION, [tokenHash])).length > 0;
  }

  override async deleteOld(): Promise<void> {
    await this.dataSource.query(DELETE_OLD_SESSIONS);
    await this.dataSource.query(DELETE_OLD_ATTEMPTS, [LOGIN_WINDOW_MS]);
  }
}
