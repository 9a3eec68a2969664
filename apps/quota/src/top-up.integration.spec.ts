import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  IdentityMessages,
  TopUpMessages,
  QuotaMessages,
  type BeginPayment,
  type CorrectionRequest,
  type CreateRedemptionBatch,
  type RefundRequest,
  type RequestContract,
} from '@code-router/contracts';
import { CLEAN_AUDIT, holdFor, startQuota, type RunningQuota } from './testing/running-quota.js';
import { startStripeDouble, type StripeDouble } from './testing/stripe-double.js';

let quota: RunningQuota;
let stripe: StripeDouble;
let userId: string;

const ask = <Request, Reply>(contract: RequestContract<Request, Reply>, request: Request) =>
  quota.client.request(contract, request);
const balanceOf = async (accountId: string) => (await quota.account(accountId)).balanceNanos;
const kindsOf = async (accountId: string) =>
  (await quota.ledger(accountId)).map(({ kind, amountNanos }) => `${kind} ${amountNanos}`);
const fulfilled = (outcomes: readonly PromiseSettledResult<unknown>[]) =>
  outcomes.filter(({ status }) => status === 'fulfilled').length;

async function startWith(environment: Record<string, string>, existing?: { readonly url: string }) {
  const before = { ...process.env };
  Object.assign(process.env, { CODE_ROUTER_ADMIN_PASSWORD: 'correct horse battery staple', ...environment });
  try {
    return await startQuota(existing);
  } finally {
    process.env = before;
  }
}

beforeAll(async () => {
  stripe = await startStripeDouble();
  quota = await startWith({ ...stripe.environment, CODE_ROUTER_TRIAL_PAYMENTS: 'true' });
  userId = (await ask(IdentityMessages.listUsers, {})).items[0]!.id;
});

afterEach(async () => {
  const audit = await quota.audit();
  if (!isDeepStrictEqual(audit, CLEAN_AUDIT)) throw new Error(`The books disagree: ${JSON.stringify(audit)}`);
});

afterAll(async () => {
  await quota?.stop();
  await stripe?.stop();
});

