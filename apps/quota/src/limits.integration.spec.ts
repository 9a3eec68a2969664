import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hashApiKey } from '@code-router/api-key';
import {
  QuotaMessages,
  type CreateKey,
  type ReservationRefused,
  type ReserveReply,
  type ReserveRequest,
} from '@code-router/contracts';
import { waitFor } from '@code-router/testing';
import { CLEAN_AUDIT, holdFor, startQuota, type RunningQuota } from './testing/running-quota.js';

let quota: RunningQuota;

beforeAll(async () => {
  quota = await startQuota();
});

afterAll(async () => {
  await quota?.stop();
});

async function openOwner(key: Partial<CreateKey> = {}, account = {}, balanceNanos = 1_000_000n) {
  const accountId = await quota.openAccount(balanceNanos, account);
  return { accountId, keyId: (await quota.createKey(accountId, key)).id };
}

const heldCount = (decisions: readonly ReserveReply[]) => decisions.filter(({ held }) => held).length;
const refusals = (decisions: readonly ReserveReply[]) =>
  decisions.flatMap((decision) => (decision.held ? [] : [decision as ReservationRefused]));

/** Waits for the beginning of a minute when too little of this one is left, so that no count moves on meanwhile. */
const withinOneMinute = () => waitFor(() => Date.now() % 60_000 < 52_000, { what: 'a minute', timeoutMs: 10_000 });

/** Lets what was counted be as old as if that many minutes had passed. */
async function passMinutes(minutes: number, { accountId, keyId }: { accountId: string; keyId: string }) {
  await quota.dataSource.query('UPDATE quota.keys SET window_minute = window_minute - $2 WHERE id = $1', [
    keyId,
    minutes,
  ]);
  await quota.dataSource.query('UPDATE quota.accounts SET window_minute = window_minute - $2 WHERE id = $1', [
    accountId,
    minutes,
  ]);
}

describe('requests per minute', () => {
  it('are admitted exactly as often as the limit says, and what is left is told', async () => {
    await withinOneMinute();
    const owner = await openOwner({ requestsPerMinute: 5 });
    const decisions = (await Promise.all(Array.from({ length: 40 }, () => quota.reserve(holdFor(owner, 1))))).flat();
    expect(heldCount(decisions)).toBe(5);
    const left = decisions.flatMap((decision) => (decision.held ? [decision.requests?.remaining] : []));
    expect(left.toSorted()).toEqual([0, 1, 2, 3, 4]);
    const [refused] = refusals(decisions);
    expect(refused).toMatchObject({
      code: 'rate_limit_exceeded',
      limit: 'key',
      limitName: 'requests_per_minute',
      most: 5,
      needed: 1,
      left: 0,
    });
    expect(refused?.retryAfterMs).toBeGreaterThan(0);
    expect(refused?.retryAfterMs).toBeLessThanOrEqual(120_000);
  });

  it('are free again when two minutes have passed', async () => {
    const owner = await openOwner({ requestsPerMinute: 2 });
    await quota.reserve(holdFor(owner, 1), holdFor(owner, 1));
    await passMinutes(2, owner);
    expect(heldCount(await quota.reserve(holdFor(owner, 1), holdFor(owner, 1)))).toBe(2);
  });

  it('of the minute before count in the share that is still in sight', async () => {
    await withinOneMinute();
    const owner = await openOwner({ requestsPerMinute: 1_000 });
    await quota.reserve(...Array.from({ length: 1_000 }, () => holdFor(owner, 0)));
    await passMinutes(1, owner);
    const before = Date.now() % 60_000;
    const decisions = await quota.reserve(...Array.from({ length: 1_001 }, () => holdFor(owner, 0)));
    const after = Date.now() % 60_000;
    expect(heldCount(decisions)).toBeGreaterThanOrEqual(Math.floor((1_000 * before) / 60_000));
    expect(heldCount(decisions)).toBeLessThanOrEqual(Math.floor((1_000 * after) / 60_000));
  });

  it('that are refused, for whatever reason, count against no limit', async () => {
    await withinOneMinute();
    const owner = await openOwner({ requestsPerMinute: 3, tokensPerMinute: 1_000, quotaNanos: '10' });
    const tooDear = Array.from({ length: 20 }, () => holdFor(owner, 11, { inputTokens: 10 }));
    const tooLarge = Array.from({ length: 20 }, () => holdFor(owner, 1, { inputTokens: 1_001 }));
    expect(heldCount(await quota.reserve(...tooDear, ...tooLarge))).toBe(0);
    const hold = { inputTokens: 300, outputTokens: 33 };
    expect(heldCount(await quota.reserve(...Array.from({ length: 3 }, () => holdFor(owner, 1, hold))))).toBe(3);
    const [row] = await quota.dataSource.query<object[]>(
      'SELECT requests_now::int, tokens_now::int, held_nanos::int, pending_count FROM quota.keys WHERE id = $1',
      [owner.keyId],
    );
    expect(row).toEqual({ requests_now: 3, tokens_now: 999, held_nanos: 3, pending_count: 3 });
  });
});

