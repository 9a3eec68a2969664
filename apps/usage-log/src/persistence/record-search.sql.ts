import type { RecordPosition } from '../domain/records-query.js';
import type { RecordFilters } from '../domain/usage-filters.js';
import { BUCKET_MS } from '../domain/time-span.js';
import { addPosition, addRecordConditions, Conditions } from './record-conditions.js';

export interface Search {
  readonly filters: RecordFilters;
  readonly after?: RecordPosition | undefined;
  /** Where it ends: what lies below is not looked for. */
  readonly until?: RecordPosition | undefined;
  readonly limit: number;
  /** What is selected of each record; its place is selected anyway. */
  readonly columns: string;
  /** After so long the search ends with what it has, and says where to go on. */
  readonly budgetMs: number;
}

interface Statement {
  readonly sql: string;
  readonly parameters: unknown[];
}

type Stretch = Omit<Search, 'columns' | 'budgetMs'> & { readonly columns: string | undefined };

/** One stretch of an index, from the place of the page on. */
export function indexStretch({ columns, filters, after, until, limit }: Stretch): Statement {
  const where = addPosition(addRecordConditions(new Conditions(), filters), after, until);
  const selected = columns === undefined ? '' : `, ${columns}`;
  const sql = `
    SELECT completed_at, id${selected} FROM usage_records WHERE ${where.sql}
     ORDER BY completed_at DESC, id DESC LIMIT ${where.value(limit)}`;
  return { sql, parameters: where.parameters };
}

/**
 * The records of these hours, newest first, each read from an index for itself, so that what lies between is not read.
 * What is said of all of them together tells the planner which months it need not think about.
 */
export function rowsOfHours({ columns, filters, after, until, limit }: Search, hours: readonly Date[]): Statement {
  const where = new Conditions();
  const starts = where.value(hours);
  const rows = where.value(limit);
  addPosition(addRecordConditions(where, filters), after, until);
  const [newest, oldest] = [hours[0], hours.at(-1)];
  if (oldest) where.add(`completed_at >= ${where.value(oldest)}`);
  if (newest) where.add(`completed_at < ${where.value(new Date(newest.getTime() + BUCKET_MS.hour))}`);
  const sql = `
    SELECT record.* FROM unnest(${starts}::timestamptz[]) AS hour (start)
     CROSS JOIN LATERAL (
       SELECT completed_at, id, ${columns} FROM usage_records
        WHERE ${where.sql} AND completed_at >= hour.start AND completed_at < hour.start + interval '1 hour'
        ORDER BY completed_at DESC, id DESC LIMIT ${rows}
     ) AS record
     ORDER BY completed_at DESC, id DESC LIMIT ${rows}`;
  return { sql, parameters: where.parameters };
}
