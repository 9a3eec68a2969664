import { FINEST_KEY, LEVEL_KEY, ROLLUP_SUMS, ROLLUP_TABLES } from './rollup-levels.js';

/**
 * Held by who adds to the roll-ups, until it is committed. Every batch adds to the sums of everything, so nobody could
 * add at the same time anyway; as one lock it is taken once instead of once for each row, and since all take it last and
 * hold it alone, no two ever wait for each other's rows.
 *
 * The rows of a batch are found one by one, by their keys: whatever statistics there are of tables that grow by the
 * hour, reading a whole one is never right.
 */
export const LOCK_ROLLUPS = `
  SELECT pg_advisory_xact_lock(726512), set_config('enable_hashjoin', 'off', true),
         set_config('enable_mergejoin', 'off', true), set_config('enable_seqscan', 'off', true)`;

export const ADD_TO_ROLLUPS = {
  hour: { finest: addTo(ROLLUP_TABLES.hour.finest, FINEST_KEY), levels: addTo(ROLLUP_TABLES.hour.levels, LEVEL_KEY) },
  day: { finest: addTo(ROLLUP_TABLES.day.finest, FINEST_KEY), levels: addTo(ROLLUP_TABLES.day.levels, LEVEL_KEY) },
} as const;

/**
 * Adds changes, which come as one array for each column, to the rows of a table of roll-ups, and makes the rows that are
 * not there yet. Nearly all are: to update them right away costs half of what trying to insert them first does.
 */
function addTo(table: string, key: Readonly<Record<string, string>>): string {
  const columns = { ...key, ...ROLLUP_SUMS };
  const names = Object.keys(columns).join(', ');
  const parameters = Object.values(columns).map((type, index) => `$${index + 1}::${type}[]`);
  const sameRow = Object.keys(key).map((name) =>
    name === 'channel_id' ? `kept.${name} IS NOT DISTINCT FROM change.${name}` : `kept.${name} = change.${name}`,
  );
  return `
    WITH change AS MATERIALIZED (
      SELECT * FROM unnest(${parameters.join(', ')}) WITH ORDINALITY AS change (${names}, place)
    ), updated AS (
      UPDATE ${table} AS kept
         SET ${Object.keys(ROLLUP_SUMS)
           .map((name) => `${name} = kept.${name} + change.${name}`)
           .join(', ')}
        FROM change WHERE ${sameRow.join(' AND ')}
      RETURNING change.place
    )
    INSERT INTO ${table} (${names})
    SELECT ${names} FROM change WHERE place NOT IN (SELECT place FROM updated)`;
}

/** $1 kinds, $2 ids, $3 names, $4 whose, of keys, models and channels. Locked in the order of their key. */
export const ADD_NAMES = `
  INSERT INTO usage_names (kind, id, name, account_id)
  SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) ORDER BY 1, 2, 3, 4
  ON CONFLICT DO NOTHING`;
