import { PAGE_LIMIT_DEFAULT, PAGE_LIMIT_MAX, type ListUsageRecords } from '@code-router/contracts';
import { Problems } from './problems.js';

const FILTERS = ['accountId', 'keyId', 'model', 'requestId'] as const;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The place of a record in the list: newest first by completion, then by id. */
export interface RecordPosition {
  readonly completedAt: Date;
  readonly id: string;
}

/** One page of the records that match every filter given. */
export interface RecordsQuery {
  readonly filters: Readonly<Partial<Record<(typeof FILTERS)[number], string>>>;
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
  const after = request.cursor === undefined ? undefined : readCursor(request.cursor);
  problems.expect(after !== null, 'cursor', 'must be the nextCursor of the page before');
  const filters: Partial<Record<(typeof FILTERS)[number], string>> = {};
  for (const name of FILTERS) {
    const value: unknown = request[name];
    if (value === undefined) continue;
    if (typeof value === 'string' && !value.includes('\0')) filters[name] = value;
    else problems.expect(false, name, 'must be text');
  }
  problems.throwIfAny();
  return { filters, after: after ?? undefined, limit };
}

/** An opaque cursor that continues below `position`. */
export function cursorAfter({ completedAt, id }: RecordPosition): string {
  return Buffer.from(`${completedAt.getTime()} ${id}`).toString('base64url');
}

function readCursor(cursor: unknown): RecordPosition | null {
  if (typeof cursor !== 'string') return null;
  const [milliseconds = '', id = ''] = Buffer.from(cursor, 'base64url').toString().split(' ');
  const completedAt = new Date(/^\d{1,15}$/.test(milliseconds) ? Number(milliseconds) : Number.NaN);
  return Number.isNaN(completedAt.getTime()) || !UUID.test(id) ? null : { completedAt, id };
}
