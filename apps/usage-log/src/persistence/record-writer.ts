import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import pg from 'pg';
import { DataSource, QueryFailedError, type EntityManager } from 'typeorm';
import type { UsageData } from '@code-router/contracts';
import { monthText } from '../domain/months.js';
import { RecordRefused } from '../domain/usage-records.js';
import { readUsageLogSettings } from '../settings.js';
import { arrayLiteral } from './array-literal.js';
import { copyIn } from './copy-in.js';
import { batchOf, placeOf, type Batch, type DatedUsage } from './dated-usages.js';
import { MonthlyPartitions } from './monthly-partitions.js';
import { recordLines } from './record-lines.js';
import { columnLiterals, rolledUpOfRow, rowOf } from './record-rows.js';
import {
  COPY_RECORDS,
  HAS_ORPHAN,
  LOCK_RECORDING,
  LOCK_RECORDING_ALONE,
  RECORD_ORPHANS,
  RECORD_USAGE,
  type ChangedRow,
} from './record-usage.sql.js';
import { rolledUpOf, rollupStatements, type RolledUp, type RollupStatement } from './rollup-changes.js';
import { LOCK_ROLLUPS } from './rollup.sql.js';
import { UsageNames } from './usage-names.js';

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
    private readonly names: UsageNames,
  ) {}

  /**
   * Orphans come last, in a transaction of their own: nobody else records meanwhile.
   *
   * @throws RecordRefused; any other error is worth another attempt.
   */
  async write(usages: readonly UsageData[]): Promise<void> {
    const keptFrom = this.partitions.keptFrom()?.toISOString();
    const kept = usages.filter(({ completedAt }) => keptFrom === undefined || completedAt >= keptFrom);
    if (kept.length === 0) return;
    const others = batchOf(kept.filter(({ outcome }) => outcome !== 'orphaned'));
    const orphans = batchOf(kept.filter(({ outcome }) => outcome === 'orphaned'));
    try {
      await this.partitions.ensure(kept.map(({ completedAt }) => new Date(completedAt)));
      if (others.size > 0 && !(await this.recordNew(others))) await this.record(RECORD_USAGE, others);
      if (orphans.size > 0) await this.record(RECORD_ORPHANS, orphans);
    } catch (error) {
      if (!(error instanceof QueryFailedError)) throw error;
      if (lacksPartition(error)) this.partitions.forget();
      else if (isRefusal(error.driverError)) throw new RecordRefused(error.message, { cause: error });
      throw error;
    }
  }

  /**
   * Records, in the cheapest way there is, what nobody has recorded yet, as nearly all that comes. Lines of one month are
   * written in their order, that of ids, so that workers who record the same wait for each other but never in a circle.
   *
   * @returns whether it did; if not, nothing of it is recorded.
   */
  private async recordNew(batch: Batch): Promise<boolean> {
    const usages = [...batch.values()];
    if (new Set(usages.map(({ completedAtMs }) => monthText(new Date(completedAtMs)))).size > 1) return false;
    const ids = arrayLiteral(
      usages.map(({ usage }) => usage.reservationId),
      'uuid',
    );
    const lines = recordLines(usages.map((usage) => this.rowOf(usage)));
    const rollups = rollupStatements(usages.map(rolledUpOf), 1);
    try {
      return await this.inTransaction(LOCK_RECORDING, usages, async (manager) => {
        const [orphan] = await manager.query<[{ found: boolean }]>(HAS_ORPHAN, [ids]);
        if (orphan.found) return [];
        await copyIn(manager, COPY_RECORDS, lines);
        return rollups;
      });
    } catch (error) {
      // The other way tells what is recorded already, and what it is that cannot be.
      if (error instanceof pg.DatabaseError && isRefusal(error)) return false;
      throw error;
    }
  }

  /** Records what may be recorded already. */
  private async record(statement: typeof RECORD_USAGE | typeof RECORD_ORPHANS, batch: Batch): Promise<void> {
    const usages = [...batch.values()];
    const lock = statement === RECORD_ORPHANS ? LOCK_RECORDING_ALONE : LOCK_RECORDING;
    const columns = columnLiterals(usages.map((usage) => this.rowOf(usage)));
    await this.inTransaction(lock, usages, async (manager) => {
      const changed = await manager.query<ChangedRow[]>(statement, columns);
      const added: RolledUp[] = [];
      const removed: RolledUp[] = [];
      for (const row of changed) {
        const recorded = row.is_new ? batch.get(placeOf(row.id, row.completed_at.getTime())) : undefined;
        if (recorded) added.push(rolledUpOf(recorded));
        else removed.push(rolledUpOfRow(row));
      }
      return [...rollupStatements(added, 1), ...rollupStatements(removed, -1)];
    });
  }

  /**
   * Inserts records, and does to the roll-ups what `insert` says that there is to do.
   *
   * @returns whether there was anything.
   */
  private async inTransaction(
    lock: string,
    usages: readonly DatedUsage[],
    insert: (manager: EntityManager) => Promise<readonly RollupStatement[]>,
  ): Promise<boolean> {
    const names = await this.dataSource.transaction(async (manager) => {
      // Apart from what follows, so that the statements see all that was committed while this waited.
      await manager.query(lock);
      const rollups = await insert(manager);
      if (rollups.length === 0) return undefined;
      const added = await this.names.add(
        manager,
        usages.map(({ usage }) => usage),
      );
      await manager.query(LOCK_ROLLUPS);
      for (const { sql, parameters } of rollups) await manager.query(sql, [...parameters]);
      return added;
    });
    if (names) this.names.remember(names);
    return names !== undefined;
  }

  private rowOf({ usage, completedAtMs }: DatedUsage) {
    const row = rowOf(usage, new Date(completedAtMs));
    if (!this.keepsClientIp) row.client_ip = undefined;
    return row;
  }
}

/** The month was dropped in between, by another process. */
function lacksPartition({ driverError, message }: QueryFailedError): boolean {
  return codeOf(driverError) === CHECK_VIOLATION && message.startsWith('no partition of relation');
}

function isRefusal(error: unknown): boolean {
  return REFUSING_CLASSES.includes(codeOf(error).slice(0, 2));
}

function codeOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : '';
}
