/**
 * The sums that are kept beside the finest ones, so that charts and searches read few rows: each level is by one thing
 * within another, within everything where the scope is ''. The numbers are what the tables hold; they keep their
 * meaning.
 */
export const ROLLUP_LEVELS = {
  allByModel: { level: 1, scope: `''`, part: 'model' },
  allByChannel: { level: 2, scope: `''`, part: `coalesce(channel_id, '')` },
  allByAccount: { level: 3, scope: `''`, part: 'account_id' },
  accountByModel: { level: 4, scope: 'account_id', part: 'model' },
  keyByModel: { level: 5, scope: 'key_id', part: 'model' },
  modelByChannel: { level: 6, scope: 'model', part: `coalesce(channel_id, '')` },
} as const;

export type RollupLevel = keyof typeof ROLLUP_LEVELS;

/** What every roll-up sums up; all of them are added and subtracted alike. */
export const ROLLUP_SUMS = [
  'requests',
  'failures',
  'released',
  'orphaned',
  'input_tokens',
  'output_tokens',
  'amount_nanos',
  'cost_nanos',
  'latency',
  'first_byte',
] as const;

export const ROLLUP_TABLES = {
  hour: { finest: 'usage_hourly', levels: 'usage_hourly_levels' },
  day: { finest: 'usage_daily', levels: 'usage_daily_levels' },
} as const;
