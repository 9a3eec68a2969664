import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  DomainError,
  IdentityMessages,
  QuotaMessages,
  TopUpMessages,
  type RequestContract,
} from '@code-router/contracts';
import { CLEAN_AUDIT, holdFor, startQuota, type RunningQuota } from './testing/running-quota.js';

let quota: RunningQuota;
let owner: { readonly accountId: string; readonly keyId: string };
let userId: string;
let reservationId: string;
let batchId: string;

beforeAll(async () => {
  quota = await startQuota();
  const accountId = await quota.openAccount(1_000_000n);
  userId = await quota.joinOwner(accountId, '500000');
  owner = { accountId, keyId: (await quota.createMemberKey(accountId, userId)).id };
  const [charged, pending] = [holdFor(owner, 100), holdFor(owner, 100)];
  await quota.reserve(charged, pending);
  await quota.settle({ ...charged, amountNanos: '60' });
  reservationId = pending.reservationId;
  const batch = { name: 'batch', amountNanos: '5', codeCount: 1, author: 'admin' };
  batchId = (await quota.client.request(TopUpMessages.createRedemptionBatch, batch)).id;
});

afterAll(async () => {
  await quota?.stop();
});

type Fields = Readonly<Record<string, unknown>>;
/** A command that changes something, with fields that it takes; written when the services run, for they have ids. */
type Command = readonly [name: string, contract: RequestContract<unknown, unknown>, fields: () => Fields];

/** Contracts differ in what they take; here each is sent what it does not take. */
const command = <Request, Reply>(
  name: string,
  contract: RequestContract<Request, Reply>,
  fields: () => Fields,
): Command => [name, contract as RequestContract<unknown, unknown>, fields];

const COMMANDS: readonly Command[] = [
  command('createAccount', QuotaMessages.createAccount, () => ({
    name: `new ${randomUUID()}`,
    group: 'default',
    overdraftNanos: '5',
    lowerOutput: true,
    requestsPerMinute: 5,
    tokensPerMinute: 5,
    concurrencyMax: 5,
  })),
  command('updateAccount', QuotaMessages.updateAccount, () => ({
    id: owner.accountId,
    overdraftNanos: '5',
    lowerOutput: true,
    concurrencyMax: 500,
  })),
  command('createKey', QuotaMessages.createKey, () => ({
    accountId: owner.accountId,
    name: 'key',
    quotaNanos: '5',
    budget: { nanos: '5', period: 'daily' },
    allowedModels: ['a'],
    allowedIps: ['10.0.0.0/8'],
    expiresAt: '2099-01-01T00:00:00Z',
    showCost: true,
    requestsPerMinute: 5,
  })),
  command('updateKey', QuotaMessages.updateKey, () => ({ id: owner.keyId, quotaNanos: '900000', showCost: true })),
  command('rotateKey', QuotaMessages.rotateKey, () => ({ id: owner.keyId })),
  command('putGroupLimits', QuotaMessages.putGroupLimits, () => ({
    group: 'some',
    requestsPerMinute: 5,
    tokensPerMinute: 5,
    concurrencyMax: 5,
  })),
  command('grant', QuotaMessages.grant, () => ({
    accountId: owner.accountId,
    amountNanos: '5',
    reference: randomUUID(),
    note: 'note',
    author: 'admin',
  })),
  command('extend', QuotaMessages.extend, () => ({
    reservationId,
    leaseMs: 60_000,
    delivered: { amountNanos: '5', tokens: { input: 1 } },
  })),
  command('correct', TopUpMessages.correct, () => ({
    accountId: owner.accountId,
    amountNanos: '-1',
    reference: randomUUID(),
    reason: 'reason',
    author: 'admin',
  })),
  command('refund', TopUpMessages.refund, () => ({
    reservationId,
    amountNanos: '1',
    reference: randomUUID(),
    reason: 'reason',
    author: 'admin',
  })),
  command('redeem', TopUpMessages.redeem, () => ({ accountId: owner.accountId, userId, code: 'XXXX' })),
  command('createRedemptionBatch', TopUpMessages.createRedemptionBatch, () => ({
    name: 'batch',
    amountNanos: '5',
    codeCount: 1,
    usesMax: 1,
    expiresAt: '2099-01-01T00:00:00Z',
    author: 'admin',
  })),
  command('updateRedemptionBatch', TopUpMessages.updateRedemptionBatch, () => ({ id: batchId, status: 'active' })),
  command('beginPayment', TopUpMessages.beginPayment, () => ({
    accountId: owner.accountId,
    userId,
    packageId: 'none',
  })),
  command('updateMember', IdentityMessages.updateMember, () => ({
    actorId: userId,
    accountId: owner.accountId,
    userId,
    role: 'owner',
    budgetNanos: '500000',
  })),
  command('invite', IdentityMessages.invite, () => ({
    actorId: userId,
    accountId: owner.accountId,
    role: 'member',
    expiresInHours: 5,
  })),
  command('createMemberKey', IdentityMessages.createMemberKey, () => ({
    accountId: owner.accountId,
    createdByUserId: userId,
    name: 'key',
  })),
  command('signUp', IdentityMessages.signUp, () => ({
    username: `u-${randomUUID()}`,
    password: 'correct horse battery',
    email: 'a@example.com',
  })),
];

