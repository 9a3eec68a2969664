import pg from 'pg';
import { ROLLUP_TABLES } from '../../apps/usage-log/src/persistence/rollup-levels.js';
import { FILL, MARKS, NAMES, ROLL_UPS } from './fill.sql.js';

const CHUNK = 250_000;

/**
 * Writes so many usage records of the last thirty days, and the roll-ups that belong to them, in a fraction of the time
 * that recording takes: months without indexes, which PostgreSQL builds when they are attached again.
 */
export async function fill(databaseUrl: string, records: number, say: (line: string) => void): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl, options: '-c search_path=usage_log,public' });
  await client.connect();
  try {
    await client.query(`SET synchronous_commit = off; SET maintenance_work_mem = '1GB'; SET work_mem = '512MB'`);
    const last = new Date();
    const months = await detachMonths(client, last);
    // Rows find their month through a view of the months that were taken apart: one table to write into.
    await client.query(
      'CREATE TABLE filling (LIKE usage_records INCLUDING DEFAULTS INCLUDING GENERATED) PARTITION BY RANGE (completed_at)',
    );
    for (const month of months)
      await client.query(`ALTER TABLE filling ATTACH PARTITION ${month.name} ${month.bounds}`);
    for (let first = 1; first <= records; first += CHUNK) {
      const end = Math.min(first + CHUNK - 1, records);
      await client.query(FILL('filling'), [records, first, end, last]);
      if (end % 1_000_000 === 0 || end === records) say(`${end} records written`);
    }
    for (const month of months) {
      await client.query(`ALTER TABLE filling DETACH PARTITION ${month.name}`);
      await client.query(`ALTER TABLE usage_records ATTACH PARTITION ${month.name} ${month.bounds}`);
      say(`${month.name} has its indexes`);
    }
    await client.query('DROP TABLE filling');
    await sumUp(client, say);
    await client.query('VACUUM ANALYZE');
    await client.query('CHECKPOINT');
  } finally {
    await client.end();
  }
}

interface Month {
  readonly name: string;
  readonly bounds: string;
}

async function detachMonths(client: pg.Client, last: Date): Promise<readonly Month[]> {
  const { rows } = await client.query<Month>(`
    SELECT relid::regclass::text AS name, pg_get_expr(relpartbound, relid) AS bounds
      FROM pg_partition_tree('usage_records') JOIN pg_class ON oid = relid WHERE isleaf`);
  const previous = new Date(Date.UTC(last.getUTCFullYear(), last.getUTCMonth() - 1, 1));
  const current = new Date(Date.UTC(last.getUTCFullYear(), last.getUTCMonth(), 1));
  const name = (month: Date) => `usage_records_${month.toISOString().slice(0, 7).replace('-', '_')}`;
  const months: Month[] = [];
  for (const month of [previous, current]) {
    const known = rows.find((row) => row.name === name(month));
    if (known) await client.query(`ALTER TABLE usage_records DETACH PARTITION ${known.name}`);
    if (known) await client.query(`DROP TABLE ${known.name}`);
    await client.query(
      `CREATE TABLE ${name(month)} (LIKE usage_records INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING GENERATED)`,
    );
    const next = new Date(Date.UTC(month.getUTCFullYear(), month.getUTCMonth() + 1, 1));
    months.push({
      name: name(month),
      bounds: `FOR VALUES FROM ('${month.toISOString()}') TO ('${next.toISOString()}')`,
    });
  }
  return months;
}

/** Rows first, then the indexes of them: so tables are also in the order in which they are made. */
async function sumUp(client: pg.Client, say: (line: string) => void): Promise<void> {
  const { hour, day } = ROLLUP_TABLES;
  const tables = [hour.finest, day.finest, hour.levels, day.levels];
  await client.query(`TRUNCATE ${tables.join(', ')}`);
  await client.query(MARKS);
  await client.query('ANALYZE marks');
  for (const statement of ROLL_UPS) {
    await client.query(statement);
    say(`${/INTO (\w+)/.exec(statement)?.[1]} written`);
  }
  await client.query(NAMES);
}
