import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { latestBelow, positionBefore, type RecordPosition } from '../domain/records-query.js';
import type { RecordFilters } from '../domain/usage-filters.js';
import { addPosition, addRecordConditions, Conditions } from './record-conditions.js';
import { NamedKeys, type ResolvedFilters } from './named-keys.js';
import { rollupSource, type RollupSource } from './rollup-source.js';

export interface Search {
  readonly filters: RecordFilters;
  readonly after?: RecordPosition | undefined;
  readonly limit: number;
  /** What is selected of each record; its place is selected anyway. */
  readonly columns: string;
  /** After so long the search ends with what it has, and says where to go on. */
  readonly budgetMs: number;
}

export interface Found<Row> {
  /** Newest first. */
  readonly rows: readonly Row[];
  /** Where to go on; absent when there is nothing more. */
  readonly below?: RecordPosition | undefined;
}

interface Placed {
  readonly id: string;
  readonly completed_at: Date;
}

/** An hour or a day in which records may match, and how many. */
interface Bucket {
  readonly start: Date;
  readonly records: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** How much of the past one look at the roll-ups covers. */
const DAYS_PER_LOOK = 62;
const HOURS_PER_LOOK = 256;
/** Where roll-ups cannot tell everything apart, each look that found too little is followed by a larger one. */
const GROWTH = 4;

/**
 * Finds records by any filters. One that an index has in the order of the list is read from there. For several at once,
 * which may each be frequent and together rare, the roll-ups say in which hours there are any: only those are read.
 */
@Injectable()
export class RecordSearch {
  constructor(
    @InjectDataSource('usage-log') private readonly dataSource: DataSource,
    private readonly namedKeys: NamedKeys,
  ) {}

  async search<Row extends Placed>(search: Search): Promise<Found<Row>> {
    const filters = await this.namedKeys.resolve(search.filters);
    if (filters.keyIds?.length === 0) return { rows: [] };
    return hasOwnIndex(filters) ? this.read({ ...search, filters }) : this.look({ ...search, filters });
  }

  /** How many records match, at most: what roll-ups do not tell apart is counted as if it matched. */
  async estimate(wanted: RecordFilters): Promise<number> {
    const filters = await this.namedKeys.resolve(wanted);
    if (filters.keyIds?.length === 0) return 0;
    const { table, where } = sourceOf('hour', filters);
    addBucketRange(where, HOUR_MS, filters);
    const [{ records }] = await this.dataSource.query<[{ records: string }]>(
      `SELECT coalesce(sum(${countOf(filters)}), 0)::bigint AS records FROM ${table} WHERE ${where.sql}`,
      where.parameters,
    );
    return Number(records);
  }

  /** One stretch of an index, from the place of the page on. */
  private async read<Row extends Placed>({ columns, filters, after, limit }: Search): Promise<Found<Row>> {
    const where = addPosition(addRecordConditions(new Conditions(), filters), after);
    const rows = await this.dataSource.query<Row[]>(
      `SELECT completed_at, id, ${columns} FROM usage_records WHERE ${where.sql}
        ORDER BY completed_at DESC, id DESC LIMIT ${where.value(limit + 1)}`,
      where.parameters,
    );
    return cut(rows, limit);
  }

  private async look<Row extends Placed>(search: Search & { filters: ResolvedFilters }): Promise<Found<Row>> {
    const { filters, after, limit, budgetMs } = search;
    const deadline = performance.now() + budgetMs;
    const rows: Row[] = [];
    let wanted = limit + 1;
    let until = after && latestBelow(after);
    for (;;) {
      const days = await this.buckets('day', filters, until, DAYS_PER_LOOK);
      for (let next = 0; next < days.length;) {
        const taken = takeEnough(days.slice(next), wanted);
        next += taken.length;
        const hours = await this.hoursOf(taken, filters, until);
        for (let nextHour = 0; nextHour < hours.length;) {
          const looked = takeEnough(hours.slice(nextHour, nextHour + HOURS_PER_LOOK), wanted);
          nextHour += looked.length;
          rows.push(...(await this.readHours<Row>(search, looked, limit + 1 - rows.length)));
          if (rows.length > limit) return cut(rows, limit);
          const lowest = looked.at(-1)?.start;
          if (lowest && performance.now() > deadline) return { rows, below: positionBefore(lowest) };
          wanted *= GROWTH;
        }
      }
      const last = days.at(-1);
      if (!last || days.length < DAYS_PER_LOOK) return { rows };
      // The next day down: this one was looked through.
      until = new Date(last.start.getTime() - 1);
      if (performance.now() > deadline) return { rows, below: positionBefore(last.start) };
    }
  }

