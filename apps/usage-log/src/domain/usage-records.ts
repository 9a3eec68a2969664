import type {
  FindUsageRecord,
  Page,
  UsageAudience,
  UsageData,
  UsageExportFormat,
  UsageExportPart,
  UsageNow,
  UsageRecord,
  UsageRollup,
} from '@code-router/contracts';
import type { RecordPosition, RecordsQuery } from './records-query.js';
import type { RollupsQuery } from './rollups-query.js';
import type { StatisticsQuery } from './statistics-query.js';
import type { StatisticsRow } from './statistics.js';
import type { RecordFilters } from './usage-filters.js';

/** The kept usage records, and the roll-ups that always agree with them. */
export abstract class UsageRecords {
  /**
   * Records what is not recorded yet, each record together with what it adds to the roll-ups. A settlement takes the
   * place of the orphan that was recorded for its request, whichever of the two comes first. What is older than records
   * are kept for is left out.
   *
   * @param usages are gone through once or several times.
   * @throws RecordRefused when one of them can never be stored as it is; any other error is worth another attempt.
   */
  abstract record(usages: Iterable<UsageData>): Promise<void>;

  abstract list(query: RecordsQuery): Promise<Page<UsageRecord>>;

  /** Null when there is none of that id that the request may see. */
  abstract find(request: FindUsageRecord): Promise<UsageRecord | null>;

  abstract exportPart(query: ExportQuery): Promise<UsageExportPart>;

  /** How many records match, about. */
  abstract estimate(filters: RecordFilters): Promise<number>;

  /** At most {@link RollupsQuery.rowsMax} rows, and one more when there are more. */
  abstract rollups(query: RollupsQuery): Promise<readonly UsageRollup[]>;

  /** In the order of their buckets. */
  abstract statistics(query: StatisticsQuery): Promise<readonly StatisticsRow[]>;

  /** What was completed within the last minute. */
  abstract now(scope: Pick<RecordFilters, 'accountId' | 'keyIds'>): Promise<UsageNow>;
}

/** The next part of an export. */
export interface ExportQuery {
  readonly filters: RecordFilters;
  readonly format: UsageExportFormat;
  readonly audience: UsageAudience;
  readonly after?: RecordPosition | undefined;
  /** Where it ends; absent when it goes on to the oldest record. */
  readonly until?: RecordPosition | undefined;
  /** How the text is to come; as it is when undefined. */
  readonly encoding?: 'base64' | undefined;
}

/** The store will refuse the same record every time. */
export class RecordRefused extends Error {
  override readonly name = 'RecordRefused';
}
