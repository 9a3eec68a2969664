import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  usageEvent,
  type AccountRole,
  type BegunPayment,
  type CreatedInvitation,
  type CreatedKey,
  type CreatedRedemptionBatch,
  type LedgerEntry,
  type MemberKey,
  type Membership,
  type Page,
  type Payment,
  type PostedEntry,
  type Session,
  type TopUpState,
  type UsageRecord,
  type User,
} from '@code-router/contracts';
import { UsageEventLog } from '@code-router/messaging';
import { waitFor } from '@code-router/testing';
import { startConsole, type Refusal, type RunningConsole } from './running-console.js';

const PASSWORD = 'a password of the test';

interface Me {
  readonly user: User;
  readonly memberships: readonly Membership[];
}

let console: RunningConsole;
let accountId: string;
let elsewhere: string;
let strangerToken: string;
const people = new Map<AccountRole, Session>();
const tokenOf = (role: AccountRole) => people.get(role)!.token;

let count = 0;
const signUp = async (changes: object = {}): Promise<Session> => {
  const json = { username: `person-${(count += 1)}`, password: PASSWORD, ...changes };
  const { status, body, text } = await console.send<Session>('POST', '/api/auth/sign-up', { json, token: null });
  if (status !== 201) throw new Error(`signing up answered ${status}: ${text}`);
  return body;
};
const as = async <Body>(token: string, method: string, path: string, json?: unknown): Promise<Body> => {
  const { status, body, text } = await console.send<Body>(method, path, { token, json });
  if (status >= 300) throw new Error(`${method} ${path} answered ${status}: ${text}`);
  return body;
};
const personalAccount = async (token: string) => (await as<Me>(token, 'GET', '/api/me')).memberships[0]!.accountId;
const mine = (path = '') => `/api/me/accounts/${accountId}${path}`;
const invite = (role: AccountRole) => as<CreatedInvitation>(tokenOf('owner'), 'POST', mine('/invitations'), { role });
const createKey = (role: AccountRole) => as<CreatedKey>(tokenOf(role), 'POST', mine('/keys'), { name: `of ${role}` });

beforeAll(async () => {
  console = await startConsole({ CODE_ROUTER_SIGN_UP: 'open', CODE_ROUTER_TRIAL_PAYMENTS: 'true' });
  people.set('owner', await signUp());
  accountId = await personalAccount(tokenOf('owner'));
  for (const role of ['admin', 'member', 'billing'] as const) {
    people.set(role, await signUp({ invitation: (await invite(role)).token }));
  }
  strangerToken = (await signUp()).token;
  elsewhere = await personalAccount(strangerToken);
});

afterAll(async () => {
  await console?.stop();
  delete process.env['CODE_ROUTER_SIGN_UP'];
  delete process.env['CODE_ROUTER_TRIAL_PAYMENTS'];
});

