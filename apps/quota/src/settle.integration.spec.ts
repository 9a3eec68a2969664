import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SettlementMessages, type ReserveRequest, type UsageOutcome } from '@code-router/contracts';
import { waitFor } from '@code-router/testing';
import { CLEAN_AUDIT, eventFor, holdFor, startQuota, type RunningQuota } from './testing/running-quota.js';

let quota: RunningQuota;

beforeAll(async () => {
  quota = await startQuota();
});

afterAll(async () => {
  await quota?.stop();
});

async function openOwner(balanceNanos: bigint, account = {}) {
  const accountId = await quota.openAccount(balanceNanos, account);
  return { accountId, keyId: (await quota.createKey(accountId)).id };
}

async function reserved(owner: Awaited<ReturnType<typeof openOwner>>, amountNanos: number): Promise<ReserveRequest> {
  const hold = holdFor(owner, amountNanos);
  expect(await quota.reserve(hold)).toMatchObject([{ held: true }]);
  return hold;
}

/** What an account's ledger says after its first grant. */
const entriesOf = async (accountId: string) =>
  (await quota.ledger(accountId))
    .filter(({ kind }) => kind !== 'grant')
    .map(({ kind, reference, amountNanos, balanceAfterNanos }) => [kind, reference, amountNanos, balanceAfterNanos]);

describe('a reservation that is asked for after it was settled', () => {
  it.each([
    ['released', '1000'],
    ['settled', '940'],
  ] as const)('because its message was on its way for long, holds nothing: %s', async (outcome, balanceNanos) => {
    const owner = await openOwner(1_000n);
    const hold = holdFor(owner, 100);
    await quota.settle({ ...hold, outcome, amountNanos: '60' });
    await expect(quota.reserve(hold)).rejects.toMatchObject({ code: 'conflict' });
    expect(await quota.account(owner.accountId)).toMatchObject({ balanceNanos, heldNanos: '0' });
    await quota.settle({ ...hold, outcome, amountNanos: '60' });
    expect(await quota.account(owner.accountId)).toMatchObject({ balanceNanos, heldNanos: '0' });
    expect(await quota.audit()).toEqual(CLEAN_AUDIT);
  });
});

