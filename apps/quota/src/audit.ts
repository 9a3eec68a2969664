import { DataSource } from 'typeorm';
import { readSettings } from '@code-router/config';
import { dataSourceOptions, operatorDatabaseSettings, withOperatorDatabase } from '@code-router/postgres';
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
  process.exitCode = await withOperatorDatabase(readSettings(operatorDatabaseSettings), audit);
} catch (error) {
  process.stderr.write(`The books could not be audited: ${startFailure(error)}\n`);
  process.exitCode = 2;
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
