import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, QueryFailedError } from 'typeorm';
import type { Page, UsageData, UsageRecord, UsageRollup } from '@code-router/contracts';
import { cursorAfter, type RecordsQuery } from '../domain/records-query.js';
import type { RollupsQuery } from '../domain/rollups-query.js';
import { RecordRefused, UsageRecords } from '../domain/usage-records.js';
import { recordOf, rollupOf, rowOf, type RecordRow, type RollupRow } from './record-rows.js';
import { RECORD_USAGE } from './record-usage.sql.js';
import { LIST_ROLLUPS, listRecords } from './usage-queries.sql.js';

/**
 * The classes of SQLSTATE that blame the data, so that the same data fails every time: data exception, integrity
 * constraint violation, program limit exceeded.
 *
 * @see https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const REFUSING_CLASSES = ['22', '23', '54'];

@Injectable()
export class PostgresUsageRecords extends UsageRecords {
  constructor(@InjectDataSource('usage-log') private readonly dataSource: DataSource) {
    super();
  }

  override async record(usages: readonly UsageData[]): Promise<number> {
    try {
      const batch = JSON.stringify(usages.map(rowOf));
      const [{ recorded }] = await this.dataSource.query<[{ recorded: number }]>(RECORD_USAGE, [batch]);
      return recorded;
    } catch (error) {
      if (isRefusal(error)) throw new RecordRefused(error.message, { cause: error });
      throw error;
    }
  }

  override async list(query: RecordsQuery): Promise<Page<UsageRecord>> {
    const { sql, parameters } = listRecords(query);
    const rows = await this.dataSource.query<RecordRow[]>(sql, parameters);
    const shown = rows.slice(0, query.limit);
    const last = shown.at(-1);
    const items = shown.map(recordOf);
    if (!last || rows.length <= query.limit) return { items };
    return { items, nextCursor: cursorAfter({ completedAt: last.completed_at, id: last.id }) };
  }

  override async rollups({ accountId, granularity, from, to, rowsMax }: RollupsQuery): Promise<readonly UsageRollup[]> {
    const parameters = [accountId, from, to, rowsMax + 1];
    const rows = await this.dataSource.query<RollupRow[]>(LIST_ROLLUPS[granularity], parameters);
    return rows.map(rollupOf);
  }
}

function isRefusal(error: unknown): error is QueryFailedError {
  if (!(error instanceof QueryFailedError)) return false;
  const { code } = error.driverError as { code?: unknown };
  return typeof code === 'string' && REFUSING_CLASSES.includes(code.slice(0, 2));
}