describe('a settlement', () => {
  it.each<UsageOutcome>(['settled', 'orphaned'])(
    '%s becomes a charge, and the rest of the hold is free',
    async (outcome) => {
      const owner = await openOwner(1_000n);
      const hold = await reserved(owner, 600);
      await quota.settle({ ...hold, outcome, amountNanos: '250' });
      expect(await quota.statusOf(hold.reservationId)).toBe(outcome === 'orphaned' ? 'expired' : 'posted');
      expect(await quota.account(owner.accountId)).toMatchObject({
        balanceNanos: '750',
        heldNanos: '0',
        availableNanos: '750',
      });
      expect(await quota.key(owner.accountId, owner.keyId)).toMatchObject({ spentNanos: '250', heldNanos: '0' });
      const charge = (await quota.ledger(owner.accountId)).at(-1);
      expect(charge).toMatchObject({
        kind: 'charge',
        reference: hold.reservationId,
        keyId: owner.keyId,
        amountNanos: '-250',
        balanceAfterNanos: '750',
        note: hold.requestId,
      });
    },
  );

  it('of a released request gives back the hold and charges nothing', async () => {
    const owner = await openOwner(1_000n);
    const hold = await reserved(owner, 600);
    await quota.settle({ ...hold, outcome: 'released', amountNanos: '0' });
    expect(await quota.statusOf(hold.reservationId)).toBe('voided');
    expect(await quota.account(owner.accountId)).toMatchObject({ balanceNanos: '1000', heldNanos: '0' });
    expect(await entriesOf(owner.accountId)).toEqual([]);
  });

  it('of nothing posts the reservation and writes no entry', async () => {
    const owner = await openOwner(1_000n);
    const hold = await reserved(owner, 600);
    await quota.settle({ ...hold, amountNanos: '0' });
    expect(await quota.statusOf(hold.reservationId)).toBe('posted');
    expect(await quota.account(owner.accountId)).toMatchObject({ balanceNanos: '1000', heldNanos: '0' });
    expect(await entriesOf(owner.accountId)).toEqual([]);
  });

  it('changes nothing when it comes again, in the same batch, later, or with another outcome', async () => {
    const owner = await openOwner(1_000n);
    const hold = await reserved(owner, 600);
    const settled = { ...hold, amountNanos: '250' };
    await quota.settle(settled, settled, { ...settled, outcome: 'released' });
    await quota.settle(settled);
    await quota.settle({ ...settled, outcome: 'released' }, { ...settled, outcome: 'orphaned', amountNanos: '999' });
    await Promise.all(Array.from({ length: 5 }, () => quota.settle(settled)));
    expect(await quota.account(owner.accountId)).toMatchObject({ balanceNanos: '750', heldNanos: '0' });
    expect(await entriesOf(owner.accountId)).toEqual([['charge', hold.reservationId, '-250', '750']]);
  });

  it('of a released request does not become a charge when a charge for it comes later', async () => {
    const owner = await openOwner(1_000n);
    const hold = await reserved(owner, 600);
    await quota.settle({ ...hold, outcome: 'released' });
    await quota.settle({ ...hold, amountNanos: '250' });
    expect(await entriesOf(owner.accountId)).toEqual([]);
  });

  it('above its hold is charged in full, and a write-off stops the balance at its floor', async () => {
    const owner = await openOwner(1_000n, { overdraftNanos: '100' });
    const first = await reserved(owner, 900);
    const second = await reserved(owner, 200);
    await quota.settle({ ...first, amountNanos: '1050' }, { ...second, amountNanos: '80' });
    expect(await entriesOf(owner.accountId)).toEqual([
      ['charge', first.reservationId, '-1050', '-50'],
      ['charge', second.reservationId, '-80', '-130'],
      ['write_off', second.reservationId, '30', '-100'],
    ]);
    expect(await quota.account(owner.accountId)).toMatchObject({ balanceNanos: '-100', availableNanos: '0' });
    expect(await quota.key(owner.accountId, owner.keyId)).toMatchObject({ spentNanos: '1130' });
    await quota.settle({ ...second, amountNanos: '80' });
    expect(await entriesOf(owner.accountId)).toHaveLength(3);
  });

  it('that comes after the lease was over is still charged, once', async () => {
    const owner = await openOwner(1_000n);
    const hold = await reserved(owner, 600);
    await quota.expire(hold.reservationId);
    expect(await quota.account(owner.accountId)).toMatchObject({ heldNanos: '0' });
    await quota.settle({ ...hold, amountNanos: '250' });
    await quota.settle({ ...hold, amountNanos: '250' });
    expect(await quota.statusOf(hold.reservationId)).toBe('expired');
    expect(await quota.account(owner.accountId)).toMatchObject({ balanceNanos: '750', heldNanos: '0' });
    expect(await entriesOf(owner.accountId)).toEqual([['charge', hold.reservationId, '-250', '750']]);
  });

  it('of a reservation that nobody knows is charged from its own data, once', async () => {
    const owner = await openOwner(1_000n);
    const unknown = holdFor(owner, 0);
    await quota.settle({ ...unknown, amountNanos: '250' });
    await quota.settle({ ...unknown, amountNanos: '250' });
    // The second time is confirmed like the first: the gateway must not keep it for ever.
    await waitFor(() => quota.notices.posted.filter((id) => id === unknown.reservationId).length === 2);
    expect(await entriesOf(owner.accountId)).toEqual([['charge', unknown.reservationId, '-250', '750']]);
    const nothing = holdFor(owner, 0);
    await quota.settle({ ...nothing, outcome: 'released', amountNanos: '10' });
    expect(await entriesOf(owner.accountId)).toHaveLength(1);
  });

  describe.each([
    ['a reservation that nobody knows', false],
    ['one that is pending still', true],
  ])('of %s in a ledger older than the stream', (_, isPending) => {
    it.each([
      ['after its orphan', [['orphaned'], ['settled']]],
      ['before its orphan', [['settled'], ['orphaned']]],
      ['after its orphan in one batch', [['orphaned', 'settled']]],
      ['before its orphan in one batch', [['settled', 'orphaned']]],
    ] as const)('is what the request costs, %s', async (_order, batches) => {
      const owner = await openOwner(1_000n, {});
      const hold = isPending ? await reserved(owner, 600) : holdFor(owner, 0);
      const amounts = { orphaned: '11', settled: '100' };
      for (const outcomes of batches) {
        await quota.settle(...outcomes.map((outcome) => ({ ...hold, outcome, amountNanos: amounts[outcome] })));
      }
      expect(await quota.account(owner.accountId)).toMatchObject({ balanceNanos: '900', heldNanos: '0' });
      expect(await quota.key(owner.accountId, owner.keyId)).toMatchObject({ spentNanos: '100', heldNanos: '0' });
      const asked = { reservationIds: [hold.reservationId] };
      expect(await quota.client.request(SettlementMessages.status, asked)).toMatchObject({
        posted: [hold.reservationId],
      });
      expect(await quota.audit()).toEqual(CLEAN_AUDIT);
    });
  });

  it('is not confirmed by its orphan, whatever the ledger knew before', async () => {
    const owner = await openOwner(1_000n);
    const holds = [holdFor(owner, 0), await reserved(owner, 600)];
    for (const hold of holds) {
      const orphan = { ...hold, outcome: 'orphaned' as const, amountNanos: '11' };
      await quota.settle(orphan);
      await quota.settle(orphan);
    }
    const asked = { reservationIds: holds.map(({ reservationId }) => reservationId) };
    expect(await quota.client.request(SettlementMessages.status, asked)).toMatchObject({ posted: [] });
    expect(await quota.account(owner.accountId)).toMatchObject({ balanceNanos: '978', heldNanos: '0' });
  });

  it('is charged also when the key and the account were disabled meanwhile', async () => {
    const owner = await openOwner(1_000n);
    const hold = await reserved(owner, 600);
    await quota.dataSource.query(`UPDATE quota.keys SET status = 'disabled' WHERE id = $1`, [owner.keyId]);
    await quota.dataSource.query(`UPDATE quota.accounts SET status = 'disabled' WHERE id = $1`, [owner.accountId]);
    await quota.settle({ ...hold, amountNanos: '250' });
    expect(await quota.account(owner.accountId)).toMatchObject({ balanceNanos: '750', heldNanos: '0' });
  });
});

