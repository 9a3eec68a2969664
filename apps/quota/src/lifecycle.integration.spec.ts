import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  QuotaMessages,
  SettlementMessages,
  type ExtendRequest,
  type LedgerEntry,
  type UsageContext,
  type UsageEvent,
} from '@code-router/contracts';
import type { TokenUsage } from '@code-router/money';
import { waitFor } from '@code-router/testing';
import { CLEAN_AUDIT, eventFor, holdFor, startQuota, type RunningQuota } from './testing/running-quota.js';

let quota: RunningQuota;
const published: UsageEvent[] = [];

beforeAll(async () => {
  quota = await startQuota();
  await quota.eventLog.consume({ consumer: 'test', batchMax: 100 }, async (events) => {
    published.push(...events);
  });
});

afterAll(async () => {
  await quota?.stop();
});

async function openOwner(balanceNanos: bigint, key = {}) {
  const accountId = await quota.openAccount(balanceNanos);
  return { accountId, keyId: (await quota.createKey(accountId, key)).id };
}

const tokensOf = (output: number): TokenUsage => ({
  ...eventFor(holdFor({ accountId: '', keyId: '' }, 0)).data.tokens,
  output,
});

const delivered = (amountNanos: number) => ({ amountNanos: amountNanos.toString(), tokens: tokensOf(amountNanos) });

function contextOf(owner: { readonly accountId: string; readonly keyId: string }): UsageContext {
  const { keyName, endpoint, modelAsked, attempts, priceVersionId, terms, multiplierMillionths, multiplierSource } =
    eventFor(holdFor(owner, 0)).data;
  const startedAt = new Date(Date.now() - 5_000).toISOString();
  return {
    keyName,
    endpoint,
    stream: true,
    modelAsked,
    attempts,
    priceVersionId,
    terms,
    multiplierMillionths,
    multiplierSource,
    startedAt,
  };
}

const extend = (request: Omit<ExtendRequest, 'leaseMs'>) =>
  quota.client.request(QuotaMessages.extend, { leaseMs: 60_000, ...request });

/** A reservation that ended at a checkpoint, because its gateway was not heard of any more. */
async function orphaned(owner: Awaited<ReturnType<typeof openOwner>>, amountNanos: number, checkpoint: number) {
  const hold = holdFor(owner, amountNanos);
  expect(await quota.reserve(hold)).toMatchObject([{ held: true }]);
  await extend({ reservationId: hold.reservationId, delivered: delivered(checkpoint), context: contextOf(owner) });
  await quota.expire(hold.reservationId);
  return hold;
}

const entriesOf = async (accountId: string) =>
  (await quota.ledger(accountId))
    .filter(({ kind }) => kind !== 'grant')
    .map(({ kind, reference, amountNanos, balanceAfterNanos }) => [kind, reference, amountNanos, balanceAfterNanos]);

