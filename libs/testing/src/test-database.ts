import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { testServers } from './servers/test-servers.js';

export interface TestDatabase {
  readonly url: string;
  /** Removes it, and ends what is still connected to it. */
  drop(): Promise<void>;
}

/** A new empty database on the test run's PostgreSQL: no test sees what another one wrote. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = testServers().databaseUrl;
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await run(server, `CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => run(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

async function run(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
