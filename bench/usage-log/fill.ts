import pg from 'pg';
import { ROLLUP_TABLES } from '../../apps/usage-log/src/persistence/rollup-levels.js';
import { DAYS, FILL, FILL_ANOTHER_DAY, MARKS, NAMES, ROLL_UPS } from './fill.sql.js';

const DAY_MS = 86_400_000;
const WRITERS = 2;

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
    await writeRecords(client, { databaseUrl, records, last, say });
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

/** By several connections at once: it takes processor time more than anything else. */
async function writeRecords(client: pg.Client, { databaseUrl, records, last, say }: Filling): Promise<void> {
  const perDay = Math.ceil(records / DAYS);
  const firstDayEnds = new Date(last.getTime() - (DAYS - 1) * DAY_MS);
  await client.query('CREATE UNLOGGED TABLE first_day (LIKE usage_records INCLUDING DEFAULTS INCLUDING GENERATED)');
  await client.query(FILL('first_day'), [perDay, 1, perDay, firstDayEnds]);
  let next = 0;
  const write = async (): Promise<void> => {
    const writer = new pg.Client({ connectionString: databaseUrl, options: '-c search_path=usage_log,public' });
    await writer.connect();
    try {
      await writer.query('SET synchronous_commit = off');
      while (next < DAYS) {
        const day = next;
        next += 1;
        await writer.query(FILL_ANOTHER_DAY('first_day', 'filling'), [day]);
        say(`the records of day ${day + 1} written`);
      }
    } finally {
      await writer.end();
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, write));
  await client.query('DROP TABLE first_day');
}

interface Filling {
  readonly databaseUrl: string;
  readonly records: number;
  readonly last: Date;
  readonly say: (line: string) => void;
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

/** Rows first, then their indexes: that takes a fraction of the time. */
async function sumUp(client: pg.Client, say: (line: string) => void): Promise<void> {
  const { hour, day } = ROLLUP_TABLES;
  const tables = [hour.finest, day.finest, hour.levels, day.levels];
  await client.query(`TRUNCATE ${tables.join(', ')}`);
  await client.query(MARKS);
  await client.query('ANALYZE marks');
  const { rows: indexes } = await client.query<{ dropped: string; made: string }>(INDEXES, [tables]);
  for (const { dropped } of indexes) await client.query(dropped);
  for (const statement of ROLL_UPS) {
    await client.query(statement);
    say(`${/INTO (\w+)/.exec(statement)?.[1]} written`);
  }
  for (const { made } of indexes) await client.query(made);
  await client.query(NAMES);
}

/** How the indexes of tables are dropped, and made again. */
const INDEXES = `
  SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS dropped,
         format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) AS made
    FROM pg_constraint WHERE conrelid = ANY ($1::regclass[]) AND contype IN ('p', 'u')
  UNION ALL
  SELECT format('DROP INDEX %s', indexrelid::regclass), pg_get_indexdef(indexrelid)
    FROM pg_index WHERE indrelid = ANY ($1::regclass[])
     AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)`;
