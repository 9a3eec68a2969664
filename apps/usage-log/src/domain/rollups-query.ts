import type { ListUsageRollups } from '@code-router/contracts';
import { Problems } from '@code-router/input';
import { isPlainText } from './fields.js';
import { readTimeSpan, type TimeSpan } from './time-span.js';

const ROWS_MAX = 10_000;

/** The first bucket may start at `from`, the last one starts before `to`. */
export interface RollupsQuery extends TimeSpan {
  readonly accountId: string;
  readonly rowsMax: number;
}

/** @throws DomainError `invalid_request_error` naming every field that is wrong. */
export function rollupsQuery(request: ListUsageRollups): RollupsQuery {
  const problems = new Problems();
  const { accountId } = request;
  problems.expect(isPlainText(accountId) && accountId.length > 0, 'accountId', 'must be given');
  const span = readTimeSpan(request, problems);
  problems.throwIfAny();
  return { ...span, accountId, rowsMax: ROWS_MAX };
}
