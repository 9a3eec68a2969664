import type { Granularity } from '../domain/time-span.js';

/** What a roll-up of the finest kind is of. The channel is null for requests that reached none. */
export interface RollupKey {
  readonly accountId: string;
  readonly keyId: string;
  readonly model: string;
  readonly channelId: string | null;
}

interface RollupLevelOf {
  /** What the tables hold; it keeps its meaning. Five was the models of each key. */
  readonly level: number;
  /** Within an account there are few rows for an hour; only over many days is it worth the while to sum them up. */
  readonly daysOnly?: true;
  readonly scope: (key: RollupKey) => string;
  readonly part: (key: RollupKey) => string;
}

const everything = () => '';
const account = (key: RollupKey) => key.accountId;
const model = (key: RollupKey) => key.model;
const channel = (key: RollupKey) => key.channelId ?? '';

/**
 * The sums that are kept beside the finest ones, so that charts and searches read few rows: each level is by one thing
 * within another, within everything where the scope is ''.
 */
export const ROLLUP_LEVELS = {
  all: { level: 0, scope: everything, part: everything },
  allByModel: { level: 1, scope: everything, part: model },
  allByChannel: { level: 2, scope: everything, part: channel },
  allByAccount: { level: 3, scope: everything, part: account },
  accountByModel: { level: 4, daysOnly: true, scope: account, part: model },
  modelByChannel: { level: 6, scope: model, part: channel },
  accountByKey: { level: 7, daysOnly: true, scope: account, part: (key) => key.keyId },
} as const satisfies Record<string, RollupLevelOf>;

export type RollupLevel = keyof typeof ROLLUP_LEVELS;

export function isKeptBy(granularity: Granularity, level: RollupLevel): boolean {
  return granularity === 'day' || !('daysOnly' in ROLLUP_LEVELS[level]);
}

/** Which row of a table of roll-ups it is, and the types of that. */
export const FINEST_KEY = {
  account_id: 'text',
  bucket: 'timestamptz',
  key_id: 'text',
  model: 'text',
  channel_id: 'text',
} as const;
export const LEVEL_KEY = { level: 'smallint', scope: 'text', bucket: 'timestamptz', part: 'text' } as const;

/** What every roll-up sums up, and the types that changes of it come in; all of them are added and subtracted alike. */
export const ROLLUP_SUMS = {
  requests: 'bigint',
  failures: 'bigint',
  released: 'bigint',
  orphaned: 'bigint',
  input_tokens: 'numeric',
  output_tokens: 'numeric',
  amount_nanos: 'numeric',
  cost_nanos: 'numeric',
  latency: 'numeric',
  first_byte: 'numeric',
} as const;

export const ROLLUP_TABLES = {
  hour: { finest: 'usage_hourly', levels: 'usage_hourly_levels' },
  day: { finest: 'usage_daily', levels: 'usage_daily_levels' },
} as const;
