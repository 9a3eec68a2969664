import { randomUUID } from 'node:crypto';
import { expect } from '@jest/globals';
import fc from 'fast-check';
import { QuotaMessages, TopUpMessages, type ReserveRequest, type UsageOutcome } from '@code-router/contracts';
import { CLEAN_AUDIT, eventFor, holdFor, type RunningQuota } from './running-quota.js';

/** What the commands are run on: replicas of one service, which a test may stop and start meanwhile. */
export interface Fleet {
  replicas: readonly RunningQuota[];
}

export const replicaAt = ({ replicas }: Fleet, place: number) => replicas[place % replicas.length] as RunningQuota;

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
  /** Whether its only key has a budget and was made by its member; otherwise nothing limits the key. */
  readonly hasBudgets: boolean;
  /** What its member may spend. */
  memberBudget: bigint;
  balance: bigint;
  held: bigint;
  spent: bigint;
}

/** What the books must say, in the simplest form: one thing after the other, in memory. */
export interface Model {
  readonly accounts: readonly ModelAccount[];
  readonly reservations: ModelReservation[];
}

export type Step = fc.AsyncCommand<Model, Fleet>;

/** Runs a step at one replica, and compares everything afterwards. */
function step(
  name: string,
  at: number,
  run: (model: Model, quota: RunningQuota, other: RunningQuota) => Promise<void>,
): Step {
  return {
    check: () => true,
    run: async (model, fleet) => {
      await run(model, replicaAt(fleet, at), replicaAt(fleet, at + 1));
      await expectBooks(model, fleet);
    },
    toString: () => name,
  };
}

export async function expectBooks(model: Model, fleet: Fleet): Promise<void> {
  const quota = replicaAt(fleet, 0);
  expect(await quota.audit()).toEqual(CLEAN_AUDIT);
  for (const { owner, hasBudgets, balance, held, spent, memberBudget } of model.accounts) {
    expect(await quota.account(owner.accountId)).toMatchObject({
      balanceNanos: balance.toString(),
      heldNanos: held.toString(),
    });
    expect(await quota.key(owner.accountId, owner.keyId)).toMatchObject({
      spentNanos: spent.toString(),
      heldNanos: held.toString(),
      ...(hasBudgets && { budget: { spentNanos: spent.toString(), heldNanos: held.toString() } }),
    });
    expect(await quota.member(owner.accountId, owner.userId)).toMatchObject({
      budgetNanos: memberBudget.toString(),
      spentNanos: (hasBudgets ? spent : 0n).toString(),
      heldNanos: (hasBudgets ? held : 0n).toString(),
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

const exceedsBudget = (amount: number, { hasBudgets, memberBudget, spent, held }: ModelAccount): boolean =>
  hasBudgets && BigInt(amount) > memberBudget - spent - held;

const reserve = (at: number, account: number, amount: number, again: boolean) =>
  step(`reserve ${amount} of account ${account} at ${at}`, at, async (model, quota, other) => {
    const ofModel = pick(model.accounts, account) as ModelAccount;
    const hold = holdFor(ofModel.owner, amount);
    const refusedBy =
      amount === 0
        ? undefined
        : exceedsBudget(amount, ofModel)
          ? 'member'
          : exceeds(amount, ofModel)
            ? 'account'
            : undefined;
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
    if (again) expect(await other.reserve(hold)).toMatchObject([{ held: true }]);
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

const STATUS_AFTER = { settled: 'posted', released: 'voided', orphaned: 'expired' } as const;

const settle = (at: number, place: number, outcome: UsageOutcome, actual: number) =>
  step(`settle ${place} as ${outcome} of ${actual} at ${at}`, at, async (model, quota, other) => {
    const reservation = pick(model.reservations, place);
    if (!reservation) return;
    const event = { ...reservation.hold, outcome, amountNanos: actual.toString() };
    // Delivered twice, to two replicas at once.
    await Promise.all([quota.settle(event), other.settle(event)]);
    const due = outcome === 'released' ? 0n : BigInt(actual);
    if (reservation.status === 'pending') {
      // An orphan is what is known so far: its settlement may still come and correct it.
      release(reservation, STATUS_AFTER[outcome]);
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
  step(`grant ${amount} to account ${account} at ${at}`, at, async (model, quota, other) => {
    const ofModel = pick(model.accounts, account) as ModelAccount;
    const { accountId } = ofModel.owner;
    const request = { accountId, amountNanos: amount.toString(), reference: randomUUID(), note: '', author: 'test' };
    await Promise.all([quota, other].map(({ client }) => client.request(QuotaMessages.grant, request)));
    ofModel.balance += BigInt(amount);
  });

const redeem = (at: number, account: number, amount: number) =>
  step(`redeem ${amount} for account ${account} at ${at}`, at, async (model, quota, other) => {
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
    const tries = [quota, other].map(({ client }) => client.request(TopUpMessages.redeem, request));
    expect((await Promise.allSettled(tries)).filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    ofModel.balance += BigInt(amount);
  });

const refund = (at: number, place: number, amount: number) =>
  step(`refund ${amount} of ${place} at ${at}`, at, async (model, quota, other) => {
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
    const tries = [quota, other].map(({ client }) => client.request(TopUpMessages.refund, request));
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

/** A model of three accounts, of which two have a key with a budget that a member made, and the accounts themselves. */
export async function openModel(fleet: Fleet): Promise<Model> {
  const budget = { nanos: '1000000', period: 'monthly' } as const;
  const quota = replicaAt(fleet, 0);
  const accounts = await Promise.all(
    [500n, 100n, 0n].map(async (balance, place) => {
      const hasBudgets = place !== 1;
      const accountId = await quota.openAccount(balance);
      const userId = await quota.joinOwner(accountId, '400');
      const { id: keyId } = hasBudgets
        ? await quota.createMemberKey(accountId, userId, { budget })
        : await quota.createKey(accountId);
      return { owner: { accountId, userId, keyId }, hasBudgets, memberBudget: 400n, balance, held: 0n, spent: 0n };
    }),
  );
  return { accounts, reservations: [] };
}

/** Every command, at any replica, about anything. */
export function anyStep(): fc.Arbitrary<Step>[] {
  const at = fc.nat(2);
  const place = fc.nat(20);
  const amount = fc.oneof(fc.nat(5), fc.nat(60), fc.nat(400));
  return [
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
}