describe('an orphan', () => {
  it('is charged what was delivered at its last checkpoint, and the rest is free', async () => {
    const owner = await openOwner(1_000n, { budget: { nanos: '900', period: 'monthly' }, concurrencyMax: 1 });
    const hold = holdFor(owner, 600);
    await quota.reserve(hold);
    const { reservationId } = hold;
    await extend({ reservationId, delivered: delivered(100), context: contextOf(owner) });
    await extend({ reservationId, delivered: delivered(250) });
    // A message that was overtaken.
    await extend({ reservationId, delivered: delivered(180) });
    await quota.expire(reservationId);
    expect(await quota.statusOf(reservationId)).toBe('expired');
    expect(await entriesOf(owner.accountId)).toEqual([['charge', reservationId, '-250', '750']]);
    expect(await quota.account(owner.accountId)).toMatchObject({ balanceNanos: '750', heldNanos: '0' });
    expect(await quota.key(owner.accountId, owner.keyId)).toMatchObject({
      spentNanos: '250',
      heldNanos: '0',
      budget: { spentNanos: '250', heldNanos: '0' },
    });
    expect(await quota.audit()).toEqual(CLEAN_AUDIT);
  });

  it('becomes one usage event, which says what was delivered, and which changes nothing when it comes back', async () => {
    const owner = await openOwner(1_000n);
    const hold = await orphaned(owner, 600, 250);
    const ofHold = () => published.filter(({ data }) => data.reservationId === hold.reservationId);
    await waitFor(() => ofHold().length > 0, { what: 'the usage event' });
    const [event] = ofHold() as [UsageEvent];
    expect(event).toMatchObject({
      id: `${hold.reservationId}:orphaned`,
      type: 'code-router.usage.v1.orphaned',
      subject: owner.accountId,
      data: {
        ...contextOf(owner),
        priceVersionId: expect.any(String),
        startedAt: expect.any(String),
        outcome: 'orphaned',
        requestId: hold.requestId,
        keyId: owner.keyId,
        amountNanos: '250',
        tokens: tokensOf(250),
      },
    });
    expect(event.data.latencyMs).toBeGreaterThanOrEqual(5_000);
    await quota.settleEvents([event]);
    // Its gateway may live, and still hold the settlement: it must not take that for posted.
    expect(quota.notices.posted).not.toContain(hold.reservationId);
    const asked = { reservationIds: [hold.reservationId] };
    expect(await quota.client.request(SettlementMessages.status, asked)).toMatchObject({ posted: [] });
    await waitFor(async () => (await quota.client.request(SettlementMessages.getPosted, asked)).events.length > 0, {
      what: 'the event of the orphan to be kept',
    });
    expect(await quota.client.request(SettlementMessages.getPosted, asked)).toEqual({ events: [event] });
    // The settlement of the request itself still counts afterwards, and is kept beside it; nothing is kept twice.
    const settlement = eventFor({ ...hold, amountNanos: '300' });
    await quota.settleEvents([settlement]);
    await quota.settleEvents([event, settlement]);
    expect(await quota.client.request(SettlementMessages.getPosted, asked)).toEqual({ events: [event, settlement] });
    expect(await entriesOf(owner.accountId)).toEqual([
      ['charge', hold.reservationId, '-250', '750'],
      ['charge_correction', hold.reservationId, '-50', '700'],
    ]);
    const [row] = await quota.dataSource.query<object[]>('SELECT event_due FROM quota.reservations WHERE id = $1', [
      hold.reservationId,
    ]);
    expect(row).toEqual({ event_due: false });
    expect(ofHold()).toHaveLength(1);
  });

  it('is of the channel that its request came to in the end', async () => {
    const owner = await openOwner(1_000n);
    const hold = holdFor(owner, 600);
    await quota.reserve(hold);
    const { reservationId } = hold;
    const first = { ...contextOf(owner), channelName: 'first', attempts: 1 };
    const second = { ...first, channelName: 'second', attempts: 2 };
    await extend({ reservationId, context: first });
    await extend({ reservationId, delivered: delivered(250), context: second });
    // Messages that were overtaken.
    await extend({ reservationId, delivered: delivered(180), context: first });
    await extend({ reservationId, context: first });
    await quota.expire(reservationId);
    const event = await waitFor(() => published.find(({ data }) => data.reservationId === reservationId), {
      what: 'the usage event',
    });
    expect(event.data).toMatchObject({ amountNanos: '250', channelName: 'second', attempts: 2 });
  });

  it('tells in its event what was priced by the piece', async () => {
    const owner = await openOwner(1_000n);
    const hold = holdFor(owner, 600);
    await quota.reserve(hold);
    const { reservationId } = hold;
    const units = { webSearchCall: 2 };
    await extend({ reservationId, delivered: { ...delivered(250), units }, context: contextOf(owner) });
    await quota.expire(reservationId);
    const event = await waitFor(() => published.find(({ data }) => data.reservationId === reservationId), {
      what: 'the usage event',
    });
    expect(event.data).toMatchObject({ amountNanos: '250', units });
  });

  it.each([
    ['more', 400, '-150', '600'],
    ['less', 100, '150', '900'],
    ['nothing', 0, '250', '1000'],
  ])(
    'whose settlement still comes and says %s is corrected by the difference, once',
    async (_, actual, moved, balance) => {
      const owner = await openOwner(1_000n, { budget: { nanos: '900', period: 'monthly' } });
      const hold = await orphaned(owner, 600, 250);
      const settled = { ...hold, amountNanos: actual.toString() };
      await Promise.all([quota.settle(settled), quota.settle(settled, settled)]);
      await quota.settle({ ...hold, amountNanos: '999' }, { ...hold, outcome: 'released' });
      await quota.settle({ ...hold, outcome: 'released' });
      expect(await entriesOf(owner.accountId)).toEqual([
        ['charge', hold.reservationId, '-250', '750'],
        ['charge_correction', hold.reservationId, moved, balance],
      ]);
      expect(await quota.key(owner.accountId, owner.keyId)).toMatchObject({
        spentNanos: actual.toString(),
        budget: { spentNanos: actual.toString(), heldNanos: '0' },
      });
      expect(await quota.audit()).toEqual(CLEAN_AUDIT);
    },
  );

  it('whose settlement says the same is settled for good', async () => {
    const owner = await openOwner(1_000n);
    const hold = await orphaned(owner, 600, 250);
    await quota.settle({ ...hold, amountNanos: '250' });
    await quota.settle({ ...hold, outcome: 'released' });
    expect(await entriesOf(owner.accountId)).toEqual([['charge', hold.reservationId, '-250', '750']]);
  });

  it('whose request was released is given back what it was charged', async () => {
    const owner = await openOwner(1_000n);
    const hold = await orphaned(owner, 600, 250);
    await quota.settle({ ...hold, outcome: 'released', amountNanos: '0' });
    expect(await quota.account(owner.accountId)).toMatchObject({ balanceNanos: '1000' });
  });

  it('never takes an account below its floor, and nobody gets back what was written off', async () => {
    const owner = await openOwner(300n);
    const hold = await orphaned(owner, 300, 500);
    expect(await quota.account(owner.accountId)).toMatchObject({ balanceNanos: '0' });
    await quota.settle({ ...hold, amountNanos: '350' });
    const other = await orphaned(await openOwner(300n), 300, 500);
    await quota.settle({ ...other, amountNanos: '600' });
    expect(await entriesOf(owner.accountId)).toEqual([
      ['charge', hold.reservationId, '-500', '-200'],
      ['write_off', hold.reservationId, '200', '0'],
      ['charge_correction', hold.reservationId, '150', '150'],
      ['write_off_reversal', hold.reservationId, '-150', '0'],
    ]);
    expect(await entriesOf(other.accountId)).toEqual([
      ['charge', other.reservationId, '-500', '-200'],
      ['write_off', other.reservationId, '200', '0'],
      ['charge_correction', other.reservationId, '-100', '-100'],
      ['write_off', `${other.reservationId}:correction`, '100', '0'],
    ]);
    expect(await quota.audit()).toEqual(CLEAN_AUDIT);
  });

  it('that delivered nothing is given back whole and is no event', async () => {
    const owner = await openOwner(1_000n);
    const hold = holdFor(owner, 600);
    await quota.reserve(hold);
    await quota.expire(hold.reservationId);
    expect(await entriesOf(owner.accountId)).toEqual([]);
    const [row] = await quota.dataSource.query<object[]>('SELECT event_due FROM quota.reservations WHERE id = $1', [
      hold.reservationId,
    ]);
    expect(row).toEqual({ event_due: false });
  });

  it('is ended once by any number of sweeps at the same time', async () => {
    const owner = await openOwner(10_000n);
    const holds = Array.from({ length: 30 }, () => holdFor(owner, 100));
    await quota.reserve(...holds);
    await Promise.all(holds.map(({ reservationId }) => extend({ reservationId, delivered: delivered(40) })));
    await quota.dataSource.query(
      `UPDATE quota.reservations SET lease_expires_at = now() - interval '1 second' WHERE account_id = $1`,
      [owner.accountId],
    );
    await Promise.all(Array.from({ length: 8 }, () => quota.dataSource.query('SELECT quota.expire(500)')));
    expect(await quota.account(owner.accountId)).toMatchObject({ balanceNanos: '8800', heldNanos: '0' });
    expect(await quota.audit()).toEqual(CLEAN_AUDIT);
  });
});

