import { createHash, randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { dataSourceOptions, openDataSource } from '@code-router/postgres';
import { createTestDatabase } from '@code-router/testing';
import { migrations } from '../migrations/index.js';
import { FUNCTIONS } from './index.js';

/** What the number of the migration that installs the functions stands for. */
const INSTALLED = { name: 'InstallFunctions1700000000505', digest: '4e7a641bfa362dff' };

/** As a version before left them: one of another body, and a form that has a successor. */
const EARLIER = `
  CREATE FUNCTION quota.expire(p_count_max integer) RETURNS integer LANGUAGE sql AS 'SELECT 0';
  CREATE FUNCTION quota.settle(
    uuid[], uuid[], uuid[], text[], integer[], integer[], bigint[], bigint[], boolean[], boolean[]
  ) RETURNS TABLE (reservation_id uuid, problem text) LANGUAGE sql AS 'SELECT NULL::uuid, NULL::text';
`;

describe('the functions of quota', () => {
  it('are installed anew when they change: give the migration that installs them a higher number', () => {
    const digest = createHash('sha256').update(FUNCTIONS.join('\n')).digest('hex').slice(0, 16);
    expect({ name: migrations.at(-1)?.name, digest }).toEqual(INSTALLED);
  });

  it('take the place of those of the version before', async () => {
    const database = await createTestDatabase();
    const before = await openDataSource(
      dataSourceOptions(database.url, { service: 'quota', migrations: migrations.slice(0, -1) }),
      'quota',
    );
    await before.query(EARLIER);
    await before.destroy();

    const after = await openDataSource(dataSourceOptions(database.url, { service: 'quota', migrations }), 'quota');
    const functions = await after.query<{ name: string; length: number }[]>(`
      SELECT proname AS name, length(prosrc) AS length FROM pg_proc
      WHERE pronamespace = 'quota'::regnamespace AND proname IN ('reserve', 'settle', 'expire') ORDER BY proname
    `);
    await after.destroy();
    await database.drop();
    expect(functions.map(({ name }) => name)).toEqual(['expire', 'reserve', 'settle']);
    for (const { length } of functions) expect(length).toBeGreaterThan(1_000);
  });

  // Its index grows with all that is under way, and its dead entries with all that was.
  it('find the reservation of a settlement without reading what else is pending', async () => {
    const database = await createTestDatabase();
    const quota = await openDataSource(dataSourceOptions(database.url, { service: 'quota', migrations }), 'quota');
    const connection = quota.createQueryRunner();
    const ids = `{${randomUUID()}}`;
    await connection.query(
      `SELECT * FROM quota.settle($1, $1, $1, '{request}', '{1}', '{1}', '{1}', '{1}', '{true}', '{false}', '{}')`,
      [ids],
    );
    await connection.query('SELECT pg_stat_force_next_flush()');
    const scans: unknown = await connection.query(`
      SELECT indexrelname AS index, idx_scan::integer AS scans FROM pg_stat_user_indexes
      WHERE indexrelname IN ('reservations_pending_lease', 'reservations_pkey') ORDER BY indexrelname
    `);
    await connection.release();
    await quota.destroy();
    await database.drop();
    expect(scans).toEqual([
      { index: 'reservations_pending_lease', scans: 0 },
      { index: 'reservations_pkey', scans: 2 },
    ]);
  });
});
