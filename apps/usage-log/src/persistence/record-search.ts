import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { latestBelow, positionBefore, type RecordPosition } from '../domain/records-query.js';
import type { RecordFilters } from '../domain/usage-filters.js';
import { Conditions } from './record-conditions.js';
import { NamedKeys, type ResolvedFilters } from './named-keys.js';
import { hasOwnIndex } from './own-index.js';
import { indexStretch, rowsOfHours, type Search } from './record-search.sql.js';
import { rollupSource, type RollupSource } from './rollup-source.js';

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

/** Records in the order of the list, as one text: each of them is a line of it. */
export interface FoundLines {
  readonly text: string;
  readonly rows: number;
  /** Where to go on; absent when there is nothing more. */
  readonly below?: RecordPosition | undefined;
}

/** What one statement found. */
interface Batch {
  readonly rows: number;
}

/** Reads the rows of a statement, which come newest first. */
type Fetch<Read extends Batch> = (rowsSql: string, parameters: unknown[]) => Promise<Read>;

interface Collected<Read extends Batch> {
  readonly batches: readonly Read[];
  /** Where the time was over. */
  readonly below?: RecordPosition | undefined;
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
    // One more says whether there is anything below.
    const { batches, below } = await this.collect({ ...search, limit: search.limit + 1 }, async (sql, parameters) => {
      const found = await this.dataSource.query<Row[]>(sql, parameters);
      return { rows: found.length, found };
    });
    const rows = batches.flatMap(({ found }) => found);
    return rows.length > search.limit ? cut(rows, search.limit) : { rows, below };
  }

  /**
   * The same as one text, of which each `line` is a part; the columns of the search have to name one. PostgreSQL puts them
   * together: a driver that hands over each row takes longer than everything else. An aggregate takes its rows in the
   * order in which they come from within.
   *
   * @see https://www.postgresql.org/docs/current/functions-aggregate.html "supplying the input values from a sorted subquery"
   */
  async lines(search: Search): Promise<FoundLines> {
    const { batches, below } = await this.collect(search, async (sql, parameters) => {
      const [found] = await this.dataSource.query<[LinesRow]>(
        `SELECT count(*)::integer AS rows, string_agg(line, '') AS text, min(completed_at) AS completed_at,
                (array_agg(id))[count(*)] AS id FROM (${sql}) AS found`,
        parameters,
      );
      return found;
    });
    const rows = batches.reduce((sum, batch) => sum + batch.rows, 0);
    const end = batches.findLast((batch) => batch.rows > 0);
    const last = end && placeOf(end);
    const text = batches.map((batch) => batch.text ?? '').join('');
    return { text, rows, below: rows < search.limit ? below : last };
  }

  /**
   * The places after each so many records, as many as there are within the limit: between two of them the records can be
   * read apart from the others. None where finding them would be as much work as reading the records.
   */
  async cuts(search: Omit<Search, 'columns'>, every: number): Promise<readonly RecordPosition[]> {
    const filters = await this.namedKeys.resolve(search.filters);
    if (filters.keyIds?.length === 0 || !hasOwnIndex(filters)) return [];
    const { sql, parameters } = indexStretch({ ...search, filters, columns: undefined });
    const rows = await this.dataSource.query<Placed[]>(
      `SELECT completed_at, id FROM (SELECT completed_at, id, row_number() OVER () AS place FROM (${sql}) AS found) AS found
        WHERE place % ${every} = 0`,
      parameters,
    );
    return rows.map(placeOf);
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

  private async collect<Read extends Batch>(search: Search, fetch: Fetch<Read>): Promise<Collected<Read>> {
    const filters = await this.namedKeys.resolve(search.filters);
    if (filters.keyIds?.length === 0) return { batches: [] };
    if (!hasOwnIndex(filters)) return this.look({ ...search, filters: above(filters, search.until) }, fetch);
    const { sql, parameters } = indexStretch({ ...search, filters });
    return { batches: [await fetch(sql, parameters)] };
  }

  private async look<Read extends Batch>(
    search: Search & { filters: ResolvedFilters },
    fetch: Fetch<Read>,
  ): Promise<Collected<Read>> {
    const { filters, after, limit, budgetMs } = search;
    const deadline = performance.now() + budgetMs;
    const batches: Read[] = [];
    let found = 0;
    let wanted = limit;
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
          const { sql, parameters } = rowsOfHours(
            { ...search, limit: limit - found },
            looked.map(({ start }) => start),
          );
          const batch = await fetch(sql, parameters);
          batches.push(batch);
          found += batch.rows;
          if (found >= limit) return { batches };
          const lowest = looked.at(-1)?.start;
          if (lowest && performance.now() > deadline) return { batches, below: positionBefore(lowest) };
          wanted *= GROWTH;
        }
      }
      const last = days.at(-1);
      if (!last || days.length < DAYS_PER_LOOK) return { batches };
      // The next day down: this one was looked through.
      until = new Date(last.start.getTime() - 1);
      if (performance.now() > deadline) return { batches, below: positionBefore(last.start) };
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
}

interface LinesRow extends Placed {
  readonly rows: number;
  readonly text: string | null;
}

/** Nothing that was completed before the place is asked for: roll-ups need not be looked through below it. */
function above(filters: ResolvedFilters, until: RecordPosition | undefined): ResolvedFilters {
  if (!until || (filters.from && filters.from >= until.completedAt)) return filters;
  return { ...filters, from: until.completedAt };
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
  return { rows: rows.slice(0, limit), below: last && placeOf(last) };
}

function placeOf({ completed_at: completedAt, id }: Placed): RecordPosition {
  return { completedAt, id };
}
