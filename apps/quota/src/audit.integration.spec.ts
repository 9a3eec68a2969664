import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { QuotaMessages, type AuditRequest } from '@code-router/contracts';
import { waitFor } from '@code-router/testing';
import { CLEAN_AUDIT, holdFor, startQuota, type RunningQuota } from './testing/running-quota.js';

let quota: RunningQuota;

beforeAll(async () => {
  quota = await startQuota();
});

afterAll(async () => {
  await quota?.stop();
});

const read = async () => (await fetch(`${quota.url}/metrics`)).text();

const violations = (metrics: string) =>
  Object.fromEntries(
    [...metrics.matchAll(/^code_router_audit_violations\{check="(\w+)"\} (\d+)$/gm)].map(([, check, count]) => [
      check,
      Number(count),
    ]),
  );

describe('the metrics', () => {
  it('tell of the process and of every check of the books, once they were audited', async () => {
    const response = await fetch(`${quota.url}/metrics`);
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=/);
    expect(await response.text()).toContain('process_cpu_seconds_total');
    await waitFor(async () => Object.keys(violations(await read())).length > 0, { what: 'the first audit' });
    expect(violations(await read())).toEqual(CLEAN_AUDIT);
  });

  it('show a defect with the next audit, which a scrape does not wait for', async () => {
    await quota.openAccount(5n);
    const other = await startQuota({ url: quota.databaseUrl });
    try {
      await quota.dataSource.query('UPDATE quota.accounts SET balance_nanos = balance_nanos + 1');
      const metrics = async () => violations(await (await fetch(`${other.url}/metrics`)).text());
      expect(await metrics()).toEqual({});
      await waitFor(async () => Object.keys(await metrics()).length > 0, { what: 'the audit of the other replica' });
      expect(await metrics()).toEqual({ ...CLEAN_AUDIT, accountsWhoseBalanceIsNotTheirLedger: 1 });
    } finally {
      await quota.dataSource.query('UPDATE quota.accounts SET balance_nanos = balance_nanos - 1');
      await other.stop();
    }
  });
});

describe('the audit', () => {
  it('is one that was made before where that is young enough, and made anew where not', async () => {
    const accountId = await quota.openAccount(5n);
    const change = (by: number) =>
      quota.dataSource.query('UPDATE quota.accounts SET balance_nanos = balance_nanos + $2 WHERE id = $1', [
        accountId,
        by,
      ]);
    const ask = (request: AuditRequest) => quota.client.request(QuotaMessages.audit, request);
    expect(await ask({})).toEqual(CLEAN_AUDIT);
    await change(1);
    expect(await ask({ maxAgeSeconds: 3_600 })).toEqual(CLEAN_AUDIT);
    const broken = { ...CLEAN_AUDIT, accountsWhoseBalanceIsNotTheirLedger: 1 };
    expect(await ask({ maxAgeSeconds: 0 })).toEqual(broken);
    expect(await ask({ maxAgeSeconds: 3_600 })).toEqual(broken);
    await change(-1);
    expect(await ask({})).toEqual(CLEAN_AUDIT);
    await expect(ask({ maxAgeSeconds: -1 })).rejects.toMatchObject({ code: 'invalid_request_error' });
  });

  it('finds a budget and a charge that are not what they were made of', async () => {
    const accountId = await quota.openAccount(100n);
    const { id: keyId } = await quota.createKey(accountId, { budget: { nanos: '50', period: 'daily' } });
    const hold = holdFor({ accountId, keyId }, 10);
    await quota.reserve(hold);
    await quota.settle({ ...hold, amountNanos: '10' });
    const change = (statement: string, id: string) => quota.dataSource.query(statement, [id]);
    await change('UPDATE quota.keys SET budget_spent_nanos = 11 WHERE id = $1', keyId);
    expect(await quota.audit()).toEqual({ ...CLEAN_AUDIT, keysWhoseBudgetIsNotTheirReservations: 1 });
    await change('UPDATE quota.keys SET budget_spent_nanos = 10 WHERE id = $1', keyId);
    await change(
      'UPDATE quota.reservations SET budget_since = NULL, charged_nanos = 9 WHERE id = $1',
      hold.reservationId,
    );
    expect(await quota.audit()).toEqual({
      ...CLEAN_AUDIT,
      reservationsWhoseChargeIsNotTheirLedger: 1,
      keysWhoseBudgetIsNotTheirReservations: 1,
    });
    await change(
      `UPDATE quota.reservations AS reservation SET charged_nanos = 10, budget_since = key.budget_since
       FROM quota.keys AS key WHERE reservation.id = $1 AND key.id = reservation.key_id`,
      hold.reservationId,
    );
    await change('UPDATE quota.accounts SET pending_count = 1 WHERE id = $1', accountId);
    expect(await quota.audit()).toEqual({ ...CLEAN_AUDIT, accountsWhoseHoldsAreNotTheirReservations: 1 });
    await change('UPDATE quota.accounts SET pending_count = 0 WHERE id = $1', accountId);
    expect(await quota.audit()).toEqual(CLEAN_AUDIT);
  });
});
