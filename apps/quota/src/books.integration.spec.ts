import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { QuotaMessages, TopUpMessages, type ReserveRequest, type UsageOutcome } from '@code-router/contracts';
import { CLEAN_AUDIT, eventFor, holdFor, startQuota, type RunningQuota } from './testing/running-quota.js';

/** The long form takes minutes: `CODE_ROUTER_TEST_LONG=1 npm test -- apps/quota`. */
const LONG = process.env['CODE_ROUTER_TEST_LONG'] === '1';

let replicas: readonly RunningQuota[];

beforeAll(async () => {
  const first = await startQuota();
  replicas = [first, await startQuota({ url: first.databaseUrl }), await startQuota({ url: first.databaseUrl })];
});

afterAll(async () => {
  for (const replica of replicas?.toReversed() ?? []) await replica.stop();
});

const replicaAt = (place: number) => replicas[place % replicas.length] as RunningQuota;

async function openOwner(balanceNanos: bigint, key = {}) {
  const accountId = await replicaAt(0).openAccount(balanceNanos);
  return { accountId, keyId: (await replicaAt(0).createKey(accountId, key)).id };
}

/** An owner whose key was made by a member, who has a budget of their own. */
async function openMember(balanceNanos: bigint, key: object, budgetNanos: bigint) {
  const accountId = await replicaAt(0).openAccount(balanceNanos);
  const userId = await replicaAt(0).joinOwner(accountId, budgetNanos.toString());
  return { accountId, userId, keyId: (await replicaAt(0).createMemberKey(accountId, userId, key)).id };
}

interface ModelReservation {
  readonly hold: ReserveRequest;
  readonly account: ModelAccount;
  readonly amount: bigint;
  status: 'pending' | 'posted' | 'voided' | 'expired';
  checkpoint: bigint;
  charged: bigint;
  writtenOff: bigint;
  refunded: bigint;
  /** Its charge is in the ledger, whatever was corrected since. */
  hasEntry: boolean;
  /** A settlement came after it had expired. */
  settled: boolean;
}

interface ModelAccount {
  readonly owner: { readonly accountId: string; readonly keyId: string; readonly userId: string };
  /** What its member may spend, who made the only key. */
  memberBudget: bigint;
  balance: bigint;
  held: bigint;
  spent: bigint;
}

/** What the books must say, in the simplest form: one thing after the other, in memory. */
interface Model {
  readonly accounts: readonly ModelAccount[];
  readonly reservations: ModelReservation[];
}

type Step = fc.AsyncCommand<Model, readonly RunningQuota[]>;

/** Runs a step at one replica, and compares everything afterwards. */
function step(name: string, at: number, run: (model: Model, quota: RunningQuota) => Promise<void>): Step {
  return {
    check: () => true,
    run: async (model) => {
      await run(model, replicaAt(at));
      await expectBooks(model);
    },
    toString: () => name,
  };
}

async function expectBooks(model: Model): Promise<void> {
  const quota = replicaAt(0);
  expect(await quota.audit()).toEqual(CLEAN_AUDIT);
  for (const { owner, balance, held, spent, memberBudget } of model.accounts) {
    expect(await quota.account(owner.accountId)).toMatchObject({
      balanceNanos: balance.toString(),
      heldNanos: held.toString(),
    });
    expect(await quota.key(owner.accountId, owner.keyId)).toMatchObject({
      spentNanos: spent.toString(),
      heldNanos: held.toString(),
      budget: { spentNanos: spent.toString(), heldNanos: held.toString() },
    });
    expect(await quota.member(owner.accountId, owner.userId)).toMatchObject({
      budgetNanos: memberBudget.toString(),
      spentNanos: spent.toString(),
      heldNanos: held.toString(),
    });
  }
}

const pick = <Item>(items: readonly Item[], at: number): Item | undefined => items[at % Math.max(items.length, 1)];

function release(reservation: ModelReservation, status: ModelReservation['status']): void {
  reservation.status = status;
  reservation.account.held -= reservation.amount;
}

/** Charges, or gives back what is negative, and writes off what would take the balance below zero. */
function charge(reservation: ModelReservation, amount: bigint): void {
  const { account } = reservation;
  reservation.charged += amount;
  if (amount > 0n) reservation.hasEntry = true;
  account.spent += amount;
  account.balance -= amount;
  if (amount < 0n) {
    const reversed = -amount < reservation.writtenOff ? -amount : reservation.writtenOff;
    account.balance -= reversed;
    reservation.writtenOff -= reversed;
  }
  if (account.balance < 0n) {
    reservation.writtenOff -= account.balance;
    account.balance = 0n;
  }
}

const exceeds = (amount: number, { balance, held }: ModelAccount): boolean => BigInt(amount) > balance - held;

