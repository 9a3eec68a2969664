/** What the usage page is filtered by, as its address says it. */
export interface UsageSearch {
  readonly range?: UsageRange;
  /** Of the range `custom`; ISO 8601. */
  readonly from?: string;
  readonly to?: string;
  readonly keyId?: string;
  readonly model?: string;
  readonly status?: string;
  readonly requestId?: string;
  readonly keyName?: string;
  /** The record whose details are open. */
  readonly record?: string;
}

export const USAGE_RANGES = ['hour', 'day', 'week', 'month', 'custom'] as const;
export type UsageRange = (typeof USAGE_RANGES)[number];
export const USAGE_RANGE_DEFAULT: UsageRange = 'week';

const HOUR_MS = 3_600_000;
const LENGTHS_MS: Readonly<Record<Exclude<UsageRange, 'custom'>, number>> = {
  hour: HOUR_MS,
  day: 24 * HOUR_MS,
  week: 7 * 24 * HOUR_MS,
  month: 30 * 24 * HOUR_MS,
};

/** An address may say anything: what is not a filter is left out. */
export function readUsageSearch(search: Readonly<Record<string, unknown>>): UsageSearch {
  const text = (name: string): string | undefined => {
    const value = search[name];
    return typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined;
  };
  const moment = (name: string): string | undefined => {
    const value = text(name);
    return value !== undefined && !Number.isNaN(Date.parse(value)) ? new Date(value).toISOString() : undefined;
  };
  const range = USAGE_RANGES.find((name) => name === search['range']);
  const read = {
    range,
    from: moment('from'),
    to: moment('to'),
    keyId: text('keyId'),
    model: text('model'),
    status: text('status'),
    requestId: text('requestId'),
    keyName: text('keyName'),
    record: text('record'),
  };
  return Object.fromEntries(Object.entries(read).filter(([, value]) => value !== undefined)) as UsageSearch;
}

export interface Period {
  readonly from: string;
  /** Absent: until now, and what comes. */
  readonly to?: string;
}

/** The period of a search. It begins at a whole minute, so that a list that is read again is the same list. */
export function periodOf(search: UsageSearch, now: Date): Period {
  const { range = USAGE_RANGE_DEFAULT, from, to } = search;
  if (range === 'custom' && from !== undefined) return { from, ...(to === undefined ? {} : { to }) };
  const length = LENGTHS_MS[range === 'custom' ? 'week' : range];
  const minute = Math.floor(now.getTime() / 60_000) * 60_000;
  return { from: new Date(minute - length).toISOString() };
}
