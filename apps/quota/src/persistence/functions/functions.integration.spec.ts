import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { dataSourceOptions, openDataSource } from '@code-router/postgres';
import { createTestDatabase } from '@code-router/testing';
import { migrations } from '../migrations/index.js';
import { FUNCTIONS } from './index.js';

/** What the number of the migration that installs the functions stands for. */
const INSTALLED = { name: 'InstallFunctions1700000000501', digest: 'a29af84013554afb' };

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
});
