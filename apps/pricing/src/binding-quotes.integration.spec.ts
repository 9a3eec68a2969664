import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PricingMessages } from '@code-router/contracts';
import { startPricing, type RunningPricing } from './testing/running-pricing.js';

const ACCOUNT = '00000000-0000-4000-8000-000000000001';
const OTHER = '00000000-0000-4000-8000-000000000002';

let pricing: RunningPricing;

beforeAll(async () => {
  pricing = await startPricing();
  await pricing.addModel('promised', { aliases: ['promised-latest'] });
  await pricing.addPrice('promised');
});

afterAll(async () => {
  await pricing?.stop();
});

const promise = (input: object = {}) =>
  pricing.client.request(PricingMessages.createBindingQuote, {
    model: 'promised',
    accountGroup: 'default',
    accountId: ACCOUNT,
    ttlMs: 60_000,
    ...input,
  });
const find = async (id: string, accountId = ACCOUNT) =>
  (await pricing.client.request(PricingMessages.findBindingQuote, { id, accountId })).bindingQuote;
const expire = (id: string) =>
  pricing.dataSource.query(`UPDATE binding_quotes SET expires_at = now() - interval '1 second' WHERE id = $1`, [id]);
const kept = async () =>
  Number((await pricing.dataSource.query<[{ count: string }]>('SELECT count(*) FROM binding_quotes'))[0].count);

describe('a binding quote', () => {
  it('stays the price that was promised, whatever is entered meanwhile', async () => {
    const promised = await promise({ model: 'promised-latest' });
    expect(promised).toMatchObject({ accountId: ACCOUNT, quote: { model: 'promised' } });
    expect(promised.id).toMatch(/^quote_[0-9a-f]{32}$/);

    await pricing.addPrice('promised', { perCallNanos: '9' });
    await pricing.addGroup('default', '5000000');
    expect(await find(promised.id)).toEqual(promised);
    expect((await promise()).quote).toMatchObject({ terms: { perCallNanos: '9' }, multiplierMillionths: '5000000' });
  });

  it('has no end but its own, although another price takes effect before it', async () => {
    await pricing.addModel('announced');
    await pricing.addPrice('announced');
    await pricing.addPrice('announced', { perCallNanos: '1' }, new Date(Date.now() + 30_000).toISOString());
    const { quote } = await promise({ model: 'announced' });
    expect(quote.validUntil).toBeUndefined();
  });

  it.each([1_000, 60_000, 86_400_000])('is promised for %s ms by the clock of the database', async (ttlMs) => {
    const { id, expiresAt } = await promise({ ttlMs });
    const [row] = await pricing.dataSource.query<[{ left: string }]>(
      `SELECT extract(epoch FROM expires_at - clock_timestamp()) * 1000 AS left FROM binding_quotes WHERE id = $1`,
      [id],
    );
    expect(Number(row.left)).toBeGreaterThan(ttlMs - 30_000);
    expect(Number(row.left)).toBeLessThanOrEqual(ttlMs + 1);
    expect(Number.isNaN(Date.parse(expiresAt))).toBe(false);
  });

  it('is found by nobody but its account, and by nobody when it has expired', async () => {
    const { id } = await promise();
    expect(await find(id)).not.toBeNull();
    expect(await find(id, OTHER)).toBeNull();
    await expire(id);
    expect(await find(id)).toBeNull();
  });

  it.each(['', 'quote_', 'quote_00000000000000000000000000000000', "' OR true --", 'x'.repeat(1_000), 5, null])(
    'is not found by the id %j',
    async (id) => {
      expect(await find(id as string)).toBeNull();
    },
  );

  it('is forgotten after it has expired, and no other is', async () => {
    const lasting = await promise();
    const over = await Promise.all(Array.from({ length: 5 }, () => promise()));
    for (const { id } of over) await expire(id);
    const before = await kept();
    const deleted = await pricing.forgetExpiredQuotes();
    expect(deleted).toBeGreaterThanOrEqual(5);
    expect(await kept()).toBe(before - deleted);
    expect(await find(lasting.id)).toEqual(lasting);
    expect(await pricing.forgetExpiredQuotes()).toBe(0);
  });

  it('is refused when the account has as many as it may, until some have expired', async () => {
    const accountId = '00000000-0000-4000-8000-00000000000f';
    await pricing.dataSource.query(
      `INSERT INTO binding_quotes SELECT 'many-' || n, $1, '{}', now() + interval '1 hour' FROM generate_series(1, 10000) n`,
      [accountId],
    );
    await expect(promise({ accountId })).rejects.toMatchObject({
      code: 'rate_limit_exceeded',
      details: { retryAfterMs: expect.any(Number) },
    });
    await expire('many-1');
    expect(await promise({ accountId })).toMatchObject({ accountId });
  });

  it.each<[string, object, object]>([
    ['for less than a second', { ttlMs: 999 }, { code: 'invalid_request_error', details: { param: 'ttlMs' } }],
    ['for more than a day', { ttlMs: 86_400_001 }, { code: 'invalid_request_error', details: { param: 'ttlMs' } }],
    ['for a fraction of a millisecond', { ttlMs: 1_000.5 }, { code: 'invalid_request_error' }],
    ['for no number', { ttlMs: '60000' }, { code: 'invalid_request_error' }],
    ['for ever', { ttlMs: null }, { code: 'invalid_request_error' }],
    ['to nobody', { accountId: '' }, { code: 'invalid_request_error', details: { param: 'accountId' } }],
    ['of an unknown model', { model: 'absent' }, { code: 'model_not_found' }],
    ['in a group that the key may not choose', { keyGroup: 'nowhere' }, { code: 'forbidden' }],
  ])('is not promised %s, and nothing is kept', async (_, wrong, error) => {
    const before = await kept();
    await expect(promise(wrong)).rejects.toMatchObject(error);
    expect(await kept()).toBe(before);
  });
});
