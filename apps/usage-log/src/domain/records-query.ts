import { PAGE_LIMIT_DEFAULT, PAGE_LIMIT_MAX, type ListUsageRecords, type UsageFilters } from '@code-router/contracts';
import { isUuid, Problems } from '@code-router/input';
import { readFilters, type RecordFilters } from './usage-filters.js';

const LOWEST_ID = '00000000-0000-0000-0000-000000000000';

/** The place of a record in the list: newest first by completion, then by id. */
export interface RecordPosition {
  readonly completedAt: Date;
  readonly id: string;
}

/** One page of the records that match every filter given. */
export interface RecordsQuery {
  readonly filters: RecordFilters;
  /** Absent on the first page. */
  readonly after?: RecordPosition | undefined;
  readonly limit: number;
}

/** @throws DomainError `invalid_request_error` naming every field that is wrong. */
export function recordsQuery(request: ListUsageRecords): RecordsQuery {
  const problems = new Problems();
  const limit = request.limit ?? PAGE_LIMIT_DEFAULT;
  problems.expect(
    Number.isInteger(limit) && limit >= 1 && limit <= PAGE_LIMIT_MAX,
    'limit',
    `must be a whole number from 1 to ${PAGE_LIMIT_MAX}`,
  );
  const after = readCursor(request.cursor, problems);
  const filters = readFilters(request, problems);
  problems.throwIfAny();
  return { filters, after, limit };
}

/** @throws DomainError `invalid_request_error` naming every field that is wrong. */
export function recordFilters(request: UsageFilters): RecordFilters {
  const problems = new Problems();
  const filters = readFilters(request, problems);
  problems.throwIfAny();
  return filters;
}

/** An opaque cursor that continues below `position`. */
export function cursorAfter({ completedAt, id }: RecordPosition): string {
  return Buffer.from(`${completedAt.getTime()} ${id}`).toString('base64url');
}

/** The place above every record that was completed before `moment`, and below all others. */
export function positionBefore(moment: Date): RecordPosition {
  return { completedAt: moment, id: LOWEST_ID };
}

/** The latest time at which a record below `position` may have been completed. */
export function latestBelow({ completedAt, id }: RecordPosition): Date {
  return id === LOWEST_ID ? new Date(completedAt.getTime() - 1) : completedAt;
}

/** Reads a cursor of {@link cursorAfter}; what is none is noted. */
export function readCursor(cursor: unknown, problems: Problems, field = 'cursor'): RecordPosition | undefined {
  if (cursor === undefined) return undefined;
  const [milliseconds = '', id = ''] = typeof cursor === 'string' ? decoded(cursor).split(' ') : [];
  const completedAt = new Date(/^-?\d{1,15}$/.test(milliseconds) ? Number(milliseconds) : Number.NaN);
  const isPosition = !Number.isNaN(completedAt.getTime()) && isUuid(id);
  problems.expect(isPosition, field, 'must be the nextCursor of the page before');
  return isPosition ? { completedAt, id } : undefined;
}

function decoded(cursor: string): string {
  return Buffer.from(cursor, 'base64url').toString();
}