describe('an account holder', () => {
  it('reads who they are and what they may do', async () => {
    const me = await as<Me>(tokenOf('billing'), 'GET', '/api/me');
    expect(me.user).toMatchObject({ role: 'user', hasPassword: true });
    expect(me.memberships.map(({ role }) => role)).toEqual(['owner', 'billing']);
    expect(me.memberships[1]!.permissions).toContain('top-up');
    expect(me.memberships[1]!.permissions).not.toContain('keys.read');
  });

  it('reaches the keys that their role lets them reach, and never those of another account', async () => {
    const [theirs, house] = [await createKey('member'), await createKey('owner')];
    const foreign = await as<CreatedKey>(strangerToken, 'POST', `/api/me/accounts/${elsewhere}/keys`, { name: 'x' });
    const listed = async (role: AccountRole) =>
      (await as<Page<MemberKey>>(tokenOf(role), 'GET', mine('/keys?limit=200'))).items.map(({ id }) => id);
    expect(await listed('owner')).toEqual(expect.arrayContaining([theirs.id, house.id]));
    expect(await listed('member')).toContain(theirs.id);
    expect(await listed('member')).not.toContain(house.id);

    const patch = (role: AccountRole, keyId: string, json: object) =>
      console.send<Refusal>('PATCH', mine(`/keys/${keyId}`), { token: tokenOf(role), json });
    expect((await patch('member', theirs.id, { status: 'disabled' })).status).toBe(200);
    expect((await patch('owner', theirs.id, { status: 'active' })).status).toBe(200);
    expect((await patch('member', house.id, { status: 'disabled' })).status).toBe(404);
    expect((await patch('owner', foreign.id, { status: 'disabled' })).status).toBe(404);
    expect((await patch('owner', house.id, { group: 'nobody-chose-it' })).body.error.code).toBe(
      'invalid_request_error',
    );
    expect(
      (
        await console.send<Refusal>('POST', mine('/keys'), {
          token: tokenOf('owner'),
          json: { name: 'x', group: 'nobody-chose-it' },
        })
      ).status,
    ).toBe(400);
  });

  it('sees the usage that their role lets them see, and not how it was routed', async () => {
    const [theirs, house] = [await createKey('member'), await createKey('owner')];
    const at = '2030-01-01T10:00:00.000Z';
    const event = (keyId: string) =>
      usageEvent(
        {
          outcome: 'settled',
          reservationId: randomUUID(),
          requestId: `request-${keyId}`,
          accountId,
          keyId,
          keyName: 'key',
          endpoint: '/v1/chat/completions',
          stream: false,
          modelAsked: 'demo',
          channelId: randomUUID(),
          channelName: 'a secret channel',
          upstreamRequestId: 'a secret id',
          attempts: 2,
          tokens: { input: 5, output: 3 },
          reasoningTokens: 0,
          estimated: false,
          priceVersionId: randomUUID(),
          terms: { rates: {}, perCallNanos: '0', tiers: [] },
          multiplierMillionths: '1000000',
          multiplierSource: 'default',
          amountNanos: '0',
          httpStatus: 200,
          clientDisconnected: false,
          startedAt: at,
          completedAt: at,
          latencyMs: 1,
        } as Parameters<typeof usageEvent>[0],
        'test',
      );
    const log = console.app.get(UsageEventLog);
    await Promise.all([log.publish(event(theirs.id)), log.publish(event(house.id))]);
    const usage = (role: AccountRole, query: string) =>
      as<Page<UsageRecord>>(tokenOf(role), 'GET', mine(`/usage?limit=200${query}`));
    await waitFor(async () => (await usage('owner', '')).items.length >= 2);

    const all = (await usage('billing', '')).items;
    expect(all.map(({ keyId }) => keyId)).toEqual(expect.arrayContaining([theirs.id, house.id]));
    expect(JSON.stringify(all)).not.toMatch(/secret|channel|attempts/i);
    expect((await usage('member', '')).items.map(({ keyId }) => keyId)).toEqual([theirs.id]);
    expect((await usage('member', `&keyId=${theirs.id}`)).items).toHaveLength(1);
    for (const query of [`?keyId=${house.id}`, `?keyId=${randomUUID()}`]) {
      expect((await console.send('GET', mine(`/usage${query}`), { token: tokenOf('member') })).status).toBe(404);
    }
    expect((await console.send('GET', mine(`/usage?accountId=${elsewhere}`), { token: tokenOf('owner') })).status).toBe(
      400,
    );
    const range = 'granularity=day&from=2030-01-01T00:00:00Z&to=2030-01-02T00:00:00Z';
    const rollups = async (role: AccountRole) =>
      (await as<{ rollups: { keyId: string }[] }>(tokenOf(role), 'GET', mine(`/usage/rollups?${range}`))).rollups;
    expect((await rollups('owner')).map(({ keyId }) => keyId)).toEqual(expect.arrayContaining([theirs.id, house.id]));
    expect((await rollups('member')).map(({ keyId }) => keyId)).toEqual([theirs.id]);
  });

  it('who is removed is out at once', async () => {
    const guest = await signUp({ invitation: (await invite('admin')).token });
    expect((await console.send('GET', mine(), { token: guest.token })).status).toBe(200);
    await as(tokenOf('owner'), 'DELETE', mine(`/members/${guest.user.id}`));
    expect((await console.send('GET', mine(), { token: guest.token })).status).toBe(404);
  });

  it('accepts an invitation when signed in, once', async () => {
    const { token } = await invite('billing');
    const guest = await signUp();
    const joined = await as<Membership>(guest.token, 'POST', '/api/me/invitations', { token });
    expect(joined).toMatchObject({ accountId, role: 'billing' });
    const again = await console.send('POST', '/api/me/invitations', { token: strangerToken, json: { token } });
    expect(again.status).toBe(404);
    await as(guest.token, 'DELETE', mine(`/members/${guest.user.id}`));
  });

  it('ends sessions and changes the password, with effect at once', async () => {
    const first = await signUp();
    const login = async (password = PASSWORD) => (await console.login(first.user.username, password)).body.token;
    const [second, third] = [await login(), await login()];
    const status = async (token: string) => (await console.send('GET', '/api/me', { token })).status;
    expect([await status(second), await status(third)]).toEqual([200, 200]);
    const { sessions } = await as<{ sessions: { id: string; current: boolean; userAgent: string }[] }>(
      second,
      'GET',
      '/api/me/sessions',
    );
    expect(sessions).toHaveLength(3);
    expect(sessions[0]!.userAgent).toBe('node');
    const current = sessions.find((session) => session.current)!;
    await as(third, 'DELETE', `/api/me/sessions/${current.id}`);
    expect([await status(second), await status(third)]).toEqual([401, 200]);
    await as(third, 'POST', '/api/me/password', { oldPassword: PASSWORD, newPassword: 'another password' });
    expect([await status(first.token), await status(third)]).toEqual([401, 200]);
    const fourth = await login('another password');
    expect(await as(third, 'DELETE', '/api/me/sessions')).toEqual({ ended: 1 });
    expect(await status(fourth)).toBe(401);
  });
});

