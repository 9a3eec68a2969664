import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { ClientTrace, SessionSummary, SessionUser } from '@code-router/contracts';
import { LOGIN_WINDOW_MS, SESSION_MS } from '../domain/limits.js';
import { ATTEMPT_WINDOW_MS_MAX } from '../domain/throttle.js';
import { Sessions } from '../domain/users.js';
import { DELETE_OLD_BUCKETS } from './throttle.sql.js';
import {
  DELETE_OLD_ATTEMPTS,
  DELETE_OLD_SESSIONS,
  DELETE_OTHER_SESSIONS,
  DELETE_SESSION,
  DELETE_SESSION_OF_OWNER,
  FIND_SESSION_USER,
  INSERT_SESSION,
  LIST_SESSIONS_OF_OWNER,
} from './users.sql.js';

interface SessionRow {
  readonly id: string;
  readonly current: boolean;
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

@Injectable()
export class PostgresSessions extends Sessions {
  constructor(@InjectDataSource('quota') private readonly dataSource: DataSource) {
    super();
  }

  override async begin(userId: string, tokenHash: string, { ip, userAgent }: ClientTrace): Promise<Date | null> {
    const values = [tokenHash, userId, SESSION_MS, ip ?? null, userAgent ?? null];
    const [session] = await this.dataSource.query<{ expiresAt: Date }[]>(INSERT_SESSION, values);
    return session?.expiresAt ?? null;
  }

  override async findUser(tokenHash: string): Promise<SessionUser | null> {
    const [user] = await this.dataSource.query<SessionUser[]>(FIND_SESSION_USER, [tokenHash]);
    return user ?? null;
  }

  override async listOfOwner(tokenHash: string): Promise<readonly SessionSummary[]> {
    const rows = await this.dataSource.query<SessionRow[]>(LIST_SESSIONS_OF_OWNER, [tokenHash]);
    return rows.map(({ ip, userAgent, ...row }) => ({
      ...row,
      ...(ip === null ? {} : { ip }),
      ...(userAgent === null ? {} : { userAgent }),
      createdAt: row.createdAt.toISOString(),
      expiresAt: row.expiresAt.toISOString(),
    }));
  }

  override async end(tokenHash: string): Promise<boolean> {
    return (await this.dataSource.query<unknown[]>(DELETE_SESSION, [tokenHash])).length > 0;
  }

  override async endOfOwner(tokenHash: string, id: string): Promise<boolean> {
    return (await this.dataSource.query<unknown[]>(DELETE_SESSION_OF_OWNER, [tokenHash, id])).length > 0;
  }

  override async endOthers(tokenHash: string): Promise<number> {
    return (await this.dataSource.query<unknown[]>(DELETE_OTHER_SESSIONS, [tokenHash])).length;
  }

  override async deleteOld(): Promise<void> {
    await this.dataSource.query(DELETE_OLD_SESSIONS);
    await this.dataSource.query(DELETE_OLD_ATTEMPTS, [LOGIN_WINDOW_MS]);
    await this.dataSource.query(DELETE_OLD_BUCKETS, [ATTEMPT_WINDOW_MS_MAX]);
  }
}
