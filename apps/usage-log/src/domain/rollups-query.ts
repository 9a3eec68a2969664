import type { ListUsageRollups } from '@code-router/contracts';
import { Problems } from './problems.js';

const DAY_MS = 86_400_000;
/** The longest stretch that one answer covers, by granularity. */
const SPAN_DAYS_MAX = { hour: 31, day: 400 } as const;
const ROWS_MAX = 10_000;
const ISO_INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;

export interface RollupsQuery {
  readonly accountId: string;
  readonly granularity: 'hour' | 'day';
  /** The first bucket may start here. */
  readonly from: Date;
  /** The last bucket starts before. */
  readonly to: Date;
  readonly rowsMax: number;
}

/** @throws DomainError `invalid_request_error` naming every field that is wrong. */
export function rollupsQuery(request: ListUsageRollups): RollupsQuery {
  const problems = new Problems();
  const { accountId, granularity } = request;
  problems.expect(isPlainText(accountId) && accountId.length > 0, 'accountId', 'must be given');
  problems.expect(granularity === 'hour' || granularity === 'day', 'granularity', 'must be hour or day');
  const from = instant(request.from, 'from', problems);
  const to = instant(request.to, 'to', problems);
  const spanMs = to.getTime() - from.getTime();
  problems.expect(!(spanMs < 0), 'to', 'must not be before from');
  const spanDaysMax = SPAN_DAYS_MAX[granularity];
  problems.expect(!(spanMs > spanDaysMax * DAY_MS), 'to', `must be at most ${spanDaysMax} days after from`);
  problems.throwIfAny();
  return { accountId, granularity, from, to, rowsMax: ROWS_MAX };
}

function isPlainText(value: unknown): boolean {
  return typeof value === 'string' && !value.includes('\0');
}

/** Reads a moment; one that cannot be read is noted, and compares with none. */
function instant(value: unknown, field: string, problems: Problems): Date {
  const date = new Date(typeof value === 'string' && ISO_INSTANT.test(value) ? value : Number.NaN);
  problems.expect(!Number.isNaN(date.getTime()), field, 'must be an ISO 8601 date and time with a time zone');
  return date;
}
