import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dataSourceOptions, EmbeddedPostgres, openDataSource } from '@code-router/postgres';
import { createTestDatabase, temporaryDirectory } from '@code-router/testing';
import { migrations } from '../apps/quota/src/persistence/migrations/index.js';

/** The command as `npm run audit` runs it, once everything is built. */
function audit(
  environment: Readonly<Record<string, string>>,
): Promise<{ readonly code: number; readonly output: string }> {
  const { PATH = '', HOME = '' } = process.env;
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [join(import.meta.dirname, '../dist/apps/quota/src/audit.js')],
      { env: { PATH, HOME, ...environment } },
      (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, output: stdout + stderr }),
    );
  });
}

const openQuota = (url: string) => openDataSource(dataSourceOptions(url, { service: 'quota', migrations }), 'quota');

describe('npm run audit', () => {
  let directory: string;

  beforeAll(async () => {
    directory = await temporaryDirectory('audit');
  });

  afterAll(async () => {
    await rm(directory, { recursive: true, force: true });
  });

  it('prints every count and ends with 0 while all are zero, and with 1 when one is not', async () => {
    const database = await createTestDatabase();
    const dataSource = await openQuota(database.url);
    try {
      const clean = await audit({ DATABASE_URL: database.url });
      expect(clean.output).toMatch(/^ +0 {2}accountsWhoseBalanceIsNotTheirLedger$/m);
      expect(clean).toMatchObject({ code: 0, output: expect.stringContaining('The books are in order.') });
      await dataSource.query(
        `INSERT INTO quota.accounts (name, group_name, balance_nanos) VALUES ('wrong', 'default', 1)`,
      );
      const broken = await audit({ DATABASE_URL: database.url });
      expect(broken.output).toMatch(/^ +1 {2}accountsWhoseBalanceIsNotTheirLedger$/m);
      expect(broken).toMatchObject({ code: 1, output: expect.stringContaining('1 checks failed.') });
    } finally {
      await dataSource.destroy();
      await database.drop();
    }
  });

  it('says what is missing when there is nothing to audit', async () => {
    const nothing = await audit({ CODE_ROUTER_DATA_DIR: directory });
    expect(nothing.code).toBe(2);
    expect(nothing.output).toMatch(/^The books could not be audited: there is no data in .+\. Set DATABASE_URL/);
  });

  it('reads the embedded PostgreSQL while it runs, and starts it for itself when it does not', async () => {
    const postgres = await EmbeddedPostgres.start({ directory: join(directory, 'postgresql'), durable: false });
    try {
      await (await openQuota(postgres.url)).destroy();
      expect((await audit({ CODE_ROUTER_DATA_DIR: directory })).code).toBe(0);
    } finally {
      await postgres.stop();
    }
    expect((await audit({ CODE_ROUTER_DATA_DIR: directory })).code).toBe(0);
    const url = await EmbeddedPostgres.urlOf(join(directory, 'postgresql'));
    await expect(openQuota(url)).rejects.toThrow('(ECONNREFUSED)');
  }, 60_000);
});
