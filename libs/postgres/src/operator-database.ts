import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { str } from 'envalid';
import { Client } from 'pg';
import { sharedSettings, SettingsError } from '@code-router/config';
import { EmbeddedPostgres } from './embedded/embedded-postgres.js';

const ANSWER_MS_MAX = 5_000;

/** What says which database an operator's command is about. */
export const operatorDatabaseSettings = {
  DATABASE_URL: sharedSettings.DATABASE_URL,
  CODE_ROUTER_DATA_DIR: str({ default: './data', desc: 'where the embedded PostgreSQL keeps its data' }),
} as const;

/**
 * Hands an operator's command the address of its database: `DATABASE_URL`, or else the embedded PostgreSQL of
 * `CODE_ROUTER_DATA_DIR`, as it is when it runs, and started for as long as the work takes when it does not.
 *
 * @throws SettingsError when there is neither.
 */
export async function withOperatorDatabase<Result>(
  settings: { readonly DATABASE_URL?: string | undefined; readonly CODE_ROUTER_DATA_DIR: string },
  work: (url: string) => Promise<Result>,
): Promise<Result> {
  if (settings.DATABASE_URL) return work(settings.DATABASE_URL);
  const dataDirectory = resolve(settings.CODE_ROUTER_DATA_DIR);
  const directory = join(dataDirectory, 'postgresql');
  if (!(await stat(directory).catch(() => null))) {
    throw new SettingsError(`there is no data in ${dataDirectory}. Set DATABASE_URL, or CODE_ROUTER_DATA_DIR`);
  }
  const running = await EmbeddedPostgres.urlOf(directory).catch(() => undefined);
  if (running !== undefined && (await answers(running))) return work(running);
  const postgres = await EmbeddedPostgres.start({ directory });
  try {
    return await work(postgres.url);
  } finally {
    await postgres.stop();
  }
}

/** A process that was killed leaves the address of its server behind. */
async function answers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: ANSWER_MS_MAX });
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}
