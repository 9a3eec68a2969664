import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { Page, ReconciliationRun } from '@code-router/contracts';
import { Runs, type OpenRun, type Period } from '../domain/runs.js';
import {
  COMPARED_UNTIL,
  DELETE_OLD_RUNS,
  FAIL_ABANDONED,
  FINISH_RUN,
  INSERT_RUN,
  LIST_RUNS,
  TRY_LOCK_RUNS,
  UNLOCK_RUNS,
} from './runs.sql.js';

/** What runs of earlier versions did not say. */
const BEFORE_IT_WAS_COUNTED = { republished: 0 };

@Injectable()
export class PostgresRuns extends Runs {
  constructor(@InjectDataSource('usage-log') private readonly dataSource: DataSource) {
    super();
  }

  override async open({ from, to, scheduled }: Period): Promise<OpenRun | undefined> {
    const holder = this.dataSource.createQueryRunner();
    try {
      const [{ locked }] = (await holder.query(TRY_LOCK_RUNS)) as [{ locked: boolean }];
      if (!locked) {
        await holder.release();
        return undefined;
      }
      const run = newRun(from, to);
      await holder.query(FAIL_ABANDONED);
      await holder.query(INSERT_RUN, [run.id, from, to, scheduled, run]);
      const finish = async (finished: ReconciliationRun): Promise<void> => {
        try {
          await this.dataSource.query(FINISH_RUN, [finished.id, finished.status, finished]);
          await this.dataSource.query(DELETE_OLD_RUNS);
        } finally {
          await holder.query(UNLOCK_RUNS).finally(() => holder.release());
        }
      };
      return { run, finish };
    } catch (error) {
      if (!holder.isReleased) await holder.release();
      throw error;
    }
  }

  override async list(after: string | undefined, limit: number): Promise<Page<ReconciliationRun>> {
    const rows = await this.dataSource.query<{ position: string; run: ReconciliationRun }[]>(LIST_RUNS, [
      limit + 1,
      after ?? null,
    ]);
    const items = rows.slice(0, limit).map(({ run }) => ({ ...BEFORE_IT_WAS_COUNTED, ...run }));
    const last = rows[limit - 1];
    return rows.length > limit && last ? { items, nextCursor: last.position } : { items };
  }

  override async comparedUntil(): Promise<Date | undefined> {
    const [row] = await this.dataSource.query<{ until: Date | null }[]>(COMPARED_UNTIL);
    return row?.until ?? undefined;
  }
}

function newRun(from: Date, to: Date): ReconciliationRun {
  return {
    id: randomUUID(),
    from: from.toISOString(),
    to: to.toISOString(),
    startedAt: new Date().toISOString(),
    finishedAt: null,
    checked: 0,
    missingRecords: 0,
    missingCharges: 0,
    republished: 0,
    repaired: 0,
    unexplained: 0,
    status: 'running',
    details: [],
    error: null,
  };
}