/** What no field of any command takes, whatever it is for. */
const WRONG: readonly (readonly [what: string, value: unknown])[] = [
  ['an object', { nested: true }],
  ['a list of lists', [[1]]],
  ['a fraction', 1.5],
  ['a negative number', -7],
  ['a huge number', 1e300],
  ['text with a NUL', 'a\0b'],
  ['an endless text', 'x'.repeat(100_000)],
];

/** Everything that a command could change. */
const TABLES = [
  'accounts',
  'keys',
  'ledger_entries',
  'reservations',
  'group_limits',
  'member_budgets',
  'account_members',
  'account_invitations',
  'redemption_batches',
  'redemptions',
  'payments',
  'users',
];

async function contents(): Promise<string> {
  const tables = await Promise.all(
    TABLES.map((table) => quota.dataSource.query<object[]>(`SELECT row::text FROM quota.${table} AS row ORDER BY 1`)),
  );
  return JSON.stringify(tables);
}

/** The code that a request is refused with; `none` when it is not. */
async function codeOf(contract: RequestContract<unknown, unknown>, request: object): Promise<string> {
  return quota.client.request(contract, request).then(
    () => 'none',
    (error: unknown) => (error instanceof DomainError ? error.code : String(error)),
  );
}

/** Not a defect of ours, which would be `internal_error`. */
const CALLERS_FAULT = /^(invalid_request_error|not_found|forbidden|conflict)$/;

describe('every command', () => {
  it.each(COMMANDS)(
    '%s: refuses what is wrong in any of its fields, and changes nothing',
    async (_, contract, fields) => {
      const before = await contents();
      for (const field of Object.keys(fields())) {
        for (const [what, value] of WRONG) {
          const code = await codeOf(contract, { ...fields(), [field]: value });
          expect([field, what, code]).toEqual([field, what, expect.stringMatching(CALLERS_FAULT)]);
        }
      }
      expect(await contents()).toBe(before);
    },
  );

  it.each(COMMANDS)('%s: is no defect without its fields, and changes nothing', async (_name, contract) => {
    const before = await contents();
    for (const request of [{}, [], { id: null }, { accountId: {} }]) {
      expect(await codeOf(contract, request)).toMatch(CALLERS_FAULT);
    }
    expect(await contents()).toBe(before);
  });
});

describe('an account that is not there, or is disabled', () => {
  it.each(COMMANDS.filter(([, , fields]) => /\baccountId:/.test(fields.toString())))(
    '%s: is told that there is none',
    async (_name, contract, fields) => {
      const before = await contents();
      expect(await codeOf(contract, { ...fields(), accountId: randomUUID() })).toMatch(CALLERS_FAULT);
      expect(await contents()).toBe(before);
    },
  );

  it('is held nothing for, and what was held before is still settled, given back or refunded', async () => {
    const accountId = await quota.openAccount(1_000n);
    const closed = { accountId, keyId: (await quota.createKey(accountId)).id };
    const [charged, released, refunded] = [holdFor(closed, 100), holdFor(closed, 100), holdFor(closed, 100)];
    await quota.reserve(charged, released, refunded);
    await quota.client.request(QuotaMessages.updateAccount, { id: accountId, status: 'disabled' });
    expect(await quota.reserve(holdFor(closed, 1))).toMatchObject([{ held: false, code: 'account_disabled' }]);
    await quota.settle(
      { ...charged, amountNanos: '60' },
      { ...released, outcome: 'released' },
      { ...refunded, amountNanos: '50' },
    );
    await quota.client.request(TopUpMessages.refund, {
      reservationId: refunded.reservationId,
      reason: 'closing',
      author: 'admin',
    });
    const redeem = { accountId, userId: await quota.joinOwner(accountId), code: 'nonsense' };
    await expect(quota.client.request(TopUpMessages.redeem, redeem)).rejects.toBeInstanceOf(DomainError);
    expect(await quota.account(accountId)).toMatchObject({ balanceNanos: '940', heldNanos: '0' });
    expect(await quota.audit()).toEqual(CLEAN_AUDIT);
  });
});
