import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  SettlementMessages,
  type ListPostedUsage,
  type PostedUsage,
  type ReserveRequest,
} from '@code-router/contracts';
import { waitFor } from '@code-router/testing';
import { eventFor, holdFor, startQuota, type RunningQuota } from './testing/running-quota.js';

let quota: RunningQuota;

beforeAll(async () => {
  quota = await startQuota();
});

afterAll(() => quota?.stop());

async function openOwner(balanceNanos = 1_000_000n) {
  const accountId = await quota.openAccount(balanceNanos);
  return { accountId, keyId: (await quota.createKey(accountId)).id };
}

const statusOf = (...reservationIds: readonly string[]) =>
  quota.client.request(SettlementMessages.status, { reservationIds });
const eventsOf = async (...reservationIds: readonly string[]) =>
  (await quota.client.request(SettlementMessages.getPosted, { reservationIds })).events;
const list = (request: ListPostedUsage) => quota.client.request(SettlementMessages.listPosted, request);

async function listAll(from: Date, limit: number): Promise<readonly PostedUsage[]> {
  const period = { from: from.toISOString(), to: new Date(Date.now() + 60_000).toISOString(), limit };
  const items: PostedUsage[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await list({ ...period, ...(cursor ? { cursor } : {}) });
    items.push(...page.items);
    cursor = page.nextCursor;
    if (!cursor) return items;
  }
}

describe('the event of a settlement', () => {
  it('is kept as it was when it is posted, once, however often it comes', async () => {
    const owner = await openOwner();
    const hold = holdFor(owner, 600);
    await quota.reserve(hold);
    expect(await statusOf(hold.reservationId)).toMatchObject({ posted: [] });
    const event = eventFor({ ...hold, amountNanos: '250', keyName: 'a key \u0000 😀 "quoted"' });
    await quota.settleEvents([event]);
    await Promise.all([quota.settleEvents([event, event]), quota.settleEvents([event])]);
    expect(await statusOf(hold.reservationId)).toMatchObject({ posted: [hold.reservationId] });
    expect(await eventsOf(hold.reservationId)).toEqual([event]);
    await quota.dataSource.query(
      `UPDATE quota.posted_usage SET posted_at = posted_at - interval '5 days' WHERE reservation_id = $1`,
      [hold.reservationId],
    );
    await quota.settleEvents([event]);
    expect(await eventsOf(hold.reservationId)).toEqual([event]);
  });

  it('is kept also for what was released, and for what nobody held', async () => {
    const owner = await openOwner();
    const released = holdFor(owner, 600);
    await quota.reserve(released);
    const [unknown, free] = [holdFor(owner, 0), holdFor(owner, 0)];
    const events = [
      eventFor({ ...released, outcome: 'released' }),
      eventFor({ ...unknown, amountNanos: '7' }),
      eventFor({ ...free, outcome: 'released' }),
    ];
    await quota.settleEvents(events);
    const ids = [released, unknown, free].map(({ reservationId }) => reservationId);
    expect([...(await statusOf(...ids, randomUUID())).posted].toSorted()).toEqual(ids.toSorted());
    expect(await eventsOf(...ids)).toHaveLength(3);
  });

  it('is not kept when it cannot be posted, and its gateway hears why', async () => {
    const owner = await openOwner();
    const hold = holdFor(owner, 0);
    const refused = eventFor({ ...hold, accountId: randomUUID() });
    expect(await quota.settleEvents([refused])).toEqual([{ event: refused, reason: 'unknown_account' }]);
    expect(await eventsOf(hold.reservationId)).toEqual([]);
    expect(await statusOf(hold.reservationId)).toMatchObject({ posted: [] });
    await waitFor(() => quota.notices.refused.some(({ reservationId }) => reservationId === hold.reservationId), {
      what: 'the notice',
    });
  });

  it('counts before what quota itself published of the orphan, in whichever order one batch has them', async () => {
    for (const orphanFirst of [true, false]) {
      const owner = await openOwner(1_000n);
      const hold = holdFor(owner, 600);
      await quota.reserve(hold);
      await quota.expire(hold.reservationId);
      const orphan = eventFor({ ...hold, outcome: 'orphaned', amountNanos: '0' });
      const settled = eventFor({ ...hold, amountNanos: '250' });
      await quota.settleEvents(orphanFirst ? [orphan, settled] : [settled, orphan]);
      expect(await quota.account(owner.accountId)).toMatchObject({ balanceNanos: '750' });
      expect(await statusOf(hold.reservationId)).toMatchObject({ posted: [hold.reservationId] });
    }
  });
});

