import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, QueryFailedError, type EntityManager } from 'typeorm';
import type { UsageData } from '@code-router/contracts';
import { RecordRefused } from '../domain/usage-records.js';
import { readUsageLogSettings } from '../settings.js';
import { MonthlyPartitions } from './monthly-partitions.js';
import { columnLiterals, rolledUpOfRow, rowOf } from './record-rows.js';
import {
  LOCK_RECORDING,
  LOCK_RECORDING_ALONE,
  RECORD_ORPHANS,
  RECORD_USAGE,
  type ChangedRow,
} from './record-usage.sql.js';
import { finestParameters, levelParameters, rolledUpOf, rollupChanges, type RolledUp } from './rollup-changes.js';
import { ADD_TO_ROLLUPS, LOCK_ROLLUPS } from './rollup.sql.js';
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
    const names = await this.dataSource.transaction(async (manager) => {
      // Apart from what follows, so that the statements see all that was committed while this waited.
      await manager.query(orphans.length > 0 ? LOCK_RECORDING_ALONE : LOCK_RECORDING);
      const changes = [
        ...(others.length > 0 ? await this.insert(manager, RECORD_USAGE, others) : []),
        ...(orphans.length > 0 ? await this.insert(manager, RECORD_ORPHANS, orphans) : []),
      ];
      if (changes.length === 0) return new Set<string>();
      const added = await this.names.add(manager, usages);
      await manager.query(LOCK_ROLLUPS);
      for (const sign of [1, -1] as const) {
        const records = changes.filter((change) => change.sign === sign).map(({ record }) => record);
        if (records.length > 0) await addToRollups(manager, records, sign);
      }
      return added;
    });
    this.names.remember(names);
  }

  /** Writes records, and answers with what the roll-ups do not know of them yet. */
  private async insert(manager: EntityManager, statement: string, usages: readonly UsageData[]) {
    const batch = new Map<string, { readonly usage: UsageData; readonly completedAtMs: number }>();
    for (const usage of usages) {
      const completedAtMs = millisecondsOf(usage.completedAt);
      const place = placeOf(usage.reservationId, completedAtMs);
      if (!batch.has(place)) batch.set(place, { usage, completedAtMs });
    }
    const rows = [...batch.values()].map(({ usage, completedAtMs }) => {
      const row = rowOf(usage, new Date(completedAtMs));
      if (!this.keepsClientIp) row.client_ip = undefined;
      return row;
    });
    const changed = await manager.query<ChangedRow[]>(statement, columnLiterals(rows));
    return changed.map((row): RollupChange => {
      const recorded = row.is_new ? batch.get(placeOf(row.id, row.completed_at.getTime())) : undefined;
      if (!recorded) return { sign: -1, record: rolledUpOfRow(row) };
      return { sign: 1, record: rolledUpOf(recorded.usage, recorded.completedAtMs) };
    });
  }
}

interface RollupChange {
  readonly sign: 1 | -1;
  readonly record: RolledUp;
}

async function addToRollups(manager: EntityManager, records: readonly RolledUp[], sign: 1 | -1): Promise<void> {
  for (const granularity of ['hour', 'day'] as const) {
    const { finest, levels } = rollupChanges(records, granularity);
    const statements = ADD_TO_ROLLUPS[granularity];
    await manager.query(statements.finest, [...finestParameters(finest, sign)]);
    await manager.query(statements.levels, [...levelParameters(levels, sign)]);
  }
}

/** An event that comes twice in a batch is one record. */
function placeOf(id: string, completedAtMs: number): string {
  return `${id} ${completedAtMs}`;
}

/** Times are kept to the millisecond: what is finer is rounded here, so that the roll-ups go by what is kept. */
function millisecondsOf(instant: string): number {
  const finer = /\.\d{3}(\d)/.exec(instant)?.[1];
  return Date.parse(instant) + (finer !== undefined && finer >= '5' ? 1 : 0);
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
