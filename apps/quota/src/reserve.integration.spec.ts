import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DomainError, QuotaMessages, type ReserveReply, type ReserveRequest } from '@code-router/contracts';
import { CLEAN_AUDIT, holdFor, startQuota, type RunningQuota } from './testing/running-quota.js';

let quota: RunningQuota;

beforeAll(async () => {
  quota = await startQuota();
});

afterAll(async () => {
  await quota?.stop();
});

async function openOwner(balanceNanos: bigint, key = {}, account = {}) {
  const accountId = await quota.openAccount(balanceNanos, account);
  return { accountId, keyId: (await quota.createKey(accountId, key)).id };
}

const heldCount = (decisions: readonly ReserveReply[]) => decisions.filter(({ held }) => held).length;

const leaseEnd = (reply: ReserveReply | undefined) => (reply?.held ? Date.parse(reply.leaseExpiresAt) : Number.NaN);

describe('concurrent reservations', () => {
  it('are admitted exactly as often as the balance affords: 7 of 500', async () => {
    const owner = await openOwner(7_999n);
    const decisions = (
      await Promise.all(Array.from({ length: 500 }, () => quota.reserve(holdFor(owner, 1_000))))
    ).flat();
    expect(heldCount(decisions)).toBe(7);
    expect(await quota.account(owner.accountId)).toMatchObject({ heldNanos: '7000', availableNanos: '999' });
  });

  it('are admitted exactly as often as the quota of the key affords, whatever the account has', async () => {
    const owner = await openOwner(1_000_000n, { quotaNanos: '3500' });
    const decisions = (
      await Promise.all(Array.from({ length: 100 }, () => quota.reserve(holdFor(owner, 1_000))))
    ).flat();
    expect(heldCount(decisions)).toBe(3);
    expect(decisions.find(({ held }) => !held)).toEqual({
      held: false,
      code: 'insufficient_quota',
      limit: 'key',
      limitName: 'quota',
      neededNanos: '1000',
      availableNanos: '500',
    });
  });

  it('are admitted exactly as often as the concurrency of the key allows, and again when one has ended', async () => {
    const owner = await openOwner(1_000_000n, { concurrencyMax: 4 });
    const holds = Array.from({ length: 50 }, () => holdFor(owner, 1));
    const decisions = (await Promise.all(holds.map((hold) => quota.reserve(hold)))).flat();
    expect(heldCount(decisions)).toBe(4);
    expect(decisions.find(({ held }) => !held)).toEqual({
      held: false,
      code: 'rate_limit_exceeded',
      limit: 'key',
      limitName: 'concurrency',
      most: 4,
      needed: 1,
      left: 0,
      retryAfterMs: 1_000,
    });
    const ended = holds[decisions.findIndex(({ held }) => held)] as ReserveRequest;
    await quota.settle({ ...ended, outcome: 'released' });
    expect(heldCount(await quota.reserve(holdFor(owner, 1), holdFor(owner, 1)))).toBe(1);
  });

  it('of two replicas never overspend an account together', async () => {
    const owner = await openOwner(20_000n);
    const replica = await startQuota({ url: quota.databaseUrl });
    try {
      const decisions = await Promise.all(
        Array.from({ length: 200 }, (_, index) => (index % 2 ? quota : replica).reserve(holdFor(owner, 1_000))),
      );
      expect(heldCount(decisions.flat())).toBe(20);
    } finally {
      await replica.stop();
    }
  });

  it('and settlements of several replicas, over the same accounts in different orders, never deadlock', async () => {
    const rounds = 25;
    const owners = await Promise.all(Array.from({ length: 40 }, () => openOwner(1_000_000_000n)));
    const replicas = await Promise.all(Array.from({ length: 3 }, () => startQuota({ url: quota.databaseUrl })));
    const work = async (replica: RunningQuota, orders: readonly (typeof owners)[]) => {
      for (let round = 0; round < rounds; round += 1) {
        const holds = (orders[round % 2] as typeof owners).map((owner) => holdFor(owner, 100));
        expect(heldCount(await replica.reserve(...holds))).toBe(holds.length);
        await replica.settle(...holds.toReversed().map((hold) => ({ ...hold, amountNanos: '60' })));
      }
    };
    try {
      const [first, second, third] = replicas as [RunningQuota, RunningQuota, RunningQuota];
      const reversed = owners.toReversed();
      await Promise.all([
        work(quota, [owners, reversed]),
        work(first, [reversed, owners]),
        work(second, [owners, owners]),
        work(third, [reversed, reversed]),
      ]);
    } finally {
      await Promise.all(replicas.map((replica) => replica.stop()));
    }
    const balanceNanos = (1_000_000_000 - 4 * rounds * 60).toString();
    for (const { accountId } of owners) {
      expect(await quota.account(accountId)).toMatchObject({ balanceNanos, heldNanos: '0' });
    }
  });
});

