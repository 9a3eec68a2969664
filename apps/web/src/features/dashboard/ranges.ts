import type { UsagePoint } from '@code-router/contracts';

export const RANGES = ['day', 'week', 'month'] as const;
export type Range = (typeof RANGES)[number];

export interface RangePeriod {
  readonly from: Date;
  readonly to: Date;
  readonly granularity: 'hour' | 'day';
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
export const WEEK_DAYS = 7;
const MONTH_DAYS = 30;

/** A period of whole buckets that ends with the one that is under way. */
export function rangePeriod(range: Range, now: Date): RangePeriod {
  const granularity = range === 'day' ? 'hour' : 'day';
  const step = range === 'day' ? HOUR_MS : DAY_MS;
  const count = range === 'day' ? 24 : range === 'week' ? WEEK_DAYS : MONTH_DAYS;
  const to = Math.ceil((now.getTime() + 1) / step) * step;
  return { from: new Date(to - count * step), to: new Date(to), granularity };
}

/** From the reader's midnight until the end of this hour. */
export function startOfToday(now: Date): RangePeriod {
  const from = new Date(now);
  from.setHours(0, 0, 0, 0);
  return { from, to: new Date(Math.ceil((now.getTime() + 1) / HOUR_MS) * HOUR_MS), granularity: 'hour' };
}

export interface Spending {
  readonly weekNanos: bigint;
  readonly monthNanos: bigint;
}

/** What the days of a month amount to, and the last seven of them. */
export function spending(points: readonly UsagePoint[], now: Date): Spending {
  const week = rangePeriod('week', now).from.getTime();
  let [weekNanos, monthNanos] = [0n, 0n];
  for (const { bucket, amountNanos } of points) {
    monthNanos += BigInt(amountNanos);
    if (new Date(bucket).getTime() >= week) weekNanos += BigInt(amountNanos);
  }
  return { weekNanos, monthNanos };
}