describe('tokens per minute', () => {
  it('are reserved with the bound and put right by what was used', async () => {
    await withinOneMinute();
    const owner = await openOwner({ tokensPerMinute: 1_000 });
    const hold = holdFor(owner, 5, { inputTokens: 100, outputTokens: 800 });
    expect(await quota.reserve(hold)).toMatchObject([{ held: true, tokens: { limit: 1_000, remaining: 100 } }]);
    const next = holdFor(owner, 5, { inputTokens: 500 });
    expect(refusals(await quota.reserve(next))).toMatchObject([
      { code: 'rate_limit_exceeded', limitName: 'tokens_per_minute', needed: 500, left: 100 },
    ]);
    // The event says one token in and one out.
    await quota.settle({ ...hold, amountNanos: '5' });
    expect(await quota.reserve(next)).toMatchObject([{ held: true, tokens: { remaining: 498 } }]);
  });

  it('that one request alone exceeds are refused without a time to retry', async () => {
    const owner = await openOwner({ tokensPerMinute: 100 });
    const [refused] = refusals(await quota.reserve(holdFor(owner, 1, { outputTokens: 101 })));
    expect(refused).toMatchObject({ code: 'request_too_large', limit: 'key', most: 100, needed: 101 });
    expect(refused).not.toHaveProperty('retryAfterMs');
  });
});

describe('the limits of an account', () => {
  it('count for all its keys together, and the tighter limit is told', async () => {
    await withinOneMinute();
    const accountId = await quota.openAccount(1_000n, { requestsPerMinute: 4, concurrencyMax: 3 });
    const keys = await Promise.all([1, 2].map(() => quota.createKey(accountId, { requestsPerMinute: 100 })));
    const [one, two] = keys.map(({ id }) => ({ accountId, keyId: id })) as [
      { accountId: string; keyId: string },
      { accountId: string; keyId: string },
    ];
    const holds = [holdFor(one, 1), holdFor(two, 1), holdFor(one, 1), holdFor(two, 1)];
    const decisions = await quota.reserve(...holds);
    expect(decisions[2]).toMatchObject({ held: true, requests: { limit: 4, remaining: 1 } });
    expect(decisions[3]).toMatchObject({
      held: false,
      limit: 'account',
      limitName: 'concurrency',
      retryAfterMs: 1_000,
    });
    await quota.settle({ ...(holds[0] as ReserveRequest), outcome: 'released' });
    expect(await quota.reserve(holdFor(two, 1))).toMatchObject([{ held: true, requests: { remaining: 0 } }]);
    await quota.settle({ ...(holds[1] as ReserveRequest), outcome: 'released' });
    expect(await quota.reserve(holdFor(one, 1))).toMatchObject([
      { limit: 'account', limitName: 'requests_per_minute' },
    ]);
  });

  it('come from its group, unless it has its own', async () => {
    await withinOneMinute();
    const group = `group ${randomUUID()}`;
    await quota.client.request(QuotaMessages.putGroupLimits, {
      group,
      requestsPerMinute: 2,
      tokensPerMinute: null,
      concurrencyMax: null,
    });
    const follower = await openOwner({}, { group });
    const exempt = await openOwner({}, { group, requestsPerMinute: 3 });
    const three = (owner: typeof exempt) => Array.from({ length: 4 }, () => holdFor(owner, 1));
    const [of, ofExempt] = [await quota.reserve(...three(follower)), await quota.reserve(...three(exempt))];
    expect([heldCount(of), heldCount(ofExempt)]).toEqual([2, 3]);
    expect(refusals(of)[0]).toMatchObject({ limit: 'group', most: 2 });
    expect(refusals(ofExempt)[0]).toMatchObject({ limit: 'account', most: 3 });
    const none = { group, requestsPerMinute: null, tokensPerMinute: null, concurrencyMax: null };
    await quota.client.request(QuotaMessages.putGroupLimits, none);
    expect(heldCount(await quota.reserve(holdFor(follower, 1)))).toBe(1);
  });
});