describe('a reservation', () => {
  it('that does not fit takes no room from a smaller one behind it', async () => {
    const owner = await openOwner(100n);
    const sizes = [60, 50, 40, 1];
    const decisions = await quota.reserve(...sizes.map((size) => holdFor(owner, size)));
    expect(decisions.map(({ held }) => held)).toEqual([true, false, true, false]);
    expect(decisions[1]).toMatchObject({ limit: 'account', neededNanos: '50', availableNanos: '40' });
  });

  it('may use the overdraft, and not one nano more', async () => {
    const owner = await openOwner(10n, {}, { overdraftNanos: '5' });
    const decisions = await quota.reserve(holdFor(owner, 16), holdFor(owner, 15), holdFor(owner, 1));
    expect(decisions.map(({ held }) => held)).toEqual([false, true, false]);
  });

  it('of nothing is held without any balance, and counts as a request under way', async () => {
    const owner = await openOwner(0n, { quotaNanos: '0', concurrencyMax: 1 });
    const [first, second] = await quota.reserve(holdFor(owner, 0), holdFor(owner, 0));
    expect(first).toMatchObject({ held: true });
    expect(second).toMatchObject({ held: false, code: 'rate_limit_exceeded' });
  });

  it('lasts as long as its lease', async () => {
    const owner = await openOwner(10n);
    const before = Date.now();
    const [reply] = await quota.reserve(holdFor(owner, 1, { leaseMs: 30_000 }));
    const leaseMs = leaseEnd(reply) - before;
    expect(leaseMs).toBeGreaterThan(29_000);
    expect(leaseMs).toBeLessThan(40_000);
  });

  it('asked for again is answered as before and holds nothing twice, even after it was settled', async () => {
    const owner = await openOwner(100n);
    const hold = holdFor(owner, 60);
    const [first] = await quota.reserve(hold);
    expect(await quota.reserve(hold)).toEqual([first]);
    expect(await quota.reserve(hold, holdFor(owner, 40), hold)).toMatchObject([first, { held: true }, first]);
    expect(await quota.account(owner.accountId)).toMatchObject({ heldNanos: '100' });
    await quota.settle({ ...hold, amountNanos: '60' });
    expect(await quota.reserve(hold)).toEqual([first]);
    expect(await quota.account(owner.accountId)).toMatchObject({ heldNanos: '40', balanceNanos: '40' });
  });

  it('asked for twice in one batch holds nothing twice', async () => {
    const owner = await openOwner(100n);
    const hold = holdFor(owner, 60);
    const refused = holdFor(owner, 70);
    const decisions = await quota.reserve(hold, refused, hold, refused);
    expect(decisions.map(({ held }) => held)).toEqual([true, false, true, false]);
    expect(await quota.account(owner.accountId)).toMatchObject({ heldNanos: '60' });
  });

  it('whose id was used for another amount or key is a conflict and holds nothing', async () => {
    const owner = await openOwner(100n);
    const hold = holdFor(owner, 10);
    await quota.reserve(hold);
    const otherKey = await quota.createKey(owner.accountId);
    for (const other of [
      { ...hold, amountNanos: '11' },
      { ...hold, keyId: otherKey.id },
    ]) {
      await expect(quota.reserve(other)).rejects.toMatchObject({ code: 'conflict' });
    }
    const fresh = holdFor(owner, 10);
    await expect(quota.reserve(fresh, { ...fresh, amountNanos: '20' })).rejects.toMatchObject({ code: 'conflict' });
    expect(await quota.account(owner.accountId)).toMatchObject({ heldNanos: '20' });
  });

  it('is refused with the reason when the key or the account may not spend', async () => {
    const owner = await openOwner(100n);
    const other = await openOwner(100n);
    const disabled = await quota.createKey(owner.accountId);
    await quota.client.request(QuotaMessages.updateKey, { id: disabled.id, status: 'disabled' });
    const expired = await quota.createKey(owner.accountId, { expiresAt: '2020-01-01T00:00:00Z' });
    const closed = await openOwner(100n);
    await quota.client.request(QuotaMessages.updateAccount, { id: closed.accountId, status: 'disabled' });

    const holds = [
      holdFor({ ...owner, keyId: randomUUID() }, 1),
      holdFor({ ...owner, keyId: other.keyId }, 1),
      holdFor({ ...owner, accountId: randomUUID() }, 1),
      holdFor({ ...owner, keyId: disabled.id }, 1),
      holdFor({ ...owner, keyId: expired.id }, 1),
      holdFor(closed, 1),
      holdFor(owner, 1),
    ];
    const decisions = await quota.reserve(...holds);
    expect(decisions.slice(0, -1)).toEqual([
      { held: false, code: 'invalid_api_key', limit: 'key', limitName: 'existence' },
      { held: false, code: 'invalid_api_key', limit: 'key', limitName: 'existence' },
      { held: false, code: 'invalid_api_key', limit: 'key', limitName: 'existence' },
      { held: false, code: 'key_disabled', limit: 'key', limitName: 'status' },
      { held: false, code: 'key_expired', limit: 'key', limitName: 'expiry' },
      { held: false, code: 'account_disabled', limit: 'account', limitName: 'status' },
    ]);
    expect(decisions.at(-1)).toMatchObject({ held: true });
    for (const [index, hold] of holds.entries()) expect(await quota.reserve(hold)).toEqual([decisions[index]]);
  });

  it.each<[string, Partial<Record<keyof ReserveRequest, unknown>>]>([
    ['a negative amount', { amountNanos: '-1' }],
    ['an amount beyond 64 bits', { amountNanos: '9223372036854775808' }],
    ['a fractional amount', { amountNanos: '1.5' }],
    ['an amount that is a number', { amountNanos: 5 }],
    ['no amount', { amountNanos: undefined }],
    ['an id that is no UUID', { reservationId: 'r1' }],
    ['no request id', { requestId: '' }],
    ['a request id with a NUL', { requestId: 'a\0b' }],
    ['no lease', { leaseMs: 0 }],
    ['a fractional lease', { leaseMs: 1.5 }],
    ['a lease that is not a number', { leaseMs: Number.NaN }],
  ])('with %s is refused together with its batch, and nothing is held', async (_, wrong) => {
    const owner = await openOwner(100n);
    const request = quota.reserve(holdFor(owner, 1), { ...holdFor(owner, 1), ...wrong } as ReserveRequest);
    await expect(request).rejects.toMatchObject({ code: 'invalid_request_error' });
    await expect(request).rejects.toBeInstanceOf(DomainError);
    expect(await quota.account(owner.accountId)).toMatchObject({ heldNanos: '0' });
  });

  it('of the largest amount that 64 bits hold is refused for lack of balance, not for an overflow', async () => {
    const owner = await openOwner(1n, {}, { overdraftNanos: '1000000000000000000' });
    const [decision] = await quota.reserve(holdFor(owner, 9_223_372_036_854_775_807n));
    expect(decision).toMatchObject({ held: false, code: 'insufficient_quota', limit: 'account' });
  });

  it('can be extended while it is pending, and not afterwards', async () => {
    const owner = await openOwner(100n);
    const hold = holdFor(owner, 1, { leaseMs: 30_000 });
    const [before] = await quota.reserve(hold);
    const extend = (reservationId: string, leaseMs: number) =>
      quota.client.request(QuotaMessages.extend, { reservationId, leaseMs });
    expect(await extend(hold.reservationId, 90_000)).toEqual({ extended: true });
    const [extended] = await quota.reserve(hold);
    expect(leaseEnd(extended) - leaseEnd(before)).toBeGreaterThanOrEqual(60_000);
    expect(await extend(hold.reservationId, 1)).toEqual({ extended: true });
    expect(await quota.reserve(hold)).toEqual([extended]);
    await quota.settle({ ...hold, outcome: 'released' });
    expect(await extend(hold.reservationId, 1)).toEqual({ extended: false });
    expect(await extend(randomUUID(), 1)).toEqual({ extended: false });
  });

  it('gives back its hold when its lease is over', async () => {
    const owner = await openOwner(100n, { concurrencyMax: 1 });
    const hold = holdFor(owner, 100);
    await quota.reserve(hold);
    await quota.expire(hold.reservationId);
    expect(await quota.statusOf(hold.reservationId)).toBe('expired');
    expect(await quota.account(owner.accountId)).toMatchObject({ heldNanos: '0', balanceNanos: '100' });
    expect(await quota.reserve(holdFor(owner, 100))).toMatchObject([{ held: true }]);
  });
});

