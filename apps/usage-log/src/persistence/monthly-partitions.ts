import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { monthAfter, monthOf, monthText } from '../domain/months.js';
import { readUsageLogSettings } from '../settings.js';

/** Taken by whoever makes or drops partitions; any number that nobody else uses. */
const PARTITIONS_LOCK = 726_511;
/** A table that waits to be locked makes everybody else wait behind it: not for long. */
const LOCK_TIMEOUT = '3s';
/** Clocks differ, and months begin at night: these many months after the current one are always there. */
const MONTHS_AHEAD = 3;

/** The months of usage records, each a table of its own that can be dropped as a whole. */
@Injectable()
export class MonthlyPartitions {
  private readonly known = new Set<string>();
  private readonly retentionMonths = readUsageLogSettings().CODE_ROUTER_USAGE_RETENTION_MONTHS;

  constructor(@InjectDataSource('usage-log') private readonly dataSource: DataSource) {}

  /** Records that were completed before are not kept any more; undefined when all are kept. */
  keptFrom(now = new Date()): Date | undefined {
    return this.retentionMonths === undefined ? undefined : monthAfter(monthOf(now), -this.retentionMonths);
  }

  /** Makes the months that are not there yet. */
  async ensure(moments: readonly Date[]): Promise<void> {
    const months = new Map(moments.map((moment) => [monthText(moment), monthOf(moment)]));
    for (const [name, month] of [...months].toSorted()) {
      if (this.known.has(name)) continue;
      await this.dataSource.transaction(async (manager) => {
        await manager.query('SELECT pg_advisory_xact_lock($1)', [PARTITIONS_LOCK]);
        await manager.query(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`);
        const [{ exists }] = await manager.query<[{ exists: boolean }]>(PARTITION_EXISTS, [partitionName(month)]);
        if (!exists) for (const statement of createPartition(month)) await manager.query(statement);
      });
      this.known.add(name);
    }
  }

  /** To be called when a partition was missed that was thought to be there: another process may have dropped it. */
  forget(): void {
    this.known.clear();
  }

  /**
   * Makes the coming months and drops those whose time is over. One replica does it, the others let it.
   *
   * @returns the names of the partitions that were dropped.
   */
  async maintain(now = new Date()): Promise<readonly string[]> {
    const ahead = Array.from({ length: MONTHS_AHEAD + 1 }, (_, index) => monthAfter(monthOf(now), index));
    await this.ensure(ahead);
    const keptFrom = this.keptFrom(now);
    if (!keptFrom) return [];
    return this.dataSource.transaction(async (manager) => {
      const [{ locked }] = await manager.query<[{ locked: boolean }]>(
        'SELECT pg_try_advisory_xact_lock($1) AS locked',
        [PARTITIONS_LOCK],
      );
      if (!locked) return [];
      await manager.query(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`);
      const partitions = await manager.query<{ name: string }[]>(LIST_PARTITIONS);
      const oldestKept = partitionName(keptFrom);
      const expired = partitions.map(({ name }) => name).filter((name) => isOlder(name, oldestKept));
      for (const name of expired) await manager.query(`DROP TABLE ${name}`);
      await manager.query('DELETE FROM usage_orphans WHERE completed_at < $1', [keptFrom]);
      for (const name of expired) this.known.delete(name.slice(PREFIX.length));
      return expired;
    });
  }
}

const PREFIX = 'usage_records_';
const PARTITION_EXISTS = 'SELECT to_regclass($1) IS NOT NULL AS exists';
const LIST_PARTITIONS = `
  SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'usage_records'::regclass ORDER BY 1`;

function partitionName(month: Date): string {
  return `${PREFIX}${monthText(month)}`;
}

/** Longer years are later ones; otherwise the names are in the order of their months. */
function isOlder(name: string, other: string): boolean {
  return name.length === other.length ? name < other : name.length < other.length;
}

/**
 * Made apart and then attached, which lets others read and write the other months meanwhile; CREATE TABLE … PARTITION OF
 * would lock them all.
 */
function createPartition(month: Date): readonly string[] {
  const name = partitionName(month);
  const [from, to] = [month, monthAfter(month, 1)].map((start) => start.toISOString());
  return [
    `CREATE TABLE ${name} (LIKE usage_records INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING GENERATED)`,
    `ALTER TABLE usage_records ATTACH PARTITION ${name} FOR VALUES FROM ('${from}') TO ('${to}')`,
  ];
}