describe('the rules of a key', () => {
  it('let only its models through, by their exact names', async () => {
    const owner = await openOwner({ allowedModels: ['gpt-4o', 'vendor/model:x'] });
    const ask = (model?: string) => holdFor(owner, 1, model === undefined ? {} : { model });
    const decisions = await quota.reserve(
      ask('gpt-4o'),
      ask('vendor/model:x'),
      ask('gpt-4o-mini'),
      ask('GPT-4o'),
      ask(),
    );
    expect(decisions.map(({ held }) => held)).toEqual([true, true, false, false, false]);
    expect(refusals(decisions)[0]).toEqual({
      held: false,
      code: 'model_not_allowed',
      limit: 'key',
      limitName: 'models',
    });
  });

  it.each([
    ['192.0.2.7', true],
    ['::ffff:192.0.2.7', true],
    ['10.255.0.1', true],
    ['11.0.0.1', false],
    ['2001:db8:1::5', true],
    ['2001:db9::5', false],
    [undefined, false],
  ])('decide about the address %s', async (clientIp, held) => {
    const owner = await openOwner({ allowedIps: ['192.0.2.7', '10.1.2.3/8', '2001:db8::/32'] });
    const [decision] = await quota.reserve(holdFor(owner, 1, clientIp === undefined ? {} : { clientIp }));
    expect(decision).toMatchObject(held ? { held } : { held, code: 'ip_not_allowed', limitName: 'ips' });
  });

  it('of one key are no concern of the others in a batch', async () => {
    const ruled = await openOwner({
      allowedModels: ['a'],
      requestsPerMinute: 1,
      budget: { nanos: '1', period: 'daily' },
    });
    const free = await openOwner();
    const decisions = await quota.reserve(
      ...[ruled, free, ruled, free].map((owner) => holdFor(owner, 1, { model: 'b', inputTokens: 9 })),
    );
    expect(decisions.map(({ held }) => held)).toEqual([false, true, false, true]);
    expect(decisions[1]).not.toHaveProperty('requests');
  });
});

