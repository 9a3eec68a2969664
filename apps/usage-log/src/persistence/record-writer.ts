import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import pg from 'pg';
import { DataSource, QueryFailedError, type EntityManager } from 'typeorm';
import type { UsageData } from '@code-router/contracts';
import { RecordRefused } from '../domain/usage-records.js';
import { readUsageLogSettings } from '../settings.js';
import { arrayLiteral } from './array-literal.js';
import { copyIn } from './copy-in.js';
import { batchOf, datedUsage, placeOf, type Batch, type DatedUsage } from './dated-usages.js';
import { MonthlyPartitions } from './monthly-partitions.js';
import { NewRecords } from './new-records.js';
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
import { rolledUpOf } from './rolled-up.js';
import { RollupSums, type RollupStatement } from './rollup-changes.js';
import { LOCK_ROLLUPS } from './rollup.sql.js';
import { SeenMonths } from './seen-months.js';
import { UsageNames, type Name, type Names } from './usage-names.js';

/**
 * The classes of SQLSTATE that blame the data, so that the same data fails every time: data exception, integrity
 * constraint violation, program limit exceeded.
 *
 * @see https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const REFUSING_CLASSES = ['22', '23', '54'];
const CHECK_VIOLATION = '23514';
/** Records are made of thousands of usages at a time: in between, others have their turn, the batch before among them. */
const RECORDS_PER_TURN = 128;

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
  async write(usages: Iterable<UsageData>): Promise<void> {
    const records = new NewRecords();
    const months = new SeenMonths();
    const names = new Map<string, Name>();
    let hasOrphans = false;
    let count = 0;
    for (const dated of this.kept(usages)) {
      count += 1;
      if (count % RECORDS_PER_TURN === 0) await nextTurn();
      if (isOrphan(dated)) hasOrphans = true;
      else records.add(dated, this.rowOf(dated));
      months.add(dated.completedAtMs);
      this.names.note(dated.usage, names);
    }
    try {
      await this.partitions.ensure(months.months);
      if (!records.isEmpty && !(await this.recordNew(records, names))) {
        await this.record(
          RECORD_USAGE,
          this.batchOf(usages, (dated) => !isOrphan(dated)),
          names,
        );
      }
      if (hasOrphans) await this.record(RECORD_ORPHANS, this.batchOf(usages, isOrphan), names);
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
  private async recordNew(records: NewRecords, names: Names): Promise<boolean> {
    if (records.months.count > 1) return false;
    const [ids, lines, rollups] = [arrayLiteral(records.ids(), 'uuid'), records.lines(), await records.rollups()];
    try {
      return await this.inTransaction(LOCK_RECORDING, names, async (manager) => {
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
  private async record(statement: typeof RECORD_USAGE | typeof RECORD_ORPHANS, batch: Batch, names: Names) {
    const lock = statement === RECORD_ORPHANS ? LOCK_RECORDING_ALONE : LOCK_RECORDING;
    const columns = columnLiterals([...batch.values()].map((usage) => this.rowOf(usage)));
    await this.inTransaction(lock, names, async (manager) => {
      const [added, removed] = [new RollupSums(), new RollupSums()];
      for (const row of await manager.query<ChangedRow[]>(statement, columns)) {
        const recorded = row.is_new ? batch.get(placeOf(row.id, row.completed_at.getTime())) : undefined;
        if (recorded) added.add(rolledUpOf(recorded));
        else removed.add(rolledUpOfRow(row));
      }
      return [...(await added.statements(1)), ...(await removed.statements(-1))];
    });
  }

  /**
   * Inserts records, and does to the roll-ups what `insert` says that there is to do.
   *
   * @returns whether there was anything.
   */
  private async inTransaction(
    lock: string,
    names: Names,
    insert: (manager: EntityManager) => Promise<readonly RollupStatement[]>,
  ): Promise<boolean> {
    const isChanged = await this.dataSource.transaction(async (manager) => {
      // Apart from what follows, so that the statements see all that was committed while this waited.
      await manager.query(lock);
      const rollups = await insert(manager);
      if (rollups.length === 0) return false;
      await this.names.add(manager, names);
      await manager.query(LOCK_ROLLUPS);
      for (const { sql, parameters } of rollups) await manager.query(sql, [...parameters]);
      return true;
    });
    if (isChanged) this.names.remember(names);
    return isChanged;
  }

  /** What is older than records are kept for is left out. */
  private *kept(usages: Iterable<UsageData>): Generator<DatedUsage> {
    const keptFrom = this.partitions.keptFrom()?.toISOString();
    for (const usage of usages) if (keptFrom === undefined || usage.completedAt >= keptFrom) yield datedUsage(usage);
  }

  private batchOf(usages: Iterable<UsageData>, isWanted: (dated: DatedUsage) => boolean): Batch {
    return batchOf([...this.kept(usages)].filter(isWanted));
  }

  private rowOf({ usage, completedAtMs }: DatedUsage) {
    const row = rowOf(usage, new Date(completedAtMs));
    if (!this.keepsClientIp) row.client_ip = undefined;
    return row;
  }
}

function isOrphan({ usage }: DatedUsage): boolean {
  return usage.outcome === 'orphaned';
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
