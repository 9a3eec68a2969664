import type { RecordFilters } from '../domain/usage-filters.js';
import type { Granularity } from '../domain/time-span.js';
import { Conditions } from './record-conditions.js';
import { isKeptBy, ROLLUP_LEVELS, ROLLUP_TABLES, type RollupLevel } from './rollup-levels.js';

/** What roll-ups can tell apart. */
export type RollupFilters = Pick<RecordFilters, 'accountId' | 'keyIds' | 'model' | 'channelId'>;
type Dimension = 'account' | 'key' | 'model' | 'channel';

/** The rows of roll-ups that hold the sums of what is asked for, and nothing else. */
export interface RollupSource {
  readonly table: string;
  /** Which rows, without their time. */
  readonly where: Conditions;
  /** The column that each dimension is in, of those that the rows tell apart. */
  readonly columns: Readonly<Partial<Record<Dimension, string>>>;
  /** Whether each bucket has one row at most for each group, so that there is nothing to add up. */
  readonly isSummedUp: boolean;
}

/** Models are few; a search by channel alone goes through all of them. */
const ALL_MODELS = `(SELECT coalesce(array_agg(DISTINCT id), '{}') FROM usage_names WHERE kind = 'model')::text[]`;

/**
 * Chooses the roll-ups with the fewest rows that can tell apart what the filters name and what is grouped by. Where no
 * level can, it is the finest ones.
 */
export function rollupSource(
  granularity: Granularity,
  filters: RollupFilters,
  groupBy?: Dimension,
  where = new Conditions(),
): RollupSource {
  const { accountId, keyIds, model, channelId } = filters;
  const tables = ROLLUP_TABLES[granularity];
  const needs = new Set<Dimension>([
    ...(accountId !== undefined && !keyIds ? (['account'] as const) : []),
    ...(keyIds ? (['key'] as const) : []),
    ...(model !== undefined ? (['model'] as const) : []),
    ...(channelId !== undefined ? (['channel'] as const) : []),
    ...(groupBy ? [groupBy] : []),
  ]);
  const isOne = {
    account: accountId !== undefined && !keyIds,
    key: keyIds?.length === 1,
    model: model !== undefined,
    channel: channelId !== undefined,
  };
  const source = (table: string, columns: RollupSource['columns']): RollupSource => {
    const dimensions = Object.keys(columns) as Dimension[];
    return {
      table,
      where,
      columns,
      isSummedUp: dimensions.every((dimension) => dimension === groupBy || isOne[dimension]),
    };
  };
  const level = levelOf(granularity, needs);
  if (!level) {
    if (accountId !== undefined) where.add(`account_id = ${where.value(accountId)}`);
    if (keyIds) where.add(`key_id = ANY(${where.value(keyIds)}::text[])`);
    if (model !== undefined) where.add(`model = ${where.value(model)}`);
    if (channelId === '') where.add('channel_id IS NULL');
    else if (channelId !== undefined) where.add(`channel_id = ${where.value(channelId)}`);
    const columns = { account: 'account_id', key: 'key_id', model: 'model', channel: `coalesce(channel_id, '')` };
    return source(tables.finest, columns);
  }

  where.add(`level = ${ROLLUP_LEVELS[level].level}`);
  const part = (value: string | undefined) => {
    if (value !== undefined) where.add(`part = ${where.value(value)}`);
  };
  const scope = (value: string | undefined) => {
    if (value !== undefined) where.add(`scope = ${where.value(value)}`);
  };
  switch (level) {
    case 'all':
      scope('');
      part('');
      return source(tables.levels, {});
    case 'allByModel':
      scope('');
      part(model);
      return source(tables.levels, { model: 'part' });
    case 'allByChannel':
      scope('');
      part(channelId);
      return source(tables.levels, { channel: 'part' });
    case 'allByAccount':
      scope('');
      part(accountId);
      return source(tables.levels, { account: 'part' });
    case 'accountByModel':
      scope(accountId);
      part(model);
      return source(tables.levels, { account: 'scope', model: 'part' });
    case 'accountByKey':
      scope(keyIds ? undefined : accountId);
      if (keyIds) where.add(`part = ANY(${where.value(keyIds)}::text[])`);
      return source(tables.levels, { account: 'scope', key: 'part' });
    case 'modelByChannel':
      if (model === undefined) where.add(`scope = ANY(${ALL_MODELS})`);
      scope(model);
      part(channelId);
      return source(tables.levels, { model: 'scope', channel: 'part' });
    default:
      return level satisfies never;
  }
}

function levelOf(granularity: Granularity, needs: ReadonlySet<Dimension>): RollupLevel | undefined {
  const only = (...dimensions: readonly Dimension[]) => [...needs].every((need) => dimensions.includes(need));
  const levels = LEVELS_BY_ROWS.filter(([level, ...dimensions]) => isKeptBy(granularity, level) && only(...dimensions));
  return levels[0]?.[0];
}

/** What each level tells apart; those of few rows first. */
const LEVELS_BY_ROWS: readonly (readonly [RollupLevel, ...Dimension[]])[] = [
  ['all'],
  ['allByModel', 'model'],
  ['allByChannel', 'channel'],
  ['allByAccount', 'account'],
  ['accountByModel', 'account', 'model'],
  ['accountByKey', 'account', 'key'],
  ['modelByChannel', 'model', 'channel'],
];