describe('redemption codes', () => {
  const createBatch = (changes: Partial<CreateRedemptionBatch> = {}) =>
    ask(TopUpMessages.createRedemptionBatch, {
      name: 'Spring',
      amountNanos: '1000',
      codeCount: 1,
      author: 'admin',
      ...changes,
    });
  const redeem = (accountId: string, code: string, user: string = randomUUID()) =>
    ask(TopUpMessages.redeem, { accountId, userId: user, code });

  it('credit what they are worth, once, however they are typed, and are stored hashed', async () => {
    const accountId = await quota.openAccount(0n);
    const { codes } = await createBatch({ codeCount: 3 });
    expect(new Set(codes).size).toBe(3);
    const { entry, account } = await redeem(accountId, ` ${codes[0]!.toLowerCase().replaceAll('-', ' ')} `);
    expect(entry).toMatchObject({ kind: 'redemption', amountNanos: '1000', balanceAfterNanos: '1000' });
    expect(account.balanceNanos).toBe('1000');
    await expect(redeem(accountId, codes[0]!)).rejects.toMatchObject({ code: 'conflict' });
    await expect(redeem(await quota.openAccount(0n), codes[0]!)).rejects.toMatchObject({ code: 'conflict' });
    const stored = JSON.stringify(await quota.dataSource.query('SELECT * FROM quota.redemption_codes'));
    for (const code of codes) expect(stored).not.toContain(code.replaceAll('-', ''));
    const { items } = await ask(TopUpMessages.listRedemptionBatches, {});
    expect(items[0]).toMatchObject({ codeCount: 3, redeemedCount: 1, usesMax: 1 });
    expect(JSON.stringify(items)).not.toContain(codes[1]);
  });

  it('with seven uses credit exactly seven of fifty accounts that redeem at once', async () => {
    const { codes } = await createBatch({ usesMax: 7 });
    const accounts = await Promise.all(Array.from({ length: 50 }, () => quota.openAccount(0n)));
    const outcomes = await Promise.allSettled(accounts.map((accountId) => redeem(accountId, codes[0]!)));
    expect(fulfilled(outcomes)).toBe(7);
    const balances = await Promise.all(accounts.map(balanceOf));
    expect(balances.filter((balance) => balance === '1000')).toHaveLength(7);
    expect(balances.filter((balance) => balance === '0')).toHaveLength(43);
  });

  it('credit an account once, although many of its members redeem at once', async () => {
    const { codes } = await createBatch({ usesMax: 50 });
    const accountId = await quota.openAccount(0n);
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => redeem(accountId, codes[0]!)));
    expect(fulfilled(outcomes)).toBe(1);
    expect(await balanceOf(accountId)).toBe('1000');
  });

  it('are refused when they have expired or are disabled, and when the account is', async () => {
    const accountId = await quota.openAccount(0n);
    const past = await createBatch({ expiresAt: '2001-01-01T00:00:00Z' });
    await expect(redeem(accountId, past.codes[0]!)).rejects.toMatchObject({ code: 'conflict' });
    const batch = await createBatch();
    await ask(TopUpMessages.updateRedemptionBatch, { id: batch.id, status: 'disabled' });
    await expect(redeem(accountId, batch.codes[0]!)).rejects.toMatchObject({ code: 'conflict' });
    await ask(TopUpMessages.updateRedemptionBatch, { id: batch.id, status: 'active' });
    await ask(QuotaMessages.updateAccount, { id: accountId, status: 'disabled' });
    await expect(redeem(accountId, batch.codes[0]!)).rejects.toMatchObject({ code: 'account_disabled' });
    await ask(QuotaMessages.updateAccount, { id: accountId, status: 'active' });
    await redeem(accountId, batch.codes[0]!);
    expect(await balanceOf(accountId)).toBe('1000');
  });

  it('cannot be guessed: after ten wrong ones no more are tried, and typos do not count', async () => {
    const accountId = await quota.openAccount(0n);
    const user = randomUUID();
    const [mine] = (await createBatch()).codes;
    const others = (await createBatch({ codeCount: 12 })).codes;
    await quota.dataSource.query('DELETE FROM quota.redemption_codes WHERE uses = 0 AND batch_id <> $1', [
      (await ask(TopUpMessages.listRedemptionBatches, {})).items[1]!.id,
    ]);
    for (let typo = 0; typo < 30; typo += 1) {
      await expect(redeem(accountId, 'A'.repeat(25), user)).rejects.toMatchObject({ code: 'invalid_request_error' });
    }
    const outcomes = await Promise.allSettled(others.map((code) => redeem(accountId, code, user)));
    const codes = outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome.reason.code : 'redeemed'));
    expect(codes.filter((code) => code === 'not_found')).toHaveLength(10);
    expect(codes.filter((code) => code === 'rate_limit_exceeded')).toHaveLength(2);
    await expect(redeem(accountId, mine!, user)).rejects.toMatchObject({ code: 'rate_limit_exceeded' });
    expect(await balanceOf(accountId)).toBe('0');
  });

  it.each([
    [{ name: '' }, 'name'],
    [{ amountNanos: '0' }, 'amountNanos'],
    [{ amountNanos: '-5' }, 'amountNanos'],
    [{ amountNanos: '1.5' }, 'amountNanos'],
    [{ amountNanos: '9223372036854775808' }, 'amountNanos'],
    [{ amountNanos: 5 }, 'amountNanos'],
    [{ codeCount: 0 }, 'codeCount'],
    [{ codeCount: 1_001 }, 'codeCount'],
    [{ codeCount: Number.NaN }, 'codeCount'],
    [{ usesMax: 0 }, 'usesMax'],
    [{ usesMax: 1.5 }, 'usesMax'],
    [{ expiresAt: 'tomorrow' }, 'expiresAt'],
  ])('are not made from %j', async (changes, param) => {
    const made = createBatch(changes as Partial<CreateRedemptionBatch>);
    await expect(made).rejects.toMatchObject({ code: 'invalid_request_error', details: { param } });
  });
});