describe('administrators', () => {
  it('enter, list and disable users, with effect at once; only the root makes administrators', async () => {
    const entered = await console.ask<User>('POST', '/api/users', { username: 'entered', password: PASSWORD });
    const { token } = (await console.login('entered', PASSWORD)).body;
    expect((await console.ask<Page<User>>('GET', '/api/users?limit=1')).items[0]!.id).toBe(entered.id);
    expect((await console.send('GET', '/api/users', { token })).status).toBe(403);
    await console.ask('PATCH', `/api/users/${entered.id}`, { role: 'admin' });
    expect((await console.send('GET', '/api/users', { token })).status).toBe(200);
    const json = { role: 'admin' };
    const other = await signUp();
    expect((await console.send('PATCH', `/api/users/${other.user.id}`, { token, json })).status).toBe(403);
    await console.ask('PATCH', `/api/users/${entered.id}`, { status: 'disabled' });
    expect((await console.send('GET', '/api/users', { token })).status).toBe(401);
  });

  it('make codes that members redeem, correct balances and refund requests, with the ledger to show for it', async () => {
    const batch = await console.ask<CreatedRedemptionBatch>('POST', '/api/redemption-batches', {
      name: 'Spring',
      amountCredits: '5',
      codeCount: 2,
    });
    const redeemed = await as<PostedEntry>(tokenOf('billing'), 'POST', mine('/redemptions'), { code: batch.codes[0] });
    expect(redeemed.entry).toMatchObject({ kind: 'redemption', amountNanos: '5000000000' });
    await console.ask('PATCH', `/api/redemption-batches/${batch.id}`, { status: 'disabled' });
    const late = await console.send('POST', mine('/redemptions'), {
      token: tokenOf('owner'),
      json: { code: batch.codes[1] },
    });
    expect(late.status).toBe(409);
    const correction = { amountNanos: '-1000000000', reference: randomUUID(), reason: 'entered twice' };
    const corrected = await console.ask<PostedEntry>('POST', `/api/accounts/${accountId}/corrections`, correction);
    expect(corrected.account.balanceNanos).toBe('4000000000');
    const refund = { reservationId: randomUUID(), reason: 'nothing was charged' };
    expect((await console.send('POST', '/api/refunds', { json: refund })).status).toBe(404);
    const { items } = await as<Page<LedgerEntry>>(tokenOf('billing'), 'GET', mine('/ledger'));
    expect(items.map(({ kind, note }) => [kind, note])).toEqual([
      ['correction', 'entered twice'],
      ['redemption', 'Spring'],
    ]);
  });
});

describe('topping up', () => {
  it('tells what is configured, and that a trial payment is not real money', async () => {
    const { payments } = await as<TopUpState>(strangerToken, 'GET', '/api/top-up');
    expect(payments).toMatchObject({ configured: true, providers: ['trial'] });
    expect(payments.notice).toContain('not real money');
    const path = `/api/me/accounts/${elsewhere}/payments`;
    const begun = await as<BegunPayment>(strangerToken, 'POST', path, { packageId: 'usd-5' });
    const paid = await as<Payment>(strangerToken, 'POST', `${path}/${begun.id}/confirm-trial`);
    expect(paid).toMatchObject({ status: 'paid', realMoney: false });
    expect((await as<Page<Payment>>(strangerToken, 'GET', path)).items).toEqual([paid]);
    expect(await as(strangerToken, 'GET', `/api/me/accounts/${elsewhere}`)).toMatchObject({
      balanceNanos: '5000000000',
    });
  });

  it('takes webhooks only as signed bytes, where they are configured', async () => {
    const send = (headers: Record<string, string>, json: string) =>
      console.send<Refusal>('POST', '/api/payments/stripe/webhook', { token: null, headers, json });
    expect((await send({}, '{}')).status).toBe(400);
    expect((await send({ 'stripe-signature': 't=1,v1=00' }, '{}')).status).toBe(404);
  });
});

it('leaves the books in order', async () => {
  const audit = await console.ask<Record<string, number>>('GET', '/api/audit');
  expect(Object.values(audit).every((problems) => problems === 0)).toBe(true);
});