describe('a budget', () => {
  const budgetOf = async ({ accountId, keyId }: { accountId: string; keyId: string }) =>
    (await quota.key(accountId, keyId)).budget;
  /** Lets the period end now, as if it had begun a day ago. */
  const endPeriod = (keyId: string) =>
    quota.dataSource.query(
      `UPDATE quota.keys SET budget_set_at = budget_set_at - interval '40 days', budget_resets_at = clock_timestamp()
       WHERE id = $1`,
      [keyId],
    );

  it('is spent by holds and by charges, and says when it begins anew', async () => {
    const owner = await openOwner({ budget: { nanos: '100', period: 'monthly', timeZone: 'Europe/Berlin' } });
    const hold = holdFor(owner, 60);
    await quota.reserve(hold);
    const [refused] = refusals(await quota.reserve(holdFor(owner, 41)));
    expect(refused).toMatchObject({
      code: 'insufficient_quota',
      limit: 'key',
      limitName: 'budget',
      neededNanos: '41',
      availableNanos: '40',
    });
    expect(refused?.retryAfterMs).toBeGreaterThan(0);
    expect(refusals(await quota.reserve(holdFor(owner, 101)))[0]).not.toHaveProperty('retryAfterMs');
    await quota.settle({ ...hold, amountNanos: '25' });
    expect(await budgetOf(owner)).toMatchObject({ spentNanos: '25', heldNanos: '0', timeZone: 'Europe/Berlin' });
    expect(heldCount(await quota.reserve(holdFor(owner, 75), holdFor(owner, 1)))).toBe(1);
  });

  it('begins anew at the edge of its period, and holds of the old period stay there', async () => {
    const owner = await openOwner({ budget: { nanos: '100', period: 'daily' } });
    const [settled, open] = [holdFor(owner, 50), holdFor(owner, 50)];
    await quota.reserve(settled, open);
    await quota.settle({ ...settled, amountNanos: '50' });
    await endPeriod(owner.keyId);
    expect(await budgetOf(owner)).toMatchObject({ spentNanos: '0', heldNanos: '0' });
    expect(heldCount(await quota.reserve(holdFor(owner, 100)))).toBe(1);
    await quota.settle({ ...open, amountNanos: '45' });
    expect(await budgetOf(owner)).toMatchObject({ spentNanos: '0', heldNanos: '100' });
    expect(await quota.key(owner.accountId, owner.keyId)).toMatchObject({ spentNanos: '95', heldNanos: '100' });
    expect(await quota.audit()).toEqual(CLEAN_AUDIT);
  });

  it('counts from when it is set: what was spent or held before does not block', async () => {
    const owner = await openOwner();
    const [settled, open] = [holdFor(owner, 900), holdFor(owner, 900)];
    await quota.reserve(settled, open);
    await quota.settle({ ...settled, amountNanos: '900' });
    const set = (budget: CreateKey['budget']) =>
      quota.client.request(QuotaMessages.updateKey, { id: owner.keyId, budget });
    expect((await set({ nanos: '10', period: 'weekly' })).budget).toMatchObject({ spentNanos: '0', heldNanos: '0' });
    const hold = holdFor(owner, 10);
    expect(heldCount(await quota.reserve(hold, holdFor(owner, 1)))).toBe(1);
    await quota.settle({ ...open, amountNanos: '900' });
    expect(await budgetOf(owner)).toMatchObject({ spentNanos: '0', heldNanos: '10' });
    // More of the same goes on counting; another period does not.
    expect((await set({ nanos: '15', period: 'weekly' })).budget).toMatchObject({ nanos: '15', heldNanos: '10' });
    expect((await set({ nanos: '15', period: 'days', days: 3 })).budget).toMatchObject({ heldNanos: '0', days: 3 });
    await quota.settle({ ...hold, amountNanos: '10' });
    expect(await budgetOf(owner)).toMatchObject({ spentNanos: '0', heldNanos: '0' });
    expect((await set(null)).budget).toBeNull();
    expect(await quota.audit()).toEqual(CLEAN_AUDIT);
  });

  it.each<[string, string, string | null, string, string, string, string]>([
    ['daily', 'UTC', null, '2026-03-10T12:00:00Z', '2026-03-10T13:00:00Z', '2026-03-10T00:00Z', '2026-03-11T00:00Z'],
    // 23 hours, and 25.
    [
      'daily',
      'Europe/Berlin',
      null,
      '2026-01-01T00:00Z',
      '2026-03-29T10:00Z',
      '2026-03-28T23:00Z',
      '2026-03-29T22:00Z',
    ],
    [
      'daily',
      'Europe/Berlin',
      null,
      '2026-01-01T00:00Z',
      '2026-10-25T10:00Z',
      '2026-10-24T22:00Z',
      '2026-10-25T23:00Z',
    ],
    // Midnight is left out: the day begins when the clocks jump from 00:00 to 01:00.
    ['daily', 'Asia/Beirut', null, '2026-01-01T00:00Z', '2026-03-29T10:00Z', '2026-03-28T22:00Z', '2026-03-29T21:00Z'],
    // Midnight comes twice: the first one still belongs to the day before.
    [
      'daily',
      'America/Havana',
      null,
      '2026-01-01T00:00Z',
      '2026-11-01T04:30Z',
      '2026-10-31T04:00Z',
      '2026-11-01T05:00Z',
    ],
    [
      'daily',
      'America/Havana',
      null,
      '2026-01-01T00:00Z',
      '2026-11-01T05:00Z',
      '2026-11-01T05:00Z',
      '2026-11-02T05:00Z',
    ],
    [
      'weekly',
      'Asia/Kathmandu',
      null,
      '2026-01-01T00:00Z',
      '2026-03-08T18:14Z',
      '2026-03-01T18:15Z',
      '2026-03-08T18:15Z',
    ],
    [
      'weekly',
      'Asia/Kathmandu',
      null,
      '2026-01-01T00:00Z',
      '2026-03-08T18:15Z',
      '2026-03-08T18:15Z',
      '2026-03-15T18:15Z',
    ],
    [
      'monthly',
      'America/New_York',
      null,
      '2026-01-01T00:00Z',
      '2026-03-31T12:00Z',
      '2026-03-01T05:00Z',
      '2026-04-01T04:00Z',
    ],
    ['monthly', 'UTC', null, '2026-01-31T00:00Z', '2028-02-29T23:59Z', '2028-02-01T00:00Z', '2028-03-01T00:00Z'],
    ['days', 'UTC', '10', '2026-01-05T22:00Z', '2026-01-15T00:00Z', '2026-01-15T00:00Z', '2026-01-25T00:00Z'],
    ['days', 'UTC', '10', '2026-01-05T22:00Z', '2026-01-14T23:59Z', '2026-01-05T00:00Z', '2026-01-15T00:00Z'],
  ])(
    '%s in %s has the period that its clocks say (%s, set %s, at %s)',
    async (period, zone, days, setAt, at, starts, ends) => {
      const [found] = await quota.dataSource.query<{ starts_at: Date; ends_at: Date }[]>(
        'SELECT * FROM quota.budget_period($1, $2, $3, $4, $5)',
        [period, days, zone, setAt, at],
      );
      expect([found?.starts_at, found?.ends_at]).toEqual([new Date(starts), new Date(ends)]);
    },
  );

  it('has periods without gaps that contain their moment, in every time zone', async () => {
    const zones = fc.constantFrom(...Intl.supportedValuesOf('timeZone'));
    const moments = fc.integer({ min: 1_577_836_800, max: 1_900_000_000 });
    await fc.assert(
      fc.asyncProperty(
        zones,
        fc.constantFrom('daily', 'weekly', 'monthly', 'days'),
        fc.integer({ min: 1, max: 40 }),
        moments,
        moments,
        async (zone, period, days, setAt, at) => {
          const [found] = await quota.dataSource.query<{ inside: boolean; joined: boolean }[]>(
            `SELECT present.starts_at <= $5 AND $5 < present.ends_at AS inside,
               (quota.budget_period($1, $2, $3, $4, present.ends_at)).starts_at = present.ends_at AS joined
             FROM quota.budget_period($1, $2, $3, $4, $5::timestamptz) AS present`,
            [period, days, zone, new Date(setAt * 1_000), new Date(at * 1_000)],
          );
          expect(found).toEqual({ inside: true, joined: true });
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('a rotation', () => {
  const find = async (secret: string) =>
    (await quota.client.request(QuotaMessages.findPrincipal, { keyHash: hashApiKey(secret) })).principal;

  it('makes the new secret valid at once and leaves the old one valid until it is told', async () => {
    const accountId = await quota.openAccount(0n);
    const { id, secret, prefix } = await quota.createKey(accountId);
    const oldValidUntil = new Date(Date.now() + 3_600_000).toISOString();
    const rotated = await quota.client.request(QuotaMessages.rotateKey, { id, oldValidUntil });
    expect(rotated.secret).not.toBe(secret);
    expect(rotated.retiring).toEqual([{ prefix, validUntil: oldValidUntil }]);
    expect(await find(rotated.secret)).toMatchObject({ keyId: id });
    expect(await find(rotated.secret)).not.toHaveProperty('expiresAt');
    expect(await find(secret)).toMatchObject({ keyId: id, expiresAt: oldValidUntil });
    await quota.dataSource.query(`UPDATE quota.retired_secrets SET valid_until = now() WHERE key_id = $1`, [id]);
    expect(await find(secret)).toBeNull();
  });

  it('without an overlap ends every secret that was valid so far', async () => {
    const { id, secret } = await quota.createKey(await quota.openAccount(0n));
    const oldValidUntil = new Date(Date.now() + 3_600_000).toISOString();
    const second = await quota.client.request(QuotaMessages.rotateKey, { id, oldValidUntil });
    const third = await quota.client.request(QuotaMessages.rotateKey, { id });
    expect([await find(secret), await find(second.secret)]).toEqual([null, null]);
    expect(await find(third.secret)).toMatchObject({ keyId: id });
    expect(third.retiring).toEqual([]);
  });
});

describe('a revoked key', () => {
  it('speaks for nobody, is refused, and cannot be brought back', async () => {
    const accountId = await quota.openAccount(100n);
    const { id, secret } = await quota.createKey(accountId);
    const hold = holdFor({ accountId, keyId: id }, 10);
    await quota.reserve(hold);
    for (let time = 0; time < 2; time += 1) {
      expect(await quota.client.request(QuotaMessages.revokeKey, { id })).toMatchObject({ status: 'revoked' });
    }
    expect(await quota.client.request(QuotaMessages.findPrincipal, { keyHash: hashApiKey(secret) })).toEqual({
      principal: null,
    });
    expect(await quota.reserve(holdFor({ accountId, keyId: id }, 1))).toMatchObject([{ code: 'invalid_api_key' }]);
    for (const change of [
      () => quota.client.request(QuotaMessages.updateKey, { id, status: 'active' }),
      () => quota.client.request(QuotaMessages.rotateKey, { id }),
    ]) {
      await expect(change()).rejects.toMatchObject({ code: 'conflict' });
    }
    await quota.settle({ ...hold, amountNanos: '7' });
    expect(await quota.account(accountId)).toMatchObject({ balanceNanos: '93', heldNanos: '0' });
  });
});

describe('a key', () => {
  it('remembers when it was used last', async () => {
    const owner = await openOwner();
    expect(await quota.key(owner.accountId, owner.keyId)).toMatchObject({ lastUsedAt: null });
    const hold = holdFor(owner, 1);
    await quota.reserve(hold);
    await quota.settle({ ...hold, amountNanos: '1' });
    const { lastUsedAt } = await quota.key(owner.accountId, owner.keyId);
    expect(Math.abs(Date.parse(lastUsedAt ?? '') - Date.now())).toBeLessThan(60_000);
  });

  it.each<[string, object, string]>([
    ['an empty list of models', { allowedModels: [] }, 'allowedModels'],
    ['models that are no list', { allowedModels: 'gpt-4o' }, 'allowedModels'],
    ['a model without a name', { allowedModels: ['a', ''] }, 'allowedModels[1]'],
    ['an address that is none', { allowedIps: ['300.0.0.1'] }, 'allowedIps[0]'],
    ['a network that is none', { allowedIps: ['10.0.0.0/8', '10.0.0.0/40'] }, 'allowedIps[1]'],
    ['an address with more in it', { allowedIps: ["10.0.0.1'; DROP TABLE keys"] }, 'allowedIps[0]'],
    ['no requests', { requestsPerMinute: 0 }, 'requestsPerMinute'],
    ['negative tokens', { tokensPerMinute: -1 }, 'tokensPerMinute'],
    ['fractional requests', { requestsPerMinute: 1.5 }, 'requestsPerMinute'],
    ['requests as text', { requestsPerMinute: '5' }, 'requestsPerMinute'],
    ['too many tokens', { tokensPerMinute: 1_000_000_001 }, 'tokensPerMinute'],
    ['a budget that is a number', { budget: 5 }, 'budget'],
    ['a budget without an amount', { budget: { period: 'daily' } }, 'budget.nanos'],
    ['a negative budget', { budget: { nanos: '-1', period: 'daily' } }, 'budget.nanos'],
    ['a huge budget', { budget: { nanos: '9223372036854775807', period: 'daily' } }, 'budget.nanos'],
    ['a fractional budget', { budget: { nanos: '1.5', period: 'daily' } }, 'budget.nanos'],
    ['a budget without a period', { budget: { nanos: '1' } }, 'budget.period'],
    ['a budget of a period that is none', { budget: { nanos: '1', period: 'hourly' } }, 'budget.period'],
    ['a budget of days without days', { budget: { nanos: '1', period: 'days' } }, 'budget.days'],
    ['a budget of 0 days', { budget: { nanos: '1', period: 'days', days: 0 } }, 'budget.days'],
    ['a daily budget with days', { budget: { nanos: '1', period: 'daily', days: 2 } }, 'budget.days'],
    ['a time zone that is none', { budget: { nanos: '1', period: 'daily', timeZone: 'Mars/Base' } }, 'budget.timeZone'],
    ['an offset as time zone', { budget: { nanos: '1', period: 'daily', timeZone: '+02:00' } }, 'budget.timeZone'],
  ])('is not made or changed with %s', async (_, wrong, field) => {
    const accountId = await quota.openAccount(0n);
    const { secret, ...key } = await quota.createKey(accountId);
    expect(secret).not.toBe('');
    const refusal = { code: 'invalid_request_error', details: { param: field } };
    await expect(quota.createKey(accountId, wrong)).rejects.toMatchObject(refusal);
    await expect(
      quota.client.request(QuotaMessages.updateKey, { id: key.id, ...wrong } as never),
    ).rejects.toMatchObject(refusal);
    expect(await quota.key(accountId, key.id)).toEqual(key);
  });

  it.each<[string, object, string]>([
    ['no model', { model: '' }, 'model'],
    ['a model that is a number', { model: 5 }, 'model'],
    ['an address that is none', { clientIp: 'localhost' }, 'clientIp'],
    ['negative tokens', { inputTokens: -1 }, 'inputTokens'],
    ['fractional tokens', { outputTokens: 0.5 }, 'outputTokens'],
    ['tokens that are not a number', { outputTokens: Number.NaN }, 'outputTokens'],
    ['huge tokens', { outputTokens: 1e15 }, 'outputTokens'],
  ])('reserves nothing with %s', async (_, wrong, field) => {
    const owner = await openOwner();
    const asked = quota.reserve({ ...holdFor(owner, 1), ...wrong } as ReserveRequest);
    await expect(asked).rejects.toMatchObject({ details: { param: `reservations[0].${field}` } });
    expect(await quota.account(owner.accountId)).toMatchObject({ heldNanos: '0' });
  });
});

describe('a batch under all limits', () => {
  it('is decided exactly as its requests would be one by one', async () => {
    const request = fc.record({
      key: fc.nat(1),
      amount: fc.nat(30),
      tokens: fc.nat(40),
      model: fc.constantFrom('a', 'b'),
    });
    const limits = fc.record({
      budget: fc.option(fc.nat(80)),
      requestsPerMinute: fc.option(fc.integer({ min: 1, max: 8 })),
      tokensPerMinute: fc.option(fc.integer({ min: 20, max: 150 })),
      concurrencyMax: fc.option(fc.integer({ min: 1, max: 8 })),
      models: fc.option(fc.constant<string[]>(['a'])),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(request, { minLength: 1, maxLength: 30 }),
        limits,
        limits,
        limits,
        fc.boolean(),
        async (requests, first, second, ofAccount, together) => {
          await withinOneMinute();
          const { requestsPerMinute, tokensPerMinute, concurrencyMax } = ofAccount;
          const shared = { requestsPerMinute, tokensPerMinute, concurrencyMax };
          const accountId = await quota.openAccount(300n, shared);
          const keyIds: string[] = [];
          for (const { budget, models, ...rates } of [first, second]) {
            const key = await quota.createKey(accountId, {
              ...rates,
              allowedModels: models,
              budget: budget === null ? null : { nanos: budget.toString(), period: 'daily' },
            });
            keyIds.push(key.id);
          }
          const gate = (rates: typeof shared) => ({
            requests: rates.requestsPerMinute ?? Infinity,
            tokensMax: rates.tokensPerMinute ?? Infinity,
            tokens: rates.tokensPerMinute ?? Infinity,
            slots: rates.concurrencyMax ?? Infinity,
          });
          const account = { room: 300, ...gate(shared) };
          const keys = [first, second].map((key) => ({
            models: key.models,
            budget: key.budget ?? Infinity,
            ...gate(key),
          }));
          const expected = requests.map(({ key, amount, tokens, model }) => {
            const ofKey = keys[key] as (typeof keys)[0];
            if (ofKey.models && !ofKey.models.includes(model)) return 'models';
            if (amount > 0 && amount > ofKey.budget) return 'budget';
            if (amount > 0 && amount > account.room) return 'balance';
            for (const one of [ofKey, account]) {
              if (tokens > one.tokensMax) return 'tokens_per_minute';
              if (one.requests < 1) return 'requests_per_minute';
              if (tokens > 0 && tokens > one.tokens) return 'tokens_per_minute';
              if (one.slots < 1) return 'concurrency';
            }
            account.room -= amount;
            ofKey.budget -= amount;
            for (const one of [ofKey, account]) {
              one.requests -= 1;
              one.tokens -= tokens;
              one.slots -= 1;
            }
            return 'held';
          });
          const holds = requests.map(({ key, amount, tokens, model }) =>
            holdFor({ accountId, keyId: keyIds[key] as string }, amount, { inputTokens: tokens, model }),
          );
          const decisions: ReserveReply[] = [];
          if (together) decisions.push(...(await quota.reserve(...holds)));
          else for (const hold of holds) decisions.push(...(await quota.reserve(hold)));
          expect(decisions.map((decision) => (decision.held ? 'held' : decision.limitName))).toEqual(expected);
        },
      ),
      { numRuns: 40 },
    );
    expect(await quota.audit()).toEqual(CLEAN_AUDIT);
  });
});