describe('a batch', () => {
  it('is decided exactly as its requests are one by one', async () => {
    const amounts = fc.array(
      fc.record({ account: fc.nat(1), key: fc.nat(1), amount: fc.oneof(fc.nat(3), fc.nat(40), fc.nat(200)) }),
      { minLength: 1, maxLength: 40 },
    );
    const limits = fc.record({
      balance: fc.nat(150),
      overdraft: fc.nat(30),
      quotas: fc.tuple(fc.option(fc.nat(100)), fc.option(fc.nat(100))),
      concurrency: fc.option(fc.integer({ min: 1, max: 8 }), { freq: 2 }),
    });
    await fc.assert(
      fc.asyncProperty(amounts, fc.tuple(limits, limits), fc.boolean(), async (requests, accounts, together) => {
        const owners = await Promise.all(
          accounts.map(async (account) => {
            const overdraftNanos = account.overdraft.toString();
            const accountId = await quota.openAccount(BigInt(account.balance), { overdraftNanos });
            const keys = account.quotas.map((limit) => ({
              quotaNanos: limit?.toString() ?? null,
              concurrencyMax: account.concurrency,
            }));
            const created = await Promise.all(keys.map((key) => quota.createKey(accountId, key)));
            return { accountId, keyIds: created.map(({ id }) => id) };
          }),
        );
        const model = accounts.map((account) => ({
          room: account.balance + account.overdraft,
          keys: account.quotas.map((limit) => ({
            room: limit ?? Infinity,
            slots: account.concurrency ?? Infinity,
          })),
        }));

        const expected = requests.map(({ account, key, amount }) => {
          const ofAccount = model[account] as (typeof model)[0];
          const ofKey = ofAccount.keys[key] as (typeof ofAccount.keys)[0];
          if (amount > 0 && amount > ofKey.room) return `key ${ofKey.room}`;
          if (amount > 0 && amount > ofAccount.room) return `account ${ofAccount.room}`;
          if (ofKey.slots < 1) return 'concurrency';
          ofAccount.room -= amount;
          ofKey.room -= amount;
          ofKey.slots -= 1;
          return 'held';
        });

        const holds = requests.map(({ account, key, amount }) => {
          const { accountId, keyIds } = owners[account] as (typeof owners)[0];
          return holdFor({ accountId, keyId: keyIds[key] as string }, amount);
        });
        const decisions: ReserveReply[] = [];
        if (together) decisions.push(...(await quota.reserve(...holds)));
        else for (const hold of holds) decisions.push(...(await quota.reserve(hold)));
        const decided = decisions.map((decision) => {
          if (decision.held) return 'held';
          return decision.code === 'rate_limit_exceeded'
            ? 'concurrency'
            : `${decision.limit} ${decision.availableNanos}`;
        });
        expect(decided).toEqual(expected);
        for (const [index, { accountId }] of owners.entries()) {
          const account = await quota.account(accountId);
          expect(Number(account.availableNanos)).toBe(model[index]?.room);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('the books', () => {
  it('are in order after all of this', async () => {
    expect(await quota.audit()).toEqual(CLEAN_AUDIT);
  });
});
