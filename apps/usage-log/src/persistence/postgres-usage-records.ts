import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type {
  FindUsageRecord,
  Page,
  UsageData,
  UsageExportPart,
  UsageNow,
  UsageRecord,
  UsageRollup,
} from '@code-router/contracts';
import { cursorAfter, type RecordPosition, type RecordsQuery } from '../domain/records-query.js';
import type { RollupsQuery } from '../domain/rollups-query.js';
import type { StatisticsQuery } from '../domain/statistics-query.js';
import type { StatisticsRow } from '../domain/statistics.js';
import type { RecordFilters } from '../domain/usage-filters.js';
import { UsageRecords, type ExportQuery } from '../domain/usage-records.js';
import { csvHeader, exportLine } from './export-lines.sql.js';
import { NamedKeys } from './named-keys.js';
import { addRecordConditions, Conditions } from './record-conditions.js';
import { recordOf, rollupOf, type RecordRow, type RollupRow } from './record-rows.js';
import { RecordSearch, type FoundLines } from './record-search.js';
import { RecordWriter } from './record-writer.js';
import { LIST_ROLLUPS, RECORD_COLUMNS } from './usage-queries.sql.js';
import { statisticsRowsOf, statisticsSql, type StatisticsSqlRow } from './statistics.sql.js';

/** Where the last minute has more records, the newest tell how many: pages ask for it every few seconds. */
const NOW_RECORDS_MAX = 10_000;
const MINUTE_MS = 60_000;
/** A page is looked for no longer than this; what is found until then is a page. */
const PAGE_BUDGET_MS = 30;
/** Nobody looks at a part of an export: it may take longer to find. */
const EXPORT_BUDGET_MS = 2_000;
/** A message may be a megabyte. */
const EXPORT_BYTES_MAX = 700_000;
const EXPORT_ROWS_MAX = { csv: 1_000, ndjson: 400 } as const;
/** Of how many parts it is said where they begin, so that several can be asked for at once. */
const CUTS_AHEAD = 16;

@Injectable()
export class PostgresUsageRecords extends UsageRecords {
  constructor(
    @InjectDataSource('usage-log') private readonly dataSource: DataSource,
    private readonly writer: RecordWriter,
    private readonly search: RecordSearch,
    private readonly namedKeys: NamedKeys,
  ) {
    super();
  }

  override record(usages: Iterable<UsageData>): Promise<void> {
    return this.writer.write(usages);
  }

  override async list({ filters, after, limit }: RecordsQuery): Promise<Page<UsageRecord>> {
    const search = { filters, after, limit, columns: RECORD_COLUMNS, budgetMs: PAGE_BUDGET_MS };
    const { rows, below } = await this.search.search<RecordRow>(search);
    return { items: rows.map(recordOf), ...nextCursor(below) };
  }

  override async find({ id, accountId, keyIds }: FindUsageRecord): Promise<UsageRecord | null> {
    const where = new Conditions();
    where.add(`id = ${where.value(id)}`);
    addRecordConditions(where, { accountId, keyIds });
    const [row] = await this.dataSource.query<RecordRow[]>(
      `SELECT completed_at, id, ${RECORD_COLUMNS} FROM usage_records WHERE ${where.sql}`,
      where.parameters,
    );
    return row ? recordOf(row) : null;
  }

  override async exportPart(query: ExportQuery): Promise<UsageExportPart> {
    const { format, until, encoding } = query;
    // One more than there are between two cuts: then it is known that nothing is left there.
    const rowsMax = EXPORT_ROWS_MAX[format] + (until ? 1 : 0);
    const [{ text, rows, below }, cuts] = await Promise.all([
      this.partThatFits(query, rowsMax),
      until ? [] : this.cutsAhead(query),
    ]);
    return {
      text,
      rows,
      ...(encoding && { encoding }),
      ...nextCursor(below),
      ...(below && cuts.length > 0 && { cuts: cuts.map(cursorAfter) }),
    };
  }

  /** As many lines as fit into a message together; one at least. */
  private async partThatFits(query: ExportQuery, rowsMax: number): Promise<FoundLines> {
    const { filters, format, audience, after, until, encoding } = query;
    const columns = `${exportLine(format, audience)} AS line`;
    const search = { filters, after, until, limit: rowsMax, columns, budgetMs: EXPORT_BUDGET_MS };
    const found = await this.search.lines(search);
    const lines = format === 'csv' && !after ? csvHeader(audience) + found.text : found.text;
    const text = encoding === 'base64' ? Buffer.from(lines).toString('base64') : lines;
    const bytes = encoding === 'base64' ? text.length : Buffer.byteLength(JSON.stringify(text));
    if (bytes <= EXPORT_BYTES_MAX || found.rows <= 1) return { ...found, text };
    // Somewhat fewer than would fit if all lines were of one length.
    const fitting = Math.floor((found.rows * EXPORT_BYTES_MAX * 0.9) / bytes);
    return this.partThatFits(query, Math.max(fitting, 1));
  }

  private async cutsAhead({ filters, format, after }: ExportQuery): Promise<readonly RecordPosition[]> {
    const every = EXPORT_ROWS_MAX[format];
    const search = { filters, after, limit: every * CUTS_AHEAD, budgetMs: EXPORT_BUDGET_MS };
    const [, ...cuts] = await this.search.cuts(search, every);
    return cuts;
  }

  override estimate(filters: RecordFilters): Promise<number> {
    return this.search.estimate(filters);
  }

  override async rollups({ accountId, granularity, from, to, rowsMax }: RollupsQuery): Promise<readonly UsageRollup[]> {
    const parameters = [accountId, from, to, rowsMax + 1];
    const rows = await this.dataSource.query<RollupRow[]>(LIST_ROLLUPS[granularity], parameters);
    return rows.map(rollupOf);
  }

  override async statistics(query: StatisticsQuery): Promise<readonly StatisticsRow[]> {
    const { keyIds, accountId } = await this.namedKeys.resolve(query);
    if (keyIds?.length === 0) return [];
    const { sql, parameters } = statisticsSql({ ...query, keyIds, accountId: keyIds ? undefined : accountId });
    const rows = await this.dataSource.query<StatisticsSqlRow[]>(sql, parameters);
    return statisticsRowsOf(rows, query.groupBy !== 'none');
  }

  override async now({ accountId, keyIds }: Pick<RecordFilters, 'accountId' | 'keyIds'>): Promise<UsageNow> {
    const where = addRecordConditions(new Conditions(), { accountId, keyIds });
    const [row] = await this.dataSource.query<[{ requests: string; tokens: string; span_ms: number }]>(
      `SELECT count(*) AS requests, coalesce(sum(tokens), 0) AS tokens,
              extract(epoch FROM now() - min(completed_at))::float8 * 1000 AS span_ms
         FROM (SELECT completed_at, input_tokens + output_tokens AS tokens FROM usage_records
                WHERE ${where.sql} AND completed_at > now() - interval '1 minute' AND completed_at <= now()
                ORDER BY completed_at DESC, id DESC LIMIT ${NOW_RECORDS_MAX}) AS newest`,
      where.parameters,
    );
    const requests = Number(row.requests);
    const perMinute = requests < NOW_RECORDS_MAX ? 1 : MINUTE_MS / Math.max(row.span_ms, 1);
    return {
      requestsPerMinute: Math.round(requests * perMinute),
      tokensPerMinute: Math.round(Number(row.tokens) * perMinute),
    };
  }
}

function nextCursor(below: RecordPosition | undefined): { readonly nextCursor?: string } {
  return below ? { nextCursor: cursorAfter(below) } : {};
}
