import type { StartReconciliation } from '@code-router/contracts';
import { Problems } from '@code-router/input';

const DAY_MS = 86_400_000;
const SPAN_DAYS_MAX = 31;

/**
 * The period that somebody asks for. It may reach into the grace time: what is still on its way is then repaired before it
 * arrives, which changes nothing, and is counted as missing.
 *
 * @throws DomainError `invalid_request_error`.
 */
export function reconciliationPeriod(request: StartReconciliation, graceMs: number, now: Date) {
  const to = request.to === undefined ? new Date(now.getTime() - graceMs) : new Date(request.to);
  const from = request.from === undefined ? new Date(to.getTime() - DAY_MS) : new Date(request.from);
  const problems = new Problems();
  problems.expect(!Number.isNaN(to.getTime()), 'to', 'must be an instant in ISO 8601');
  problems.expect(
    !Number.isNaN(from.getTime()) || Number.isNaN(to.getTime()),
    'from',
    'must be an instant in ISO 8601',
  );
  problems.expect(!(from >= to), 'from', 'must be before to');
  problems.expect(!(to > now), 'to', 'must not be in the future');
  problems.expect(
    !(to.getTime() - from.getTime() > SPAN_DAYS_MAX * DAY_MS),
    'from',
    `must be at most ${SPAN_DAYS_MAX} days before to`,
  );
  problems.throwIfAny();
  return { from, to };
}