describe('settlements at the same time', () => {
  it('of two replicas form one chain of entries that ends exactly at the floor', async () => {
    const owner = await openOwner(400n);
    const holds = Array.from({ length: 40 }, () => holdFor(owner, 10));
    expect((await quota.reserve(...holds)).every(({ held }) => held)).toBe(true);
    const replica = await startQuota({ url: quota.databaseUrl });
    try {
      await Promise.all(
        holds.map((hold, index) => (index % 2 ? quota : replica).settle({ ...hold, amountNanos: '15' })),
      );
    } finally {
      await replica.stop();
    }
    const entries = await quota.ledger(owner.accountId);
    let balance = 0n;
    for (const entry of entries) {
      balance += BigInt(entry.amountNanos);
      expect(entry.balanceAfterNanos).toBe(balance.toString());
    }
    expect(balance).toBe(0n);
    expect(entries.filter(({ kind }) => kind === 'charge')).toHaveLength(40);
    expect(await quota.account(owner.accountId)).toMatchObject({ balanceNanos: '0', heldNanos: '0' });
  });
});

describe('a settlement that cannot be written', () => {
  it('is left out, and the others of its batch are in the books and confirmed', async () => {
    const owner = await openOwner(1_000n);
    const other = await openOwner(1_000n);
    const holds = [await reserved(owner, 100), await reserved(owner, 100)];
    const foreign = await reserved(other, 100);
    const unusable = [
      holdFor({ ...owner, accountId: randomUUID() }, 0),
      holdFor({ ...owner, keyId: randomUUID() }, 0),
      holdFor({ ...owner, keyId: other.keyId }, 0),
      { ...foreign, ...owner },
      { ...holdFor(owner, 0), reservationId: 'not a UUID' },
    ].map((wrong) => ({ ...wrong, amountNanos: '10' }));
    const [first, second] = holds as [ReserveRequest, ReserveRequest];
    await quota.settle(
      { ...first, amountNanos: '10' },
      ...unusable,
      { ...holdFor(owner, 0), amountNanos: '-5' },
      { ...holdFor(owner, 0), amountNanos: '9223372036854775807' },
      { ...second, amountNanos: '20' },
    );
    expect(await entriesOf(owner.accountId)).toEqual([
      ['charge', first.reservationId, '-10', '990'],
      ['charge', second.reservationId, '-20', '970'],
    ]);
    expect(await quota.statusOf(foreign.reservationId)).toBe('pending');
    const { posted } = quota.notices;
    await waitFor(() => posted.includes(second.reservationId));
    expect(posted).toContain(first.reservationId);
    for (const { reservationId } of unusable) expect(posted).not.toContain(reservationId);
  });

  it('because the database refuses it does not hold up the others', async () => {
    const owner = await openOwner(1_000n);
    const full = await quota.createKey(owner.accountId);
    // What no number of requests will reach; the next nano does not fit the column.
    await quota.dataSource.query('UPDATE quota.keys SET spent_nanos = 9223372036854775807 WHERE id = $1', [full.id]);
    const settlements = Array.from({ length: 20 }, (_, index) =>
      holdFor(index === 13 ? { ...owner, keyId: full.id } : owner, 1),
    );
    await quota.settle(...settlements);
    await quota.dataSource.query('UPDATE quota.keys SET spent_nanos = 0 WHERE id = $1', [full.id]);
    expect(await entriesOf(owner.accountId)).toHaveLength(19);
    expect(await quota.account(owner.accountId)).toMatchObject({ balanceNanos: '981' });
  });
});