describe('a payment with Stripe', () => {
  const begin = (accountId: string, changes: Partial<BeginPayment> = { packageId: 'usd-5' }) =>
    ask(TopUpMessages.beginPayment, { accountId, userId, ...changes });
  const receive = ({ body, signature }: { readonly body: string; readonly signature: string }) =>
    ask(TopUpMessages.receiveWebhook, { provider: 'stripe', body, signature });
  const refresh = (accountId: string, id: string) => ask(TopUpMessages.refreshPayment, { accountId, id });

  /** An account with a payment of 5 dollars, and how Stripe knows it. */
  async function begun() {
    const accountId = await quota.openAccount(0n);
    const payment = await begin(accountId);
    return { accountId, payment, checkout: stripe.checkoutOf(payment.id) };
  }

  it('begins a checkout for exactly what is bought, and credits nothing yet', async () => {
    const accountId = await quota.openAccount(0n);
    const payment = await begin(accountId);
    const checkout = stripe.checkoutOf(payment.id);
    expect(payment).toMatchObject({ status: 'open', priceMinorUnits: 500, creditNanos: '5000000000', realMoney: true });
    expect(payment.url).toBe(`https://checkout.stripe.com/c/pay/${checkout.id}`);
    expect(checkout).toMatchObject({ amount: 500, currency: 'usd', idempotencyKey: payment.id });
    const chosen = await begin(accountId, { minorUnits: 1_234 });
    expect(chosen).toMatchObject({ priceMinorUnits: 1_234, creditNanos: '12340000000' });
    expect(await balanceOf(accountId)).toBe('0');
    const { items } = await ask(TopUpMessages.listPayments, { accountId });
    expect(items.map(({ id }) => id)).toEqual([chosen.id, payment.id]);
  });

  it('is credited once, although its webhook comes thirty times at once, to two replicas, and again later', async () => {
    const { accountId, payment, checkout } = await begun();
    const replica = await startWith(stripe.environment, { url: quota.databaseUrl });
    try {
      const { body, signature } = stripe.paid(checkout);
      const again = stripe.event('checkout.session.async_payment_succeeded', JSON.parse(body).data.object);
      await Promise.all(
        Array.from({ length: 30 }, (_, index) =>
          (index % 2 === 0 ? quota : replica).client.request(TopUpMessages.receiveWebhook, {
            provider: 'stripe',
            ...(index % 3 === 0 ? again : { body, signature }),
          }),
        ),
      );
      await receive({ body, signature });
    } finally {
      await replica.stop();
    }
    expect(await kindsOf(accountId)).toEqual(['payment 5000000000']);
    expect(await refresh(accountId, payment.id)).toMatchObject({ status: 'paid', reversedNanos: '0' });
  });

  it('is credited without any webhook, when somebody looks', async () => {
    const { accountId, payment, checkout } = await begun();
    expect(await refresh(accountId, payment.id)).toMatchObject({ status: 'open' });
    checkout.payment_status = 'paid';
    await Promise.all([refresh(accountId, payment.id), receive(stripe.paid(checkout)), refresh(accountId, payment.id)]);
    expect(await kindsOf(accountId)).toEqual(['payment 5000000000']);
  });

  it.each([
    ['signed with another secret', (body: string) => stripe.event('x', JSON.parse(body), 'whsec_other').signature],
    ['signed for another body', () => stripe.event('x', {}).signature],
    ['not signed', () => ''],
    ['signed with nonsense', () => 't=1,v1=00'],
  ])('is not credited by a webhook that is %s', async (_, signatureFor) => {
    const { accountId, checkout } = await begun();
    const { body } = stripe.paid(checkout);
    await expect(receive({ body, signature: signatureFor(body) })).rejects.toMatchObject({
      code: 'invalid_request_error',
    });
    expect(await balanceOf(accountId)).toBe('0');
  });

  it('is not credited when it is not paid, when less was paid, in another currency, or for another checkout', async () => {
    const { accountId, payment, checkout } = await begun();
    await receive(stripe.paid(checkout, { payment_status: 'unpaid' }));
    await receive(stripe.paid(checkout, { id: 'cs_test_other' }));
    await receive(stripe.paid(checkout, { metadata: { code_router_payment_id: randomUUID() } }));
    await receive(
      stripe.paid(checkout, { metadata: { code_router_payment_id: 'x' }, client_reference_id: payment.id }),
    );
    expect(await refresh(accountId, payment.id)).toMatchObject({ status: 'open' });
    await receive(stripe.paid(checkout, { amount_total: 499 }));
    expect(await refresh(accountId, payment.id)).toMatchObject({ status: 'mismatched' });
    const other = await begun();
    await receive(stripe.paid(other.checkout, { currency: 'jpy' }));
    expect([await balanceOf(accountId), await balanceOf(other.accountId)]).toEqual(['0', '0']);
  });

  it('that expired is credited all the same when it was paid, whichever is heard of first', async () => {
    const { accountId, payment, checkout } = await begun();
    const expired = { id: checkout.id, metadata: checkout.metadata, payment_status: 'unpaid', status: 'expired' };
    await receive(stripe.event('checkout.session.expired', expired));
    expect(await refresh(accountId, payment.id)).toMatchObject({ status: 'expired' });
    await receive(stripe.paid(checkout));
    await receive(stripe.event('checkout.session.expired', expired));
    expect(await refresh(accountId, payment.id)).toMatchObject({ status: 'paid' });
    expect(await balanceOf(accountId)).toBe('5000000000');
  });

  describe('that goes back', () => {
    const charge = (intent: string, refunded: number) =>
      stripe.event('charge.refunded', { id: `ch_${intent}`, payment_intent: intent, amount_refunded: refunded });
    const refund = (intent: string, id: string, amount: number, status = 'succeeded', type = 'refund.updated') =>
      stripe.event(type, { id, payment_intent: intent, amount, status });
    const dispute = (intent: string, type: string, status: string) =>
      stripe.event(`charge.dispute.${type}`, { id: `dp_${intent}`, payment_intent: intent, amount: 500, status });

    it('in parts is reversed in parts, and never beyond what was credited', async () => {
      const { accountId, payment, checkout } = await begun();
      await receive(stripe.paid(checkout));
      await receive(charge(checkout.intent, 200));
      await receive(refund(checkout.intent, 're_1', 200));
      await receive(charge(checkout.intent, 500));
      await receive(dispute(checkout.intent, 'created', 'needs_response'));
      expect(await kindsOf(accountId)).toEqual([
        'payment 5000000000',
        'payment_reversal -2000000000',
        'payment_reversal -3000000000',
      ]);
      expect(await refresh(accountId, payment.id)).toMatchObject({ reversedNanos: '5000000000' });
    });

    it('comes to the same in every order, at once, and twice', async () => {
      const orders = [
        [0, 1, 2, 3, 4],
        [4, 3, 2, 1, 0],
        [2, 0, 4, 1, 3],
        [3, 4, 0, 2, 1],
      ];
      for (const order of orders) {
        const { accountId, checkout } = await begun();
        const { intent } = checkout;
        const events = [
          stripe.paid(checkout),
          charge(intent, 150),
          refund(intent, 're_1', 150),
          dispute(intent, 'created', 'needs_response'),
          dispute(intent, 'closed', 'won'),
        ];
        const inOrder = order.map((index) => events[index]!);
        if (order[0] === 2) await Promise.all([...inOrder, ...inOrder].map(receive));
        else for (const event of inOrder) await receive(event);
        expect(await balanceOf(accountId)).toBe('3500000000');
      }
    });

    it('is given back when the refund fails or the dispute is won, and an inquiry takes nothing', async () => {
      const { accountId, checkout } = await begun();
      const { intent } = checkout;
      await receive(stripe.paid(checkout));
      await receive(dispute(intent, 'created', 'warning_needs_response'));
      expect(await balanceOf(accountId)).toBe('5000000000');
      await receive(charge(intent, 500));
      await receive(refund(intent, 're_1', 500, 'failed', 'refund.failed'));
      expect(await balanceOf(accountId)).toBe('5000000000');
      await receive(refund(intent, 're_1', 500, 'pending', 'refund.created'));
      await receive(dispute(intent, 'funds_withdrawn', 'under_review'));
      expect(await balanceOf(accountId)).toBe('0');
      await receive(dispute(intent, 'funds_reinstated', 'under_review'));
      await receive(dispute(intent, 'updated', 'under_review'));
      expect(await balanceOf(accountId)).toBe('5000000000');
    });

    it('after it was spent is written off, never below the floor, and a won dispute pays for the write-off first', async () => {
      const { accountId, checkout } = await begun();
      const key = await quota.createKey(accountId);
      await receive(stripe.paid(checkout));
      const hold = holdFor({ accountId, keyId: key.id }, 4_000_000_000n);
      await quota.reserve(hold);
      await quota.settle({ ...hold, amountNanos: '4000000000' });
      await receive(dispute(checkout.intent, 'created', 'needs_response'));
      expect(await kindsOf(accountId)).toEqual([
        'payment 5000000000',
        'charge -4000000000',
        'write_off 4000000000',
        'payment_reversal -5000000000',
      ]);
      expect(await balanceOf(accountId)).toBe('0');
      await receive(dispute(checkout.intent, 'closed', 'won'));
      expect((await kindsOf(accountId)).slice(4)).toEqual([
        'payment_reversal 5000000000',
        'write_off_reversal -4000000000',
      ]);
      expect(await balanceOf(accountId)).toBe('1000000000');
    });

    it('and is nobody’s here changes nothing', async () => {
      const countEntries = () => quota.dataSource.query('SELECT count(*) FROM quota.ledger_entries');
      const before = await countEntries();
      await receive(charge('pi_of_another_shop', 500));
      await receive(stripe.event('charge.refunded', { id: 'ch_x', payment_intent: null, amount_refunded: 5 }));
      await receive(stripe.event('customer.created', { id: 'cus_x' }));
      expect(await countEntries()).toEqual(before);
    });
  });

  it('is not begun while Stripe is away, and says nothing of what Stripe said', async () => {
    const accountId = await quota.openAccount(0n);
    stripe.setDown(true);
    const refused = await begin(accountId).catch((error: unknown) => error);
    stripe.setDown(false);
    expect(refused).toMatchObject({ code: 'service_unavailable' });
    expect(JSON.stringify(refused)).not.toContain('secret of the provider');
  });

  it.each([
    [{}, 'packageId'],
    [{ packageId: 'usd-5', minorUnits: 500 }, 'packageId'],
    [{ packageId: 'none' }, 'packageId'],
    [{ packageId: null }, 'packageId'],
    [{ minorUnits: 499 }, 'minorUnits'],
    [{ minorUnits: 100_001 }, 'minorUnits'],
    [{ minorUnits: 500.5 }, 'minorUnits'],
    [{ minorUnits: Number.NaN }, 'minorUnits'],
    [{ minorUnits: -500 }, 'minorUnits'],
    [{ minorUnits: '500' }, 'minorUnits'],
    [{ packageId: 'usd-5', provider: 'cash' }, 'provider'],
  ])('is not begun with %j', async (changes, param) => {
    const before = stripe.checkouts.size;
    const refused = begin(await quota.openAccount(0n), changes as never);
    await expect(refused).rejects.toMatchObject({ code: 'invalid_request_error', details: { param } });
    expect(stripe.checkouts.size).toBe(before);
  });

  it('is not begun for an account that is disabled or not there', async () => {
    const accountId = await quota.openAccount(0n);
    await ask(QuotaMessages.updateAccount, { id: accountId, status: 'disabled' });
    await expect(begin(accountId)).rejects.toMatchObject({ code: 'account_disabled' });
    await expect(begin(randomUUID())).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('a trial payment', () => {
  it('says that it is not real money, everywhere, and is credited once when it is confirmed', async () => {
    const accountId = await quota.openAccount(0n);
    const payment = await ask(TopUpMessages.beginPayment, {
      accountId,
      userId,
      packageId: 'usd-20',
      provider: 'trial',
    });
    expect(payment).toMatchObject({ url: null, realMoney: false, notice: expect.stringContaining('not real money') });
    const confirm = () => ask(TopUpMessages.confirmTrialPayment, { accountId, id: payment.id });
    const confirmed = await Promise.all(Array.from({ length: 10 }, confirm));
    for (const one of confirmed) {
      expect(one).toMatchObject({
        status: 'paid',
        realMoney: false,
        notice: expect.stringContaining('not real money'),
      });
    }
    const entries = await quota.ledger(accountId);
    expect(entries.map(({ kind, amountNanos, note }) => [kind, amountNanos, note])).toEqual([
      ['payment', '20000000000', 'Trial payment: not real money'],
    ]);
    const rows = await quota.dataSource.query('SELECT counterpart FROM quota.ledger_entries WHERE account_id = $1', [
      accountId,
    ]);
    expect(rows).toEqual([{ counterpart: 'trial_payments' }]);
  });

  it('is the only kind that can be confirmed, and only for its own account', async () => {
    const accountId = await quota.openAccount(0n);
    const real = await ask(TopUpMessages.beginPayment, { accountId, userId, packageId: 'usd-5' });
    await expect(ask(TopUpMessages.confirmTrialPayment, { accountId, id: real.id })).rejects.toMatchObject({
      code: 'forbidden',
    });
    const trial = await ask(TopUpMessages.beginPayment, { accountId, userId, packageId: 'usd-5', provider: 'trial' });
    const elsewhere = await quota.openAccount(0n);
    const stolen = ask(TopUpMessages.confirmTrialPayment, { accountId: elsewhere, id: trial.id });
    await expect(stolen).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('payments that are not configured', () => {
  it('are a state that is told, and no error; the trial is off', async () => {
    const bare = await startWith({});
    try {
      const state = await bare.client.request(TopUpMessages.topUpState, {});
      expect(state).toEqual({ payments: { configured: false, providers: [], currency: 'usd', packages: [] } });
      const accountId = await bare.openAccount(0n);
      const { items } = await bare.client.request(IdentityMessages.listUsers, {});
      const begin = { accountId, userId: items[0]!.id, packageId: 'usd-5' };
      await expect(bare.client.request(TopUpMessages.beginPayment, begin)).rejects.toMatchObject({ code: 'conflict' });
      const webhook = { provider: 'stripe', body: '{}', signature: 'x' } as const;
      await expect(bare.client.request(TopUpMessages.receiveWebhook, webhook)).rejects.toMatchObject({
        code: 'not_found',
      });
    } finally {
      await bare.stop();
    }
  });

  it('are told of when they are', async () => {
    const { payments } = await ask(TopUpMessages.topUpState, {});
    expect(payments).toMatchObject({ configured: true, providers: ['stripe', 'trial'] });
    expect(payments).not.toHaveProperty('notice');
  });
});

describe('a correction', () => {
  const correct = (accountId: string, amountNanos: string, changes: Partial<CorrectionRequest> = {}) =>
    ask(TopUpMessages.correct, {
      accountId,
      amountNanos,
      reference: randomUUID(),
      reason: 'a mistake',
      author: 'admin',
      ...changes,
    });

  it('adds or takes, once for each reference, with its reason in the ledger', async () => {
    const accountId = await quota.openAccount(1_000n);
    const reference = randomUUID();
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => correct(accountId, '-400', { reference })));
    expect(new Set(outcomes.map(({ entry }) => entry.id)).size).toBe(1);
    expect(outcomes[0]!.entry).toMatchObject({ kind: 'correction', note: 'a mistake', balanceAfterNanos: '600' });
    expect((await correct(accountId, '50')).account.balanceNanos).toBe('650');
    await expect(correct(accountId, '-401', { reference })).rejects.toMatchObject({ code: 'conflict' });
    await expect(correct(await quota.openAccount(0n), '-400', { reference })).rejects.toMatchObject({
      code: 'conflict',
    });
  });

  it('takes no more than is available: not what is held, and never below the floor', async () => {
    const accountId = await quota.openAccount(1_000n, { overdraftNanos: '100' });
    const key = await quota.createKey(accountId);
    const hold = holdFor({ accountId, keyId: key.id }, 300n);
    await quota.reserve(hold);
    await expect(correct(accountId, '-801')).rejects.toMatchObject({
      code: 'conflict',
      details: { availableNanos: '800' },
    });
    expect((await correct(accountId, '-800')).account).toMatchObject({ balanceNanos: '200', availableNanos: '0' });
    await quota.settle({ ...hold, amountNanos: '300' });
    expect(await balanceOf(accountId)).toBe('-100');
  });

  it.each([
    ['0', {}, 'amountNanos'],
    ['-0', {}, 'amountNanos'],
    ['1.5', {}, 'amountNanos'],
    ['NaN', {}, 'amountNanos'],
    ['-1000000000000000001', {}, 'amountNanos'],
    ['5', { reason: '' }, 'reason'],
    ['5', { reason: undefined }, 'reason'],
    ['5', { reference: '' }, 'reference'],
    ['5', { author: 5 }, 'author'],
  ])('of %s with %j is refused', async (amount, changes, param) => {
    const accountId = await quota.openAccount(10n);
    const refused = correct(accountId, amount, changes as Partial<CorrectionRequest>);
    await expect(refused).rejects.toMatchObject({ code: 'invalid_request_error', details: { param } });
    expect(await balanceOf(accountId)).toBe('10');
  });

  it('of an account that is not there is refused', async () => {
    await expect(correct(randomUUID(), '5')).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('the refund of a request', () => {
  const refund = (reservationId: string, changes: Partial<RefundRequest> = {}) =>
    ask(TopUpMessages.refund, { reservationId, reason: 'it answered nonsense', author: 'admin', ...changes });

  /** A request that cost 600 of 1,000. */
  async function charged(amountNanos = '600', balanceNanos = 1_000n) {
    const accountId = await quota.openAccount(balanceNanos);
    const key = await quota.createKey(accountId, { quotaNanos: '5000' });
    const hold = holdFor({ accountId, keyId: key.id }, 100n);
    await quota.reserve(hold);
    await quota.settle({ ...hold, amountNanos });
    return { accountId, keyId: key.id, reservationId: hold.reservationId };
  }

  it('gives back what it cost, once, to the account and to the key', async () => {
    const { accountId, keyId, reservationId } = await charged();
    const refunds = await Promise.all(Array.from({ length: 10 }, () => refund(reservationId)));
    expect(new Set(refunds.map(({ entry }) => entry.id)).size).toBe(1);
    expect(refunds[0]!.entry).toMatchObject({ kind: 'refund', reference: reservationId, amountNanos: '600', keyId });
    expect(await balanceOf(accountId)).toBe('1000');
    expect(await quota.key(accountId, keyId)).toMatchObject({ spentNanos: '0' });
  });

  it('in parts, all at once, never gives back more than was paid', async () => {
    const { accountId, keyId, reservationId } = await charged();
    const parts = Array.from({ length: 10 }, (_, index) =>
      refund(reservationId, { amountNanos: '100', reference: `part ${index} of ${reservationId}` }),
    );
    expect(fulfilled(await Promise.allSettled(parts))).toBe(6);
    expect(await balanceOf(accountId)).toBe('1000');
    expect(await quota.key(accountId, keyId)).toMatchObject({ spentNanos: '0' });
    await expect(refund(reservationId)).rejects.toMatchObject({ code: 'conflict', details: { leftNanos: '0' } });
  });

  it('gives the rest after a part, and refuses a reference that was used for something else', async () => {
    const { accountId, reservationId } = await charged();
    const reference = randomUUID();
    await refund(reservationId, { amountNanos: '250', reference });
    await refund(reservationId, { amountNanos: '250', reference });
    await expect(refund(reservationId, { amountNanos: '251', reference })).rejects.toMatchObject({ code: 'conflict' });
    const other = await charged();
    await expect(refund(other.reservationId, { reference })).rejects.toMatchObject({ code: 'conflict' });
    await expect(refund(reservationId, { amountNanos: '351' })).rejects.toMatchObject({
      code: 'conflict',
      details: { leftNanos: '350' },
    });
    expect(await ask(TopUpMessages.refunded, { reservationId })).toEqual({ refundedNanos: '250' });
    expect((await refund(reservationId)).entry.amountNanos).toBe('350');
    expect(await balanceOf(accountId)).toBe('1000');
    expect(await ask(TopUpMessages.refunded, { reservationId })).toEqual({ refundedNanos: '600' });
    expect(await ask(TopUpMessages.refunded, { reservationId: randomUUID() })).toEqual({ refundedNanos: '0' });
  });

  it('gives back only what was paid: not what was written off', async () => {
    const { accountId, reservationId } = await charged('1500');
    expect(await balanceOf(accountId)).toBe('0');
    expect((await refund(reservationId)).entry.amountNanos).toBe('1000');
    expect(await balanceOf(accountId)).toBe('1000');
  });

  it('of a request that cost nothing, or is not known, is not found', async () => {
    const { reservationId } = await charged('0');
    await expect(refund(reservationId)).rejects.toMatchObject({ code: 'not_found' });
    await expect(refund(randomUUID())).rejects.toMatchObject({ code: 'not_found' });
  });

  it.each([
    [{ reservationId: 'x' }, 'reservationId'],
    [{ amountNanos: '0' }, 'amountNanos'],
    [{ amountNanos: '-1' }, 'amountNanos'],
    [{ amountNanos: 5 }, 'amountNanos'],
    [{ reason: '' }, 'reason'],
    [{ reference: '' }, 'reference'],
    [{ author: '' }, 'author'],
  ])('with %j is refused', async (changes, param) => {
    const { accountId, reservationId } = await charged();
    const refused = refund(reservationId, changes as Partial<RefundRequest>);
    await expect(refused).rejects.toMatchObject({ code: 'invalid_request_error', details: { param } });
    expect(await balanceOf(accountId)).toBe('400');
  });
});