describe('an extension', () => {
  it.each<[string, object, string]>([
    ['a negative amount', { delivered: { ...delivered(1), amountNanos: '-1' } }, 'delivered.amountNanos'],
    ['an amount that is a number', { delivered: { ...delivered(1), amountNanos: 1 } }, 'delivered.amountNanos'],
    ['a huge amount', { delivered: { ...delivered(1), amountNanos: '1000000000000000001' } }, 'delivered.amountNanos'],
    ['no tokens', { delivered: { amountNanos: '1' } }, 'delivered.tokens'],
    ['fractional tokens', { delivered: { amountNanos: '1', tokens: { output: 0.5 } } }, 'delivered.tokens.output'],
    ['a checkpoint that is no object', { delivered: 5 }, 'delivered'],
    ['a context that is a list', { context: [] }, 'context'],
  ])('with %s is refused and changes nothing', async (_, wrong, field) => {
    const owner = await openOwner(100n);
    const hold = holdFor(owner, 10);
    await quota.reserve(hold);
    await expect(extend({ reservationId: hold.reservationId, ...wrong } as ExtendRequest)).rejects.toMatchObject({
      code: 'invalid_request_error',
      details: { param: field },
    });
    const [row] = await quota.dataSource.query<object[]>(
      'SELECT checkpoint_nanos, checkpoint_usage, context FROM quota.reservations WHERE id = $1',
      [hold.reservationId],
    );
    expect(row).toEqual({ checkpoint_nanos: null, checkpoint_usage: null, context: null });
  });

  it.each([
    ['with NUL and half a character', 'a\0b\ud83d', 'a\uFFFDb\uFFFD'],
    ['that only looks like NUL', String.raw`curl\u0000`, String.raw`curl\u0000`],
    ['that is too long to be kept', 'x'.repeat(70_000), null],
  ])('keeps the hold and what was delivered whatever is said about the request: %s', async (_, said, kept) => {
    const owner = await openOwner(100n);
    const hold = holdFor(owner, 10);
    await quota.reserve(hold);
    const context = { userAgent: said } as unknown as UsageContext;
    const request = { reservationId: hold.reservationId, delivered: delivered(4), context };
    expect(await extend(request)).toEqual({ extended: true });
    const [row] = await quota.dataSource.query<object[]>(
      `SELECT checkpoint_nanos, context ->> 'userAgent' AS said FROM quota.reservations WHERE id = $1`,
      [hold.reservationId],
    );
    expect(row).toEqual({ checkpoint_nanos: '4', said: kept });
  });
});