describe('the usage event log', () => {
  it('is consumed into the ledger, and each event is confirmed, also when it is published again', async () => {
    const owner = await openOwner(1_000n);
    const hold = await reserved(owner, 600);
    const event = eventFor({ ...hold, amountNanos: '250' });
    await quota.eventLog.publish(event);
    const confirmations = () => quota.notices.posted.filter((id) => id === hold.reservationId).length;
    await waitFor(() => confirmations() === 1, { what: 'the confirmation' });
    expect(await quota.account(owner.accountId)).toMatchObject({ balanceNanos: '750', heldNanos: '0' });
    await quota.settleEvents([event]);
    await waitFor(() => confirmations() === 2, { what: 'the second confirmation' });
    expect(await entriesOf(owner.accountId)).toHaveLength(1);
  });
});

describe('the ledger', () => {
  it.each([
    `UPDATE quota.ledger_entries SET amount_nanos = 1`,
    `UPDATE quota.ledger_entries SET note = 'x' WHERE false`,
    `DELETE FROM quota.ledger_entries`,
    `TRUNCATE quota.ledger_entries`,
    `DELETE FROM quota.accounts`,
    `DELETE FROM quota.keys WHERE false`,
    `TRUNCATE quota.accounts CASCADE`,
  ])('is kept by the database: %s', async (statement) => {
    await openOwner(5n);
    await expect(quota.dataSource.query(statement)).rejects.toThrow(/is not allowed: the books refer to it/);
  });

  it('accepts no entry whose sides do not fit, and no balance below its floor', async () => {
    const owner = await openOwner(5n);
    const insert = (kind: string, counterpart: string, amount: number) =>
      quota.dataSource.query(
        `INSERT INTO quota.ledger_entries
           (account_id, key_id, kind, counterpart, reference, amount_nanos, balance_after_nanos, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, 0, now())`,
        [owner.accountId, owner.keyId, kind, counterpart, randomUUID(), amount],
      );
    await expect(insert('charge', 'grants', -1)).rejects.toThrow(/ledger_entries_two_sides/);
    await expect(insert('charge', 'revenue', 1)).rejects.toThrow(/ledger_entries_two_sides/);
    await expect(insert('write_off', 'write_offs', -1)).rejects.toThrow(/ledger_entries_two_sides/);
    await expect(
      quota.dataSource.query('UPDATE quota.accounts SET balance_nanos = -1 WHERE id = $1', [owner.accountId]),
    ).rejects.toThrow(/accounts_not_below_overdraft/);
  });

  it.each([
    ['keys', "status = 'lost'"],
    ['keys', 'quota_nanos = -1'],
    ['keys', 'tokens_per_minute = 0'],
    ['keys', "allowed_models = '{}'"],
    ['keys', 'budget_nanos = 1'],
    ['keys', 'held_nanos = -1'],
    ['keys', 'pending_count = -1'],
    ['accounts', "status = 'revoked'"],
    ['accounts', 'overdraft_nanos = -1'],
    ['accounts', 'concurrency_max = 0'],
    ['accounts', 'held_nanos = -1'],
  ])('has no %s with %s', async (table, change) => {
    const { accountId, keyId } = await openOwner(5n);
    const id = table === 'keys' ? keyId : accountId;
    await expect(
      quota.dataSource.query(`UPDATE quota.${table} SET ${change} WHERE id = $1`, [id]),
    ).rejects.toMatchObject({ driverError: { code: '23514' } });
  });
});

