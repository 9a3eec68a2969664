import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { IdentityMessages, QuotaMessages, TopUpMessages, type ReserveReply } from '@code-router/contracts';
import { CLEAN_AUDIT, eventFor, holdFor, startQuota, type RunningQuota } from './testing/running-quota.js';

let quota: RunningQuota;

beforeAll(async () => {
  quota = await startQuota();
});

afterAll(async () => {
  await quota?.stop();
});

/** An account with enough, and a member of it with two keys. */
async function openMember(budgetNanos: string | null = '100') {
  const accountId = await quota.openAccount(1_000_000n);
  const userId = await quota.joinOwner(accountId, budgetNanos);
  const keys = [await quota.createMemberKey(accountId, userId), await quota.createMemberKey(accountId, userId)];
  const [first, second] = keys.map(({ id }) => ({ accountId, keyId: id }));
  if (!first || !second) throw new Error('two keys were made');
  return { accountId, userId, first, second };
}

const heldCount = (replies: readonly ReserveReply[]) => replies.filter(({ held }) => held).length;
const usedOf = async ({ accountId, userId }: { readonly accountId: string; readonly userId: string }) => {
  const { spentNanos, heldNanos } = await quota.member(accountId, userId);
  return [spentNanos, heldNanos];
};
/** Lets the month end now. */
const endMonth = ({ accountId }: { readonly accountId: string }) =>
  quota.dataSource.query('UPDATE quota.member_budgets SET resets_at = clock_timestamp() WHERE account_id = $1', [
    accountId,
  ]);