const reserve = (at: number, account: number, amount: number, again: boolean) =>
  step(`reserve ${amount} of account ${account} at ${at}`, at, async (model, quota) => {
    const ofModel = pick(model.accounts, account) as ModelAccount;
    const hold = holdFor(ofModel.owner, amount);
    const room = ofModel.memberBudget - ofModel.spent - ofModel.held;
    const refusedBy =
      amount === 0 ? undefined : BigInt(amount) > room ? 'member' : exceeds(amount, ofModel) ? 'account' : undefined;
    expect((await quota.reserve(hold))[0]).toMatchObject(
      refusedBy ? { held: false, limit: refusedBy } : { held: true },
    );
    if (refusedBy) return;
    ofModel.held += BigInt(amount);
    model.reservations.push({
      hold,
      account: ofModel,
      amount: BigInt(amount),
      status: 'pending',
      checkpoint: 0n,
      charged: 0n,
      writtenOff: 0n,
      refunded: 0n,
      hasEntry: false,
      settled: false,
    });
    if (again) expect(await replicaAt(at + 1).reserve(hold)).toMatchObject([{ held: true }]);
  });

const extend = (at: number, place: number, checkpoint: number) =>
  step(`extend ${place} to ${checkpoint} at ${at}`, at, async (model, quota) => {
    const reservation = pick(model.reservations, place);
    if (!reservation) return;
    const { reservationId } = reservation.hold;
    const delivered = { amountNanos: checkpoint.toString(), tokens: eventFor(reservation.hold).data.tokens };
    const { extended } = await quota.client.request(QuotaMessages.extend, {
      reservationId,
      leaseMs: 60_000,
      delivered,
    });
    expect(extended).toBe(reservation.status === 'pending');
    if (extended && BigInt(checkpoint) > reservation.checkpoint) reservation.checkpoint = BigInt(checkpoint);
  });

const settle = (at: number, place: number, outcome: UsageOutcome, actual: number) =>
  step(`settle ${place} as ${outcome} of ${actual} at ${at}`, at, async (model, quota) => {
    const reservation = pick(model.reservations, place);
    if (!reservation) return;
    const event = { ...reservation.hold, outcome, amountNanos: actual.toString() };
    // Delivered twice, to two replicas at once.
    await Promise.all([quota.settle(event), replicaAt(at + 1).settle(event)]);
    const due = outcome === 'released' ? 0n : BigInt(actual);
    if (reservation.status === 'pending') {
      release(reservation, outcome === 'released' ? 'voided' : 'posted');
      charge(reservation, due);
    } else if (reservation.status === 'expired' && !reservation.settled && outcome !== 'orphaned') {
      reservation.settled = true;
      charge(reservation, due - reservation.charged);
    }
  });

const expire = (at: number, place: number) =>
  step(`expire ${place} at ${at}`, at, async (model, quota) => {
    const reservation = pick(model.reservations, place);
    if (!reservation) return;
    await quota.expire(reservation.hold.reservationId);
    if (reservation.status !== 'pending') return;
    release(reservation, 'expired');
    charge(reservation, reservation.checkpoint);
  });

const grant = (at: number, account: number, amount: number) =>
  step(`grant ${amount} to account ${account} at ${at}`, at, async (model, quota) => {
    const ofModel = pick(model.accounts, account) as ModelAccount;
    const { accountId } = ofModel.owner;
    const request = { accountId, amountNanos: amount.toString(), reference: randomUUID(), note: '', author: 'test' };
    await Promise.all([quota, replicaAt(at + 1)].map(({ client }) => client.request(QuotaMessages.grant, request)));
    ofModel.balance += BigInt(amount);
  });