describe('a statement', () => {
  it('opens with the balance before its period, closes with the one after it, and lists what lies between', async () => {
    const owner = await openOwner(0n);
    const grant = () =>
      quota.client.request(QuotaMessages.grant, {
        accountId: owner.accountId,
        amountNanos: '10',
        reference: randomUUID(),
        note: '',
        author: 'test',
      });
    const entries: LedgerEntry[] = [];
    for (let granted = 0; granted < 7; granted += 1) {
      entries.push((await grant()).entry);
      // Times in the API have milliseconds: each entry gets one of its own.
      await waitFor(() => Date.now() > Date.parse(entries.at(-1)?.createdAt ?? '') + 2);
    }
    const [, , third, , , sixth] = entries as [{ createdAt: string }, ...typeof entries];
    const period = { accountId: owner.accountId, from: third?.createdAt as string, to: sixth?.createdAt as string };
    const read = (page: object = {}) => quota.client.request(QuotaMessages.statement, { ...period, ...page });
    expect(await read()).toEqual({
      ...period,
      openingNanos: '20',
      closingNanos: '50',
      items: entries.slice(2, 5),
    });
    const first = await read({ limit: 2 });
    expect(first).toMatchObject({ items: entries.slice(2, 4), openingNanos: '20', closingNanos: '50' });
    const second = await read({ limit: 2, cursor: first.nextCursor });
    expect(second.items).toEqual(entries.slice(4, 5));
    expect(second).not.toHaveProperty('nextCursor');
    const ever = await read({ from: '2000-01-01T00:00:00Z', to: '2100-01-01T00:00:00Z' });
    expect(ever).toMatchObject({ openingNanos: '0', closingNanos: '70', items: entries });
    const before = await read({ from: '2000-01-01T00:00:00Z', to: '2000-02-01T00:00:00Z' });
    expect(before).toMatchObject({ openingNanos: '0', closingNanos: '0', items: [] });
    const after = await read({ from: '2100-01-01T00:00:00Z', to: '2100-02-01T00:00:00Z' });
    expect(after).toMatchObject({ openingNanos: '70', closingNanos: '70', items: [] });
  });

  it.each<[string, object, string]>([
    ['no account', { accountId: 'x' }, 'accountId'],
    ['no beginning', { from: undefined }, 'from'],
    ['a day for a time', { to: '2026-01-01' }, 'to'],
    ['an end before its beginning', { from: '2026-02-01T00:00:00Z', to: '2026-01-01T00:00:00Z' }, 'to'],
    ['the cursor of another list', { cursor: Buffer.from('ledger:1').toString('base64url') }, 'cursor'],
  ])('with %s is refused', async (_, wrong, field) => {
    const request = { accountId: randomUUID(), from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z', ...wrong };
    await expect(quota.client.request(QuotaMessages.statement, request)).rejects.toMatchObject({
      code: 'invalid_request_error',
      details: { param: field },
    });
  });

  it('of an account that does not exist is not found', async () => {
    const request = { accountId: randomUUID(), from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z' };
    await expect(quota.client.request(QuotaMessages.statement, request)).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('the books', () => {
  it('have two sides that add up to zero, and are in order after all of this', async () => {
    const totals = await quota.client.request(QuotaMessages.ledgerTotals, {});
    expect(totals.differenceNanos).toBe('0');
    expect(totals.counterparts.map(({ counterpart }) => counterpart)).toEqual(['grants', 'revenue', 'write_offs']);
    const sum = totals.counterparts.reduce((total, { nanos }) => total + BigInt(nanos), BigInt(totals.accountsNanos));
    expect(sum).toBe(0n);
    expect(await quota.audit()).toEqual(CLEAN_AUDIT);
  });
});