describe('orphans that are published while their settlements come', () => {
  // Neither holds the account at the same time as the other: without one order they could wait for each other for ever.
  it.each(['published', 'settled'] as const)('are locked in the order of their ids when they are %s', async (how) => {
    const owner = await openOwner();
    const [low, high] = ['0', 'f'].map((first) => ({
      ...holdFor(owner, 600),
      reservationId: first + randomUUID().slice(1),
    })) as [ReserveRequest, ReserveRequest];
    // In the table, and in the batch, the other way round.
    for (const hold of [high, low]) {
      await quota.reserve(hold);
      await quota.expire(hold.reservationId);
    }
    await quota.dataSource.query('UPDATE quota.reservations SET event_due = true WHERE id = ANY ($1)', [
      [high.reservationId, low.reservationId],
    ]);
    const first = quota.dataSource.createQueryRunner();
    await first.startTransaction();
    await first.query('SELECT FROM quota.reservations WHERE id = $1 FOR UPDATE', [low.reservationId]);
    const holders = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    const orphans = [high, low].map(({ reservationId }) => ({ reservationId, amountNanos: 0n, event: '{}' }));
    const change = how === 'published' ? quota.reservations.markPublished(orphans) : quota.settle(high, low);
    await waitFor(async () => (await quota.dataSource.query<unknown[]>(holders)).length > 0, {
      what: 'the second in line',
    });
    const other = first.query('SELECT FROM quota.reservations WHERE id = $1 FOR UPDATE NOWAIT', [high.reservationId]);
    await expect(other).resolves.toBeDefined();
    await first.commitTransaction();
    await first.release();
    await change;
  });
});

describe('the list of what was posted', () => {
  it('has everything of a period once, oldest first, however it is paged', async () => {
    const from = new Date();
    const owner = await openOwner();
    const events = Array.from({ length: 23 }, (_, index) =>
      eventFor({ ...holdFor(owner, 0), amountNanos: `${index}` }),
    );
    for (let start = 0; start < events.length; start += 5) await quota.settleEvents(events.slice(start, start + 5));
    const whole = (await listAll(from, 1_000)).filter(({ reservationId }) =>
      events.some(({ data }) => data.reservationId === reservationId),
    );
    expect(whole.map(({ reservationId }) => reservationId).toSorted()).toEqual(
      events.map(({ data }) => data.reservationId).toSorted(),
    );
    expect(whole.map(({ postedAt }) => postedAt)).toEqual(whole.map(({ postedAt }) => postedAt).toSorted());
    expect(whole[0]).toEqual({
      reservationId: expect.any(String),
      outcome: 'settled',
      amountNanos: expect.stringMatching(/^[0-4]$/),
      postedAt: expect.any(String),
    });
    for (const limit of [1, 7]) expect(await listAll(from, limit)).toEqual(await listAll(from, 1_000));
  });

  it.each([
    [{ from: 'yesterday', to: '2030-01-01T00:00:00Z' }, 'from'],
    [{ from: '2030-01-02T00:00:00Z', to: '2030-01-01T00:00:00Z' }, 'to'],
    [{ from: '2030-01-01T00:00:00Z', to: '2030-01-02T00:00:00Z', limit: 1_001 }, 'limit'],
    [{ from: '2030-01-01T00:00:00Z', to: '2030-01-02T00:00:00Z', cursor: 'x' }, 'cursor'],
  ])('refuses %j, naming the field', async (request, param) => {
    await expect(list(request)).rejects.toMatchObject({ code: 'invalid_request_error', details: { param } });
  });
});

describe('days that are past', () => {
  it('are dropped, and there is room for those to come; what has none is kept all the same', async () => {
    const partitions = async () =>
      (
        await quota.dataSource.query<{ name: string }[]>(
          `SELECT 'quota.' || relname AS name FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid WHERE inhparent = 'quota.posted_usage'::regclass`,
        )
      ).map(({ name }) => name);
    const day = (offset: number) =>
      `quota.posted_usage_${new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '')}`;
    expect(await partitions()).toEqual(expect.arrayContaining([day(0), day(1), day(2), day(3)]));

    const old = randomUUID();
    await quota.dataSource.query(
      `INSERT INTO quota.posted_usage VALUES ($1, false, 'settled', 0, now() - interval '9 days', '{}')`,
      [old],
    );
    await quota.dataSource.query(
      `CREATE TABLE ${day(-20)} PARTITION OF quota.posted_usage
         FOR VALUES FROM (current_date - 20) TO (current_date - 19)`,
    );
    expect(await eventsOf(old)).toHaveLength(1);
    await quota.postedUsages.keepDays(7);
    expect(await partitions()).not.toContain(day(-20));
    expect(await eventsOf(old)).toEqual([]);
    await quota.postedUsages.keepDays(7);
  });
});
