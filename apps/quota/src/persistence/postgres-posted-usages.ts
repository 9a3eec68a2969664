import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { PostedUsage } from '@code-router/contracts';
import { PostedUsages, type PostedUsagePeriod, type PostedUsagePosition } from '../domain/posted-usage.js';
import { plainArray } from './batch-parameters.js';
import {
  FIND_POSTED,
  FIND_POSTED_EVENTS,
  LIMIT_LOCK_WAIT,
  LIST_PARTITIONS,
  LIST_POSTED,
  LOCK_PARTITIONS,
} from './posted-usage.sql.js';

const DAY_MS = 86_400_000;
/** A replica that cannot make partitions for so long writes into the one for the rest, and loses nothing. */
const DAYS_AHEAD = 3;
const PARTITION = /^posted_usage_(\d{4})(\d{2})(\d{2})$/;

interface PostedRow extends Omit<PostedUsage, 'postedAt'> {
  readonly postedAt: Date;
  readonly postedAtMicros: string;
}

@Injectable()
export class PostgresPostedUsages extends PostedUsages {
  constructor(@InjectDataSource('quota') private readonly dataSource: DataSource) {
    super();
  }

  override async posted(reservationIds: readonly string[]): Promise<readonly string[]> {
    const rows = await this.dataSource.query<{ id: string }[]>(FIND_POSTED, [plainArray(reservationIds)]);
    return rows.map(({ id }) => id);
  }

  override async list({ from, to, after, limit }: PostedUsagePeriod) {
    const rows = await this.dataSource.query<PostedRow[]>(LIST_POSTED, [
      from,
      to,
      after?.postedAtMicros.toString() ?? null,
      after?.reservationId ?? null,
      limit + 1,
    ]);
    return rows.map(({ postedAt, postedAtMicros, ...item }) => ({
      item: { ...item, postedAt: postedAt.toISOString() },
      position: { postedAtMicros: BigInt(postedAtMicros), reservationId: item.reservationId } as PostedUsagePosition,
    }));
  }

  override async events(reservationIds: readonly string[]): Promise<readonly string[]> {
    const rows = await this.dataSource.query<{ event: string }[]>(FIND_POSTED_EVENTS, [plainArray(reservationIds)]);
    return rows.map(({ event }) => event);
  }

  override async keepDays(days: number): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const [lock] = await manager.query<{ locked: boolean }[]>(LOCK_PARTITIONS);
      if (!lock?.locked) return;
      await manager.query(LIMIT_LOCK_WAIT);
      const rows = await manager.query<{ name: string }[]>(LIST_PARTITIONS);
      const known = new Set(rows.map(({ name }) => name));
      const today = Math.floor(Date.now() / DAY_MS);
      for (let day = today; day <= today + DAYS_AHEAD; day += 1) {
        if (known.has(partitionOf(day))) continue;
        await manager.query(
          `CREATE TABLE quota.${partitionOf(day)} PARTITION OF quota.posted_usage
            FOR VALUES FROM ('${startOf(day)}') TO ('${startOf(day + 1)}')`,
        );
      }
      // What was posted on the last of the days that are kept may have come at its very start.
      const oldest = today - days;
      for (const name of known) if (dayOf(name) < oldest) await manager.query(`DROP TABLE quota.${name}`);
      await manager.query('DELETE FROM quota.posted_usage_rest WHERE posted_at < $1', [startOf(oldest)]);
    });
  }
}

/** @param day since 1970. */
function partitionOf(day: number): string {
  return `posted_usage_${new Date(day * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '')}`;
}

function startOf(day: number): string {
  return new Date(day * DAY_MS).toISOString();
}

/** The partition for the rest is of no day, and never old. */
function dayOf(name: string): number {
  const [, year, month, date] = PARTITION.exec(name) ?? [];
  return year ? Math.floor(Date.parse(`${year}-${month}-${date}T00:00:00Z`) / DAY_MS) : Infinity;
}