const redeem = (at: number, account: number, amount: number) =>
  step(`redeem ${amount} for account ${account} at ${at}`, at, async (model, quota) => {
    const ofModel = pick(model.accounts, account) as ModelAccount;
    const { accountId, userId } = ofModel.owner;
    const { codes } = await quota.client.request(TopUpMessages.createRedemptionBatch, {
      name: 'batch',
      amountNanos: amount.toString(),
      codeCount: 1,
      author: 'test',
    });
    const request = { accountId, userId, code: codes[0] as string };
    // Only once, however often and wherever it is tried.
    const tries = [quota, replicaAt(at + 1)].map(({ client }) => client.request(TopUpMessages.redeem, request));
    expect((await Promise.allSettled(tries)).filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    ofModel.balance += BigInt(amount);
  });

const refund = (at: number, place: number, amount: number) =>
  step(`refund ${amount} of ${place} at ${at}`, at, async (model, quota) => {
    const reservation = pick(model.reservations, place);
    if (!reservation || amount === 0) return;
    const { account, charged, writtenOff, refunded } = reservation;
    const request = {
      reservationId: reservation.hold.reservationId,
      amountNanos: amount.toString(),
      reference: randomUUID(),
      reason: 'test',
      author: 'test',
    };
    const tries = [quota, replicaAt(at + 1)].map(({ client }) => client.request(TopUpMessages.refund, request));
    const outcomes = await Promise.allSettled(tries);
    const fits = reservation.hasEntry && BigInt(amount) <= charged - writtenOff - refunded;
    expect(outcomes.map(({ status }) => status)).toEqual(fits ? ['fulfilled', 'fulfilled'] : ['rejected', 'rejected']);
    if (!fits) return;
    reservation.refunded += BigInt(amount);
    account.spent -= BigInt(amount);
    account.balance += BigInt(amount);
  });

const setMemberBudget = (at: number, account: number, amount: number) =>
  step(`let the member of account ${account} spend ${amount} at ${at}`, at, async (model, quota) => {
    const ofModel = pick(model.accounts, account) as ModelAccount;
    await quota.setMemberBudget(ofModel.owner.accountId, ofModel.owner.userId, amount.toString());
    ofModel.memberBudget = BigInt(amount);
  });

describe('the books', () => {
  it('say what a simple model says after every step of any sequence, whichever replica takes it', async () => {
    const at = fc.nat(2);
    const place = fc.nat(20);
    const amount = fc.oneof(fc.nat(5), fc.nat(60), fc.nat(400));
    const steps = [
      fc.tuple(at, fc.nat(2), amount, fc.boolean()).map((values) => reserve(...values)),
      fc.tuple(at, place, amount).map((values) => extend(...values)),
      fc
        .tuple(at, place, fc.constantFrom<UsageOutcome>('settled', 'released', 'orphaned'), amount)
        .map((values) => settle(...values)),
      fc.tuple(at, place).map((values) => expire(...values)),
      fc.tuple(at, fc.nat(2), fc.integer({ min: 1, max: 300 })).map((values) => grant(...values)),
      fc.tuple(at, fc.nat(2), fc.integer({ min: 1, max: 300 })).map((values) => redeem(...values)),
      fc.tuple(at, place, amount).map((values) => refund(...values)),
      fc.tuple(at, fc.nat(2), fc.nat(800)).map((values) => setMemberBudget(...values)),
    ];
    await fc.assert(
      fc.asyncProperty(fc.commands(steps, { maxCommands: 40 }), async (commands) => {
        const budget = { nanos: '1000000', period: 'monthly' };
        const accounts = await Promise.all(
          [500n, 100n, 0n].map(async (balance) => ({
            owner: await openMember(balance, { budget }, 400n),
            memberBudget: 400n,
            balance,
            held: 0n,
            spent: 0n,
          })),
        );
        await fc.asyncModelRun(() => ({ model: { accounts, reservations: [] }, real: replicas }), commands);
      }),
      { numRuns: LONG ? 500 : 25, interruptAfterTimeLimit: LONG ? 600_000 : 60_000 },
    );
  });

  it('are in order while 32 writers reserve, extend, settle, expire and grant over the same accounts', async () => {
    const owners = await Promise.all(Array.from({ length: 8 }, () => openOwner(1_000_000n, { concurrencyMax: 1_000 })));
    const rounds = LONG ? 100 : 8;
    const granted = new Map(owners.map(({ accountId }) => [accountId, 1_000_000n]));
    const random = (below: number) => Math.floor(Math.random() * below);
    const write = async (writer: number) => {
      const quota = replicaAt(writer);
      for (let round = 0; round < rounds; round += 1) {
        const shuffled = owners.toSorted(() => Math.random() - 0.5);
        const holds = shuffled.map((owner) => holdFor(owner, random(50), { inputTokens: random(9) }));
        await quota.reserve(...holds);
        const [first, second, ...rest] = holds as [ReserveRequest, ReserveRequest, ...ReserveRequest[]];
        const delivered = { amountNanos: '5', tokens: eventFor(first).data.tokens };
        await quota.client.request(QuotaMessages.extend, { reservationId: first.reservationId, leaseMs: 1, delivered });
        await Promise.all([
          quota.settle(...rest.map((hold) => ({ ...hold, amountNanos: random(60).toString() }))),
          quota.expire(first.reservationId),
          quota.settle({ ...second, outcome: 'released' }),
          quota.client.request(QuotaMessages.grant, {
            accountId: first.accountId,
            amountNanos: '7',
            reference: randomUUID(),
            note: '',
            author: 'test',
          }),
        ]);
        granted.set(first.accountId, (granted.get(first.accountId) ?? 0n) + 7n);
      }
    };
    await Promise.all(Array.from({ length: 32 }, (_, writer) => write(writer)));
    expect(await replicaAt(0).audit()).toEqual(CLEAN_AUDIT);
    for (const { accountId, keyId } of owners) {
      const { balanceNanos, heldNanos } = await replicaAt(0).account(accountId);
      const { spentNanos } = await replicaAt(0).key(accountId, keyId);
      expect(BigInt(balanceNanos) + BigInt(spentNanos)).toBe(granted.get(accountId));
      expect(heldNanos).toBe('0');
    }
  });

  it('admit 7 of 500 when the balance affords 7, time and again, over several replicas', async () => {
    const rounds = LONG ? 1_000 : 100;
    for (let round = 0; round < rounds; round += 1) {
      const owner = await openOwner(7_999n);
      const decisions = await Promise.all(
        Array.from({ length: 500 }, (_, index) => replicaAt(index).reserve(holdFor(owner, 1_000))),
      );
      expect(decisions.flat().filter(({ held }) => held)).toHaveLength(7);
      expect(await replicaAt(0).account(owner.accountId)).toMatchObject({ heldNanos: '7000', availableNanos: '999' });
    }
  });
});