  private hoursOf(
    days: readonly Bucket[],
    filters: ResolvedFilters,
    until: Date | undefined,
  ): Promise<readonly Bucket[]> {
    const [newest, oldest] = [days[0]?.start, days.at(-1)?.start];
    if (!newest || !oldest) return Promise.resolve([]);
    const end = new Date(newest.getTime() + DAY_MS - 1);
    const from = filters.from && filters.from > oldest ? filters.from : oldest;
    return this.buckets('hour', { ...filters, from }, until && until < end ? until : end);
  }

  /** The buckets with records that match, as far as roll-ups can tell, newest first. */
  private async buckets(
    granularity: 'hour' | 'day',
    filters: ResolvedFilters,
    until: Date | undefined,
    limit?: number,
  ): Promise<readonly Bucket[]> {
    const { table, where } = sourceOf(granularity, filters);
    addBucketRange(where, granularity === 'hour' ? HOUR_MS : DAY_MS, filters, until);
    const count = countOf(filters);
    const rows = await this.dataSource.query<{ bucket: Date; records: string }[]>(
      `SELECT bucket, sum(${count}) AS records FROM ${table} WHERE ${where.sql}
        GROUP BY bucket HAVING sum(${count}) > 0
        ORDER BY bucket DESC ${limit === undefined ? '' : `LIMIT ${where.value(limit)}`}`,
      where.parameters,
    );
    return rows.map(({ bucket, records }) => ({ start: bucket, records: Number(records) }));
  }

  /** The records of these hours, each read from an index for itself, so that what lies between is not read. */
  private async readHours<Row extends Placed>(
    { columns, filters, after }: Search,
    hours: readonly Bucket[],
    limit: number,
  ): Promise<readonly Row[]> {
    const where = new Conditions();
    const starts = where.value(hours.map(({ start }) => start));
    const rows = where.value(limit);
    addPosition(addRecordConditions(where, filters), after);
    return this.dataSource.query<Row[]>(
      `SELECT record.* FROM unnest(${starts}::timestamptz[]) AS hour (start)
        CROSS JOIN LATERAL (
          SELECT completed_at, id, ${columns} FROM usage_records
           WHERE ${where.sql} AND completed_at >= hour.start AND completed_at < hour.start + interval '1 hour'
           ORDER BY completed_at DESC, id DESC LIMIT ${rows}
        ) AS record
        ORDER BY completed_at DESC, id DESC LIMIT ${rows}`,
      where.parameters,
    );
  }
}

/** Whether the records lie together in one index, in the order of the list, whatever else is asked. */
function hasOwnIndex({
  accountId,
  keyIds,
  model,
  channelId,
  outcome,
  status,
  requestId,
  keyName,
}: RecordFilters): boolean {
  // Few share a request id; whatever else is asked of them is looked at one by one.
  if (requestId !== undefined) return true;
  if (outcome || status || keyName !== undefined || (keyIds?.length ?? 1) !== 1) return false;
  const named = [keyIds ? keyIds[0] : accountId, model, channelId].filter((value) => value !== undefined);
  return named.length <= 1;
}

/** Keys say which account it is. */
function sourceOf(granularity: 'hour' | 'day', { keyIds, accountId, model, channelId }: RecordFilters): RollupSource {
  return rollupSource(granularity, { keyIds, accountId: keyIds ? undefined : accountId, model, channelId });
}

function addBucketRange(where: Conditions, bucketMs: number, { from, to }: RecordFilters, until?: Date): void {
  if (from) where.add(`bucket >= ${where.value(new Date(Math.floor(from.getTime() / bucketMs) * bucketMs))}`);
  if (to) where.add(`bucket < ${where.value(to)}`);
  if (until) where.add(`bucket <= ${where.value(until)}`);
}

/** How many records of a roll-up match, or may match where it cannot tell. */
function countOf({ status, outcome }: RecordFilters): string {
  const byStatus = status && statusCount(status);
  const byOutcome = outcome && (outcome === 'settled' ? 'requests - released - orphaned' : outcome);
  if (byStatus && byOutcome) return `least(${byStatus}, ${byOutcome})`;
  return byStatus ?? byOutcome ?? 'requests';
}

function statusCount(status: NonNullable<RecordFilters['status']>): string {
  switch (status.kind) {
    case 'ok':
      return 'requests - failures';
    case 'error':
      return 'failures';
    case 'code':
      // An error in the midst of a stream has the status 200.
      return status.code >= 400 ? 'failures' : 'requests';
    default:
      return status satisfies never;
  }
}

function takeEnough(buckets: readonly Bucket[], records: number): readonly Bucket[] {
  let counted = 0;
  const last = buckets.findIndex((bucket) => (counted += bucket.records) >= records);
  return last === -1 ? buckets : buckets.slice(0, last + 1);
}

function cut<Row extends Placed>(rows: readonly Row[], limit: number): Found<Row> {
  if (rows.length <= limit) return { rows };
  const last = rows[limit - 1];
  return { rows: rows.slice(0, limit), below: last && { completedAt: last.completed_at, id: last.id } };
}