describe('the audit', () => {
  it('finds each kind of disagreement', async () => {
    const broken = await startQuota();
    try {
      const accountId = await broken.openAccount(100n);
      const { id: keyId } = await broken.createKey(accountId);
      const hold = holdFor({ accountId, keyId }, 10);
      await broken.reserve(hold);
      expect(await broken.audit()).toEqual(CLEAN_AUDIT);
      await broken.dataSource.query('UPDATE quota.accounts SET balance_nanos = balance_nanos + 1');
      expect(await broken.audit()).toEqual({ ...CLEAN_AUDIT, accountsWhoseBalanceIsNotTheirLedger: 1 });
      await broken.dataSource.query('UPDATE quota.accounts SET balance_nanos = balance_nanos - 1, held_nanos = 11');
      expect(await broken.audit()).toEqual({ ...CLEAN_AUDIT, accountsWhoseHoldsAreNotTheirReservations: 1 });
      await broken.dataSource.query('UPDATE quota.accounts SET held_nanos = 10');
      await broken.dataSource.query('UPDATE quota.keys SET pending_count = 2, spent_nanos = 1');
      expect(await broken.audit()).toEqual({
        ...CLEAN_AUDIT,
        keysWhoseHoldsAreNotTheirReservations: 1,
        keysWhoseSpendingIsNotTheirLedger: 1,
      });
    } finally {
      await broken.stop();
    }
  });

  it('is clean, and balances are what they must be, after any interleaving of reserving, settling and expiring', async () => {
    const step = fc.record({
      // How the request ends; some are told twice, some never.
      end: fc.constantFrom(
        'settled',
        'settled twice',
        'released',
        'orphaned',
        'expired',
        'expired, then settled',
        'open',
      ),
      account: fc.nat(2),
      amount: fc.nat(60),
      actual: fc.nat(80),
    });
    const run = async (
      owners: Awaited<ReturnType<typeof openOwner>>[],
      work: typeof step extends fc.Arbitrary<infer S> ? S : never,
    ) => {
      const hold = holdFor(owners[work.account] as (typeof owners)[0], work.amount);
      const [reply] = await quota.reserve(hold);
      if (!reply?.held) return { work, charged: 0n };
      const settled = { ...hold, amountNanos: work.actual.toString() };
      if (work.end.startsWith('expired')) await quota.expire(hold.reservationId);
      if (work.end === 'settled twice') await Promise.all([quota.settle(settled), quota.settle(settled)]);
      if (work.end === 'settled' || work.end === 'expired, then settled') await quota.settle(settled);
      if (work.end === 'orphaned') await quota.settle({ ...settled, outcome: 'orphaned' });
      if (work.end === 'released') await quota.settle({ ...settled, outcome: 'released' });
      const isCharged = !['released', 'open', 'expired'].includes(work.end);
      return { work, charged: isCharged ? BigInt(work.actual) : 0n };
    };
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 60 }), async (steps) => {
        const owners = await Promise.all([1_000n, 300n, 0n].map((balance) => openOwner(balance)));
        const done = await Promise.all(steps.map((work) => run(owners, work)));
        expect(await quota.audit()).toEqual(CLEAN_AUDIT);
        for (const [index, { accountId, keyId }] of owners.entries()) {
          const charged = done.reduce((sum, { work, charged: one }) => sum + (work.account === index ? one : 0n), 0n);
          const entries = await quota.ledger(accountId);
          const sum = (kind: string) =>
            entries
              .filter((entry) => entry.kind === kind)
              .reduce((total, entry) => total + BigInt(entry.amountNanos), 0n);
          expect(-sum('charge')).toBe(charged);
          expect((await quota.key(accountId, keyId)).spentNanos).toBe(charged.toString());
          const { balanceNanos } = await quota.account(accountId);
          expect(BigInt(balanceNanos)).toBe(sum('grant') - charged + sum('write_off'));
          expect(BigInt(balanceNanos)).toBeGreaterThanOrEqual(0n);
        }
      }),
      { numRuns: 25 },
    );
  });
});

describe('the books', () => {
  it('are in order after all of this', async () => {
    expect(await quota.audit()).toEqual(CLEAN_AUDIT);
  });
});
