import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { DomainError } from '@code-router/contracts';
import { Throttle, type AttemptLimit } from '../domain/throttle.js';
import { COUNT_BUCKET, DELETE_NEWEST_OF_BUCKET, INSERT_INTO_BUCKET, LOCK_BUCKET } from './throttle.sql.js';

@Injectable()
export class PostgresThrottle extends Throttle {
  constructor(@InjectDataSource('quota') private readonly dataSource: DataSource) {
    super();
  }

  override async begin(bucket: string, { attemptsMax, windowMs }: AttemptLimit): Promise<void> {
    const retryAfterMs = await this.dataSource.transaction(async (manager) => {
      await manager.query(LOCK_BUCKET, [bucket]);
      const [attempts] = await manager.query<{ count: number; firstLeavesAfterMs: number | null }[]>(COUNT_BUCKET, [
        bucket,
        windowMs,
      ]);
      if (attempts && attempts.count >= attemptsMax) return Math.max(attempts.firstLeavesAfterMs ?? 0, 1);
      await manager.query(INSERT_INTO_BUCKET, [bucket]);
      return 0;
    });
    if (retryAfterMs === 0) return;
    throw new DomainError('rate_limit_exceeded', 'Too many attempts. Please try again later.', { retryAfterMs });
  }

  override async forgive(bucket: string): Promise<void> {
    await this.dataSource.query(DELETE_NEWEST_OF_BUCKET, [bucket]);
  }
}
