import type { Problems } from '@code-router/input';
import { instant } from './fields.js';

export type Granularity = 'hour' | 'day';

/** A stretch of time in buckets of one length. */
export interface TimeSpan {
  readonly granularity: Granularity;
  readonly from: Date;
  /** Exclusive. */
  readonly to: Date;
}

export const BUCKET_MS = { hour: 3_600_000, day: 86_400_000 } as const;
/** The longest stretch that one answer covers, by granularity. */
const SPAN_DAYS_MAX = { hour: 31, day: 400 } as const;

export function readTimeSpan(
  request: { readonly granularity: Granularity; readonly from: string; readonly to: string },
  problems: Problems,
): TimeSpan {
  const { granularity } = request;
  problems.expect(granularity === 'hour' || granularity === 'day', 'granularity', 'must be hour or day');
  const from = instant(request.from, 'from', problems);
  const to = instant(request.to, 'to', problems);
  const spanMs = to.getTime() - from.getTime();
  problems.expect(!(spanMs < 0), 'to', 'must not be before from');
  const spanDaysMax = SPAN_DAYS_MAX[granularity];
  problems.expect(!(spanMs > spanDaysMax * BUCKET_MS.day), 'to', `must be at most ${spanDaysMax} days after from`);
  return { granularity, from, to };
}