describe('the budget of a member', () => {
  it('is shared by all the keys that the member made, and by no other key', async () => {
    const member = await openMember();
    const { accountId, userId, first, second } = member;
    const house = { accountId, keyId: (await quota.createKey(accountId)).id };
    const colleague = await quota.joinOwner(accountId, '1000');
    const theirs = { accountId, keyId: (await quota.createMemberKey(accountId, colleague)).id };
    const replies = await quota.reserve(
      holdFor(first, 60),
      holdFor(second, 41),
      holdFor(house, 500),
      holdFor(theirs, 900),
      holdFor(second, 40),
      holdFor(first, 1),
      holdFor(first, 0),
    );
    expect(replies.map(({ held }) => held)).toEqual([true, false, true, true, true, false, true]);
    expect(replies[1]).toMatchObject({
      code: 'insufficient_quota',
      limit: 'member',
      limitName: 'member_budget',
      neededNanos: '41',
      availableNanos: '40',
    });
    expect(await usedOf(member)).toEqual(['0', '100']);
    expect(await usedOf({ accountId, userId: colleague })).toEqual(['0', '900']);
    expect(await quota.client.request(QuotaMessages.available, { keyId: first.keyId })).toEqual({
      accountNanos: '998500',
      keyNanos: null,
      memberNanos: '0',
    });
    const { resetsAt } = await quota.member(accountId, userId);
    const now = new Date();
    expect(resetsAt).toBe(new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1)).toISOString());
    expect(await quota.audit()).toEqual(CLEAN_AUDIT);
  });

  it('says when to come again only where waiting helps', async () => {
    const { first } = await openMember();
    await quota.reserve(holdFor(first, 60));
    const [soon, never] = await quota.reserve(holdFor(first, 41), holdFor(first, 101));
    expect(soon).toMatchObject({ limitName: 'member_budget', retryAfterMs: expect.any(Number) });
    expect(never).toMatchObject({ limitName: 'member_budget' });
    expect(never).not.toHaveProperty('retryAfterMs');
  });

  it('is decided by who comes first, in one batch and in many at once', async () => {
    const member = await openMember('7999');
    const replies = await Promise.all(
      Array.from({ length: 200 }, (_, index) =>
        quota.reserve(holdFor(index % 2 === 0 ? member.first : member.second, 1_000)),
      ),
    );
    expect(heldCount(replies.flat())).toBe(7);
    expect(await usedOf(member)).toEqual(['0', '7000']);
  });

  it('is put right by whatever ends a request: posted, voided, expired, settled late, refunded', async () => {
    const member = await openMember('1000');
    const { first, second } = member;
    const [posted, voided, expired, late] = [
      holdFor(first, 100),
      holdFor(second, 100),
      holdFor(first, 100),
      holdFor(second, 100),
    ];
    await quota.reserve(posted, voided, expired, late);
    expect(await usedOf(member)).toEqual(['0', '400']);
    await quota.settle({ ...posted, amountNanos: '70' }, { ...voided, outcome: 'released' });
    expect(await usedOf(member)).toEqual(['70', '200']);

    const delivered = { amountNanos: '30', tokens: eventFor(expired).data.tokens };
    for (const { reservationId } of [expired, late]) {
      await quota.client.request(QuotaMessages.extend, { reservationId, leaseMs: 60_000, delivered });
      await quota.expire(reservationId);
    }
    expect(await usedOf(member)).toEqual(['130', '0']);
    await quota.settle({ ...late, amountNanos: '45' });
    expect(await usedOf(member)).toEqual(['145', '0']);

    const refund = { reservationId: posted.reservationId, amountNanos: '20', reason: 'half of it', author: 'admin' };
    await quota.client.request(TopUpMessages.refund, refund);
    await quota.client.request(TopUpMessages.refund, refund);
    expect(await usedOf(member)).toEqual(['125', '0']);
    expect(await quota.audit()).toEqual(CLEAN_AUDIT);
  });

  it('begins anew with the month, and what was admitted before stays there', async () => {
    const member = await openMember();
    const { first, second } = member;
    const [settled, open, refunded] = [holdFor(first, 40), holdFor(second, 30), holdFor(first, 30)];
    await quota.reserve(settled, open, refunded);
    await quota.settle({ ...settled, amountNanos: '40' }, { ...refunded, amountNanos: '30' });
    await endMonth(member);
    expect(await usedOf(member)).toEqual(['0', '0']);
    expect(heldCount(await quota.reserve(holdFor(second, 100)))).toBe(1);
    await quota.settle({ ...open, amountNanos: '25' });
    await quota.client.request(TopUpMessages.refund, {
      reservationId: refunded.reservationId,
      reason: 'of the month before',
      author: 'admin',
    });
    expect(await usedOf(member)).toEqual(['0', '100']);
    expect(await quota.audit()).toEqual(CLEAN_AUDIT);
  });

  it('counts from when it is set; another amount goes on counting, and none counts nothing', async () => {
    const member = await openMember(null);
    const { accountId, userId, first } = member;
    const before = holdFor(first, 900);
    await quota.reserve(before);
    expect(await quota.member(accountId, userId)).toMatchObject({
      budgetNanos: null,
      spentNanos: null,
      heldNanos: null,
      resetsAt: null,
    });
    await quota.setMemberBudget(accountId, userId, '10');
    expect(heldCount(await quota.reserve(holdFor(first, 10)))).toBe(1);
    await quota.settle({ ...before, amountNanos: '900' });
    expect(await usedOf(member)).toEqual(['0', '10']);
    expect(await quota.setMemberBudget(accountId, userId, '15')).toMatchObject({ budgetNanos: '15', heldNanos: '10' });
    expect(heldCount(await quota.reserve(holdFor(first, 6), holdFor(first, 5)))).toBe(1);
    await quota.setMemberBudget(accountId, userId, null);
    expect(heldCount(await quota.reserve(holdFor(first, 1_000)))).toBe(1);
    expect(await quota.audit()).toEqual(CLEAN_AUDIT);
  });

  it('ends with the membership, and what is under way ends as it would', async () => {
    const { accountId, userId, first } = await openMember();
    const owner = await quota.joinOwner(accountId);
    const hold = holdFor(first, 50);
    await quota.reserve(hold);
    await quota.client.request(IdentityMessages.removeMember, { actorId: owner, accountId, userId });
    await quota.settle({ ...hold, amountNanos: '20' });
    expect(await quota.account(accountId)).toMatchObject({ balanceNanos: '999980', heldNanos: '0' });
    expect(await quota.audit()).toEqual(CLEAN_AUDIT);
  });

  it('is changed, and members leave, while their keys are used: nothing waits for ever', async () => {
    const members = await Promise.all(Array.from({ length: 4 }, () => openMember('1000000')));
    const write = async (writer: number) => {
      for (let round = 0; round < 12; round += 1) {
        const holds = members.flatMap(({ first, second }) => [holdFor(first, 3), holdFor(second, 4)]);
        if (writer % 2 === 0) {
          await quota.reserve(...holds);
          await quota.settle(...holds.map((hold) => ({ ...hold, amountNanos: '2' })));
        } else {
          const member = members[(writer + round) % members.length] as (typeof members)[0];
          const { accountId, userId } = member;
          await quota.setMemberBudget(accountId, userId, (1_000_000 + round).toString());
          const leaver = await quota.joinOwner(accountId, '5');
          await quota.createMemberKey(accountId, leaver);
          await quota.client.request(IdentityMessages.removeMember, { actorId: userId, accountId, userId: leaver });
        }
      }
    };
    await Promise.all(Array.from({ length: 8 }, (_, writer) => write(writer)));
    for (const member of members) expect(await usedOf(member)).toEqual(['192', '0']);
    expect(await quota.audit()).toEqual(CLEAN_AUDIT);
  });

  it('that is not what its reservations say is found by the audit', async () => {
    const { accountId, first } = await openMember();
    const hold = holdFor(first, 10);
    await quota.reserve(hold);
    await quota.settle({ ...hold, amountNanos: '10' });
    const set = (spent: number) =>
      quota.dataSource.query('UPDATE quota.member_budgets SET spent_nanos = $2 WHERE account_id = $1', [
        accountId,
        spent,
      ]);
    await set(9);
    expect(await quota.audit()).toEqual({ ...CLEAN_AUDIT, membersWhoseBudgetIsNotTheirReservations: 1 });
    await set(10);
    expect(await quota.audit()).toEqual(CLEAN_AUDIT);
  });
});
