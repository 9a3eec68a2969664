import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, QueryFailedError } from 'typeorm';
import type { UsageData } from '@code-router/contracts';
import { RecordRefused } from '../domain/usage-records.js';
import { readUsageLogSettings } from '../settings.js';
import { MonthlyPartitions } from './monthly-partitions.js';
import { rowOf } from './record-rows.js';
import { LOCK_RECORDING, LOCK_RECORDING_ALONE, RECORD_ORPHANS, RECORD_USAGE } from './record-usage.sql.js';

/**
 * The classes of SQLSTATE that blame the data, so that the same data fails every time: data exception, integrity
 * constraint violation, program limit exceeded.
 *
 * @see https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const REFUSING_CLASSES = ['22', '23', '54'];
const CHECK_VIOLATION = '23514';

/** Writes records and roll-ups, in one transaction. */
@Injectable()
export class RecordWriter {
  private readonly keepsClientIp = readUsageLogSettings().CODE_ROUTER_RECORD_CLIENT_IP;

  constructor(
    @InjectDataSource('usage-log') private readonly dataSource: DataSource,
    private readonly partitions: MonthlyPartitions,
  ) {}

  /** @throws RecordRefused; any other error is worth another attempt. */
  async write(usages: readonly UsageData[]): Promise<void> {
    const keptFrom = this.partitions.keptFrom()?.toISOString();
    const kept = usages.filter(({ completedAt }) => keptFrom === undefined || completedAt >= keptFrom);
    if (kept.length === 0) return;
    try {
      await this.partitions.ensure(kept.map(({ completedAt }) => new Date(completedAt)));
      await this.record(kept);
    } catch (error) {
      if (!(error instanceof QueryFailedError)) throw error;
      if (lacksPartition(error)) this.partitions.forget();
      else if (isRefusal(error)) throw new RecordRefused(error.message, { cause: error });
      throw error;
    }
  }

  private async record(usages: readonly UsageData[]): Promise<void> {
    const orphans = usages.filter(({ outcome }) => outcome === 'orphaned');
    const others = usages.filter(({ outcome }) => outcome !== 'orphaned');
    await this.dataSource.transaction(async (manager) => {
      // Apart from what follows, so that the statements see all that was committed while this waited.
      await manager.query(orphans.length > 0 ? LOCK_RECORDING_ALONE : LOCK_RECORDING);
      if (others.length > 0) await manager.query(RECORD_USAGE, [this.json(others)]);
      if (orphans.length > 0) await manager.query(RECORD_ORPHANS, [this.json(orphans)]);
    });
  }

  private json(usages: readonly UsageData[]): string {
    const rows = usages.map(rowOf);
    return JSON.stringify(this.keepsClientIp ? rows : rows.map((row) => ({ ...row, client_ip: undefined })));
  }
}

/** The month was dropped in between, by another process. */
function lacksPartition(error: QueryFailedError): boolean {
  return codeOf(error) === CHECK_VIOLATION && error.message.startsWith('no partition of relation');
}

function isRefusal(error: QueryFailedError): boolean {
  return REFUSING_CLASSES.includes(codeOf(error).slice(0, 2));
}

function codeOf(error: QueryFailedError): string {
  const { code } = error.driverError as { code?: unknown };
  return typeof code === 'string' ? code : '';
}
