import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { UsageData } from '@code-router/contracts';
import { createTestDatabase, waitFor, type TestDatabase } from '@code-router/testing';
import { TcpProxy } from '../../../chaos/system/tcp-proxy.js';
import { LOCK_RECORDING_ALONE } from './persistence/record-usage.sql.js';
import { LOCK_ROLLUPS } from './persistence/rollup.sql.js';
import { keptAndComputedLevels, startUsageLog, type RunningUsageLog } from './testing/running-usage-log.js';
import { usageData } from './testing/usage-samples.js';

/** Any number that no lock of the product has. */
const HOLD_COMMITS = 77;

describe('records and a connection that breaks', () => {
  let database: TestDatabase;
  let proxy: TcpProxy;
  /** It reaches the database through the proxy. */
  let recorder: RunningUsageLog;
  let usageLog: RunningUsageLog;

  beforeAll(async () => {
    database = await createTestDatabase();
    usageLog = await startUsageLog({ databaseUrl: database.url }, 'consumer');
    const url = new URL(database.url);
    const port = Number(url.port);
    proxy = await TcpProxy.start(() => port);
    url.port = String(proxy.port);
    recorder = await startUsageLog({ databaseUrl: url.href }, 'worker');
  });

  afterAll(async () => {
    await recorder?.stop();
    await proxy?.stop();
    await usageLog?.stop();
    await database?.drop();
  });

  /** The process of PostgreSQL that runs a statement and waits for a lock. */
  const waitingFor = (statement: string) =>
    waitFor(
      async () => {
        const [row] = await usageLog.dataSource.query<{ pid: number }[]>(
          `SELECT pid FROM pg_stat_activity
            WHERE datname = current_database() AND wait_event_type = 'Lock' AND ltrim(query) LIKE $1`,
          [`${statement}%`],
        );
        return row?.pid;
      },
      { what: `${statement} to wait` },
    );

  const failureOf = (recording: Promise<void>): Promise<string | undefined> =>
    recording.then(
      () => undefined,
      (error: Error) => error.message,
    );

  const expectRecordedOnce = async ({ reservationId, accountId }: UsageData): Promise<void> => {
    const { items } = await usageLog.records.list({ filters: { accountId }, limit: 10 });
    expect(items.map(({ id }) => id)).toEqual([reservationId]);
    for (const granularity of ['hour', 'day'] as const) {
      const { kept, computed } = await keptAndComputedLevels(usageLog.dataSource, granularity);
      expect(kept).toEqual(computed);
    }
  };

  it('are written by the next attempt, once, when it broke while they were copied', async () => {
    const usage = usageData({ accountId: 'copied' });
    // So that the month has its partition.
    await recorder.records.record([usageData({ accountId: 'before' })]);
    const other = usageLog.dataSource.createQueryRunner();
    await other.startTransaction();
    await other.query('LOCK TABLE usage_records IN ACCESS EXCLUSIVE MODE');
    const failure = failureOf(recorder.records.record([usage]));
    await usageLog.dataSource.query('SELECT pg_terminate_backend($1)', [await waitingFor('COPY')]);
    expect(await failure).toMatch(/terminat/);
    await other.rollbackTransaction();
    await other.release();
    await recorder.records.record([usage]);
    await expectRecordedOnce(usage);
  });

  it('are there once when they were committed and the answer was lost', async () => {
    const usage = usageData({ accountId: 'committed' });
    for (const statement of [
      `CREATE FUNCTION hold_commit() RETURNS trigger LANGUAGE plpgsql AS
         $$ BEGIN PERFORM pg_advisory_xact_lock(${HOLD_COMMITS}); RETURN NULL; END $$`,
      `CREATE CONSTRAINT TRIGGER hold_commits AFTER INSERT ON usage_records DEFERRABLE INITIALLY DEFERRED
         FOR EACH ROW EXECUTE FUNCTION hold_commit()`,
    ]) {
      await usageLog.dataSource.query(statement);
    }
    const other = usageLog.dataSource.createQueryRunner();
    await other.query('SELECT pg_advisory_lock($1)', [HOLD_COMMITS]);
    const failure = failureOf(recorder.records.record([usage]));
    await waitingFor('COMMIT');
    proxy.reset();
    expect(await failure).toMatch(/ECONNRESET|terminat/);
    proxy.heal();
    await other.query('SELECT pg_advisory_unlock($1)', [HOLD_COMMITS]);
    await other.release();
    await waitFor(
      async () => {
        const { items } = await usageLog.records.list({ filters: { accountId: usage.accountId }, limit: 1 });
        return items.length > 0;
      },
      { what: 'the commit that nobody heard of' },
    );
    await recorder.records.record([usage]);
    await expectRecordedOnce(usage);
  });

  it('are written although whoever holds the locks of recording stands still', async () => {
    const usage = usageData({ accountId: 'unlocked' });
    const still = usageLog.dataSource.createQueryRunner();
    await still.startTransaction();
    const [setting] = (await still.query('SHOW idle_in_transaction_session_timeout')) as readonly object[];
    expect(setting).toEqual({ idle_in_transaction_session_timeout: '30s' });
    await still.query(`SET LOCAL idle_in_transaction_session_timeout = '300ms'`);
    await still.query(LOCK_RECORDING_ALONE);
    await still.query(LOCK_ROLLUPS);
    await recorder.records.record([usage]);
    await expect(still.query('COMMIT')).rejects.toThrow(/terminat|queryable|released|closed/i);
    await still.release();
    await expectRecordedOnce(usage);
  });
});
