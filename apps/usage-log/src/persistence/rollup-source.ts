import type { RecordFilters } from '../domain/usage-filters.js';
import type { Granularity } from '../domain/time-span.js';
import { Conditions } from './record-conditions.js';
import { ROLLUP_LEVELS, ROLLUP_TABLES, type RollupLevel } from './rollup-levels.js';

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
}

/** Models are few; a search by channel alone goes through all of them. */
const ALL_MODELS = `(SELECT coalesce(array_agg(DISTINCT id), '{}') FROM usage_names WHERE kind = 'model')::text[]`;
const KEYS_OF_ACCOUNT = (account: string) =>
  `(SELECT coalesce(array_agg(DISTINCT id), '{}') FROM usage_names WHERE kind = 'key' AND account_id = ${account})::text[]`;

/**
 * Chooses the roll-ups with the fewest rows that can tell apart what the filters name and what is grouped by. Where no
 * level can, it is the finest ones.
 */
export function rollupSource(granularity: Granularity, filters: RollupFilters, groupBy?: Dimension): RollupSource {
  const { accountId, keyIds, model, channelId } = filters;
  const tables = ROLLUP_TABLES[granularity];
  const needs = new Set<Dimension>([
    ...(accountId !== undefined && !keyIds ? (['account'] as const) : []),
    ...(keyIds ? (['key'] as const) : []),
    ...(model !== undefined ? (['model'] as const) : []),
    ...(channelId !== undefined ? (['channel'] as const) : []),
    ...(groupBy ? [groupBy] : []),
  ]);
  const level = levelOf(needs, filters);
  const where = new Conditions();
  if (!level) {
    if (accountId !== undefined) where.add(`account_id = ${where.value(accountId)}`);
    if (keyIds) {
      const keys = `ANY(${where.value(keyIds)}::text[])`;
      where.add(`key_id = ${keys}`);
      // The index is by account first, and a key belongs to one.
      where.add(`account_id IN (SELECT account_id FROM usage_names WHERE kind = 'key' AND id = ${keys})`);
    }
    if (model !== undefined) where.add(`model = ${where.value(model)}`);
    if (channelId === '') where.add('channel_id IS NULL');
    else if (channelId !== undefined) where.add(`channel_id = ${where.value(channelId)}`);
    const columns = { account: 'account_id', key: 'key_id', model: 'model', channel: `coalesce(channel_id, '')` };
    return { table: tables.finest, where, columns };
  }

  where.add(`level = ${ROLLUP_LEVELS[level].level}`);
  const part = (value: string | undefined) => {
    if (value !== undefined) where.add(`part = ${where.value(value)}`);
  };
  switch (level) {
    case 'allByModel':
      where.add(`scope = ''`);
      part(model);
      return { table: tables.levels, where, columns: { model: 'part' } };
    case 'allByChannel':
      where.add(`scope = ''`);
      part(channelId);
      return { table: tables.levels, where, columns: { channel: 'part' } };
    case 'allByAccount':
      where.add(`scope = ''`);
      part(accountId);
      return { table: tables.levels, where, columns: { account: 'part' } };
    case 'accountByModel':
      where.add(`scope = ${where.value(accountId)}`);
      part(model);
      return { table: tables.levels, where, columns: { account: 'scope', model: 'part' } };
    case 'keyByModel':
      if (keyIds) where.add(`scope = ANY(${where.value(keyIds)}::text[])`);
      else where.add(`scope = ANY(${KEYS_OF_ACCOUNT(where.value(accountId))})`);
      part(model);
      return { table: tables.levels, where, columns: { key: 'scope', model: 'part' } };
    case 'modelByChannel':
      where.add(model === undefined ? `scope = ANY(${ALL_MODELS})` : `scope = ${where.value(model)}`);
      part(channelId);
      return { table: tables.levels, where, columns: { model: 'scope', channel: 'part' } };
    default:
      return level satisfies never;
  }
}

function levelOf(needs: ReadonlySet<Dimension>, { accountId, keyIds }: RollupFilters): RollupLevel | undefined {
  const only = (...dimensions: readonly Dimension[]) => [...needs].every((need) => dimensions.includes(need));
  if (only('model')) return 'allByModel';
  if (only('channel')) return 'allByChannel';
  if (only('model', 'channel')) return 'modelByChannel';
  if (only('account') && accountId === undefined) return 'allByAccount';
  if (only('account', 'model') && accountId !== undefined) return 'accountByModel';
  // Keys of a list may be of another account than the one that is named.
  if (only('key', 'model') && keyIds && accountId === undefined) return 'keyByModel';
  if (only('key', 'account', 'model') && !keyIds && accountId !== undefined) return 'keyByModel';
  return undefined;
}
