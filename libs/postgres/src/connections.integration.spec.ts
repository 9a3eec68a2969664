import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { createTestDatabase, type TestDatabase } from '@code-router/testing';
import { TcpProxy } from '../../../chaos/system/tcp-proxy.js';
import { dataSourceOptions, openDataSource, type ServiceDatabase } from './postgres.module.js';

let database: TestDatabase;
let proxy: TcpProxy;
let dataSource: DataSource | undefined;

beforeAll(async () => {
  database = await createTestDatabase();
  const port = Number(new URL(database.url).port);
  proxy = await TcpProxy.start(() => port);
});

afterEach(async () => {
  await dataSource?.destroy();
  dataSource = undefined;
});

afterAll(async () => {
  await proxy?.stop();
  await database?.drop();
});

async function open(changes: Partial<ServiceDatabase> = {}): Promise<DataSource> {
  const url = new URL(database.url);
  url.port = String(proxy.port);
  const options = dataSourceOptions(url.href, { service: 'nobody', migrations: [], silentMs: 200, ...changes });
  return (dataSource = await openDataSource(options, 'nobody'));
}

const settingOf = async (name: string): Promise<unknown> =>
  (await dataSource!.query<Record<string, unknown>[]>(`SHOW ${name}`))[0]?.[name];

describe('a connection to the database', () => {
  it('is ended by the server when its host is gone, or stands still within a transaction', async () => {
    await open();
    expect(await settingOf('idle_in_transaction_session_timeout')).toBe('30s');
    expect(await settingOf('tcp_keepalives_idle')).toBe('30');
  });

  it('leaves no lock behind when whoever holds it stands still', async () => {
    await open();
    const still = dataSource!.createQueryRunner();
    await still.startTransaction();
    await still.query(`SET LOCAL idle_in_transaction_session_timeout = '200ms'`);
    await still.query('SELECT pg_advisory_xact_lock(1)');
    // Waits for the lock, and gets it.
    await dataSource!.transaction((manager) => manager.query('SELECT pg_advisory_xact_lock(1)'));
    await expect(still.query('SELECT 1')).rejects.toThrow(/terminat|queryable|released|closed/i);
    await still.release();
  });

  it('fails what was asked on it, and all after it is well, when the server is gone without a word', async () => {
    const held = await open({ connectionsMax: 2 });
    const [one, other] = [held.createQueryRunner(), held.createQueryRunner()];
    await Promise.all([one.query('SELECT 1'), other.query('SELECT 1')]);
    proxy.strand();
    const asked = [one.query('SELECT 1'), other.query('SELECT 1')];
    for (const answer of await Promise.allSettled(asked)) {
      expect(answer).toMatchObject({ reason: { driverError: { name: 'ConnectionForgotten' } } });
    }
    await Promise.all([one.release(), other.release()]);
    expect(await held.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('has all the time that a statement takes, and that nothing is asked', async () => {
    await open();
    const idle = dataSource!.createQueryRunner();
    await idle.query('SELECT pg_advisory_lock(2)');
    expect(await dataSource!.query(`SELECT 'done' AS it FROM pg_sleep(1)`)).toEqual([{ it: 'done' }]);
    expect(await idle.query('SELECT pg_advisory_unlock(2) AS held')).toEqual([{ held: true }]);
    await idle.release();
  });

  it('is not waited for when nothing answers', async () => {
    proxy.stall();
    try {
      const host = `127.0.0.1:${proxy.port}`;
      await expect(open({ connectMsMax: 300 })).rejects.toThrow(
        `DATABASE_URL: no PostgreSQL answers at ${host} in time`,
      );
    } finally {
      proxy.heal();
    }
  });
});
