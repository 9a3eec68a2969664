import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { str } from 'envalid';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { readSettings, sharedSettings, SettingsError } from '@code-router/config';
import { dataSourceOptions, EmbeddedPostgres } from '@code-router/postgres';
import { startFailure } from '@code-router/service';
import { PostgresLedger } from './persistence/postgres-ledger.js';

/**
 * `npm run audit`, for operators: counts what must never be in the books, and changes nothing. Exit code 0 when every
 * count is zero, 1 when one is not, 2 when the books could not be read.
 *
 * It reads `DATABASE_URL`. Without it, the embedded PostgreSQL of `CODE_ROUTER_DATA_DIR`: as it is when it runs, and else
 * started for as long as the audit takes.
 */
try {
  const settings = readSettings({
    DATABASE_URL: sharedSettings.DATABASE_URL,
    CODE_ROUTER_DATA_DIR: str({ default: './data', desc: 'where the embedded PostgreSQL keeps its data' }),
  });
  process.exitCode = settings.DATABASE_URL
    ? await audit(settings.DATABASE_URL)
    : await auditEmbedded(resolve(settings.CODE_ROUTER_DATA_DIR));
} catch (error) {
  process.stderr.write(`The books could not be audited: ${startFailure(error)}\n`);
  process.exitCode = 2;
}

async function auditEmbedded(dataDirectory: string): Promise<number> {
  const directory = join(dataDirectory, 'postgresql');
  if (!(await stat(directory).catch(() => null))) {
    throw new SettingsError(`there is no data in ${dataDirectory}. Set DATABASE_URL, or CODE_ROUTER_DATA_DIR`);
  }
  const running = await EmbeddedPostgres.urlOf(directory).catch(() => undefined);
  if (running && (await answers(running))) return audit(running);
  const postgres = await EmbeddedPostgres.start({ directory });
  try {
    return await audit(postgres.url);
  } finally {
    await postgres.stop();
  }
}

async function audit(url: string): Promise<number> {
  // Without migrations: an audit is no upgrade.
  const dataSource = await new DataSource(dataSourceOptions(url, { service: 'quota', migrations: [] })).initialize();
  try {
    const counts = Object.entries(await new PostgresLedger(dataSource).audit());
    for (const [check, count] of counts) process.stdout.write(`${String(count).padStart(8)}  ${check}\n`);
    const failed = counts.filter(([, count]) => count !== 0).length;
    process.stdout.write(failed === 0 ? 'The books are in order.\n' : `${failed} checks failed.\n`);
    return failed === 0 ? 0 : 1;
  } finally {
    await dataSource.destroy();
  }
}

async function answers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}
