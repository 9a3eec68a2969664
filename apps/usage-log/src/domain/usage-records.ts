import type { Page, UsageData, UsageRecord } from '@code-router/contracts';
import type { UsageRollup } from '@code-router/contracts';
import type { RecordsQuery } from './records-query.js';
import type { RollupsQuery } from './rollups-query.js';

/** The kept usage records, and the roll-ups that always agree with them. */
export abstract class UsageRecords {
  /**
   * Records what is not recorded yet and adds it to the roll-ups, all together or nothing.
   *
   * @returns how many records are new.
   * @throws RecordRefused when one of them can never be stored as it is; any other error is worth another attempt.
   */
  abstract record(usages: readonly UsageData[]): Promise<number>;

  abstract list(query: RecordsQuery): Promise<Page<UsageRecord>>;

  /** At most {@link RollupsQuery.rowsMax} rows, and one more when there are more. */
  abstract rollups(query: RollupsQuery): Promise<readonly UsageRollup[]>;
}

/** The store will refuse the same record every time. */
export class RecordRefused extends Error {
  override readonly name = 'RecordRefused';
}
