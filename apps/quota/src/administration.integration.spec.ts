import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { hashApiKey, isWellFormedApiKey } from '@code-router/api-key';
import {
  QuotaMessages,
  TopUpMessages,
  type Page,
  type PageRequest,
  type RequestContract,
} from '@code-router/contracts';
import { waitFor } from '@code-router/testing';
import { CLEAN_AUDIT, startQuota, type RunningQuota } from './testing/running-quota.js';

let quota: RunningQuota;

beforeAll(async () => {
  quota = await startQuota();
});

afterAll(async () => {
  await quota?.stop();
});

/** Sends what a caller with a mistake might send. */
const ask = <Request, Reply>(contract: RequestContract<Request, Reply>, request: object): Promise<Reply> =>
  quota.client.request(contract, request as Request);

async function everyPage<Item>(read: (page: PageRequest) => Promise<Page<Item>>, limit: number): Promise<Item[]> {
  const items: Item[] = [];
  let page: PageRequest | undefined = { limit };
  while (page) {
    const { items: found, nextCursor }: Page<Item> = await read(page);
    expect(found.length).toBeLessThanOrEqual(limit);
    items.push(...found);
    page = nextCursor === undefined ? undefined : { limit, cursor: nextCursor };
  }
  return items;
}

describe('an account', () => {
  it('starts empty, in the default group, and is found as it was made', async () => {
    const account = await quota.client.request(QuotaMessages.createAccount, { name: '  Zoë’s team ' });
    expect(account).toMatchObject({
      name: 'Zoë’s team',
      group: 'default',
      status: 'active',
      balanceNanos: '0',
      heldNanos: '0',
      availableNanos: '0',
      overdraftNanos: '0',
    });
    expect(await quota.account(account.id)).toEqual(account);
  });

  it('changes only what was asked, and tells whoever caches it', async () => {
    const id = await quota.openAccount(10n, { overdraftNanos: '5', group: 'partners' });
    const { changes } = quota.notices;
    const changed = await quota.client.request(QuotaMessages.updateAccount, { id, status: 'disabled' });
    expect(changed).toMatchObject({ status: 'disabled', group: 'partners', overdraftNanos: '5', balanceNanos: '10' });
    await waitFor(() => changes.some(({ accountId, keyId }) => accountId === id && keyId === undefined));
  });

  it('cannot have its overdraft lowered below what it owes and holds', async () => {
    const accountId = await quota.openAccount(10n, { overdraftNanos: '100' });
    const { id: keyId } = await quota.createKey(accountId);
    const hold = { reservationId: randomUUID(), requestId: 'r', accountId, keyId, amountNanos: '60', leaseMs: 60_000 };
    await quota.reserve(hold);
    const lower = (overdraftNanos: string) =>
      quota.client.request(QuotaMessages.updateAccount, { id: accountId, overdraftNanos });
    await expect(lower('49')).rejects.toMatchObject({ code: 'conflict' });
    expect(await lower('50')).toMatchObject({ overdraftNanos: '50', availableNanos: '0' });
    await quota.settle({ ...hold, amountNanos: '60' });
    await expect(lower('49')).rejects.toMatchObject({ code: 'conflict' });
    expect(await quota.account(accountId)).toMatchObject({ balanceNanos: '-50', overdraftNanos: '50' });
  });

  it('has a name of its own', async () => {
    const name = `taken ${randomUUID()}`;
    await quota.openAccount(0n, { name });
    const other = await quota.openAccount(0n);
    await expect(ask(QuotaMessages.createAccount, { name })).rejects.toMatchObject({ code: 'conflict' });
    await expect(ask(QuotaMessages.updateAccount, { id: other, name })).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('a key', () => {
  it('shows its secret once, and only its hash is stored', async () => {
    const accountId = await quota.openAccount(0n);
    const { secret, ...key } = await quota.createKey(accountId, { quotaNanos: '500', concurrencyMax: 3, group: 'vip' });
    expect(isWellFormedApiKey(secret)).toBe(true);
    expect(secret.startsWith(key.prefix)).toBe(true);
    expect(await quota.key(accountId, key.id)).toEqual(key);
    const [row] = await quota.dataSource.query<object[]>('SELECT * FROM quota.keys WHERE id = $1', [key.id]);
    expect(JSON.stringify(row)).toContain(hashApiKey(secret));
    expect(JSON.stringify(row)).not.toContain(secret.slice(12));
  });

  it('is found by its hash, with everything the gateway asks prices by, whatever its status', async () => {
    const accountId = await quota.openAccount(0n, { group: 'partners' });
    const { secret, id } = await quota.createKey(accountId, { name: 'ci', group: 'vip', showCost: false });
    const find = (keyHash: string) => quota.client.request(QuotaMessages.findPrincipal, { keyHash });
    const principal = {
      keyId: id,
      keyName: 'ci',
      keyStatus: 'active',
      accountId,
      accountStatus: 'active',
      accountGroup: 'partners',
      keyGroup: 'vip',
      showCost: false,
    };
    expect(await find(hashApiKey(secret))).toEqual({ principal });
    await quota.client.request(QuotaMessages.updateKey, {
      id,
      status: 'disabled',
      group: null,
      expiresAt: '2030-01-31T12:00:00+01:00',
    });
    const { keyGroup, ...withoutGroup } = principal;
    expect(keyGroup).toBe('vip');
    expect(await find(hashApiKey(secret))).toEqual({
      principal: { ...withoutGroup, keyStatus: 'disabled', expiresAt: '2030-01-31T11:00:00.000Z' },
    });
    expect(await find(hashApiKey('sk-other'))).toEqual({ principal: null });
    expect(await find('nonsense')).toEqual({ principal: null });
  });

  it('changes only what was asked, takes null for no limit, and tells whoever caches it', async () => {
    const accountId = await quota.openAccount(0n);
    const { id } = await quota.createKey(accountId, { quotaNanos: '500', concurrencyMax: 3 });
    const changed = await quota.client.request(QuotaMessages.updateKey, { id, quotaNanos: null, name: 'renamed' });
    expect(changed).toMatchObject({ name: 'renamed', quotaNanos: null, concurrencyMax: 3, status: 'active' });
    await waitFor(() => quota.notices.changes.filter(({ keyId }) => keyId === id).length === 2);
  });
});

describe('a grant', () => {
  const grantOf = (accountId: string, grant: object = {}) => ({
    accountId,
    amountNanos: '70',
    reference: randomUUID(),
    note: 'top-up',
    author: 'admin',
    ...grant,
  });

  it('adds to the balance and is in the ledger', async () => {
    const accountId = await quota.openAccount(0n);
    const { entry, account } = await ask(QuotaMessages.grant, grantOf(accountId, { reference: `order ${accountId}` }));
    expect(account).toMatchObject({ id: accountId, balanceNanos: '70', availableNanos: '70' });
    expect(entry).toMatchObject({
      accountId,
      keyId: null,
      kind: 'grant',
      reference: `order ${accountId}`,
      amountNanos: '70',
      balanceAfterNanos: '70',
      note: 'top-up',
    });
    expect(await quota.ledger(accountId)).toEqual([entry]);
  });

  it('asked for many times at once is granted once, and answered alike', async () => {
    const accountId = await quota.openAccount(0n);
    const grant = grantOf(accountId);
    const replies = await Promise.all(Array.from({ length: 8 }, () => ask(QuotaMessages.grant, grant)));
    expect(new Set(replies.map(({ entry }) => entry.id)).size).toBe(1);
    expect(await quota.account(accountId)).toMatchObject({ balanceNanos: '70' });
  });

  it('whose reference was used for another account or amount is a conflict', async () => {
    const [accountId, other] = [await quota.openAccount(0n), await quota.openAccount(0n)];
    const grant = grantOf(accountId);
    await ask(QuotaMessages.grant, grant);
    for (const different of [{ amountNanos: '71' }, { accountId: other }]) {
      await expect(ask(QuotaMessages.grant, { ...grant, ...different })).rejects.toMatchObject({ code: 'conflict' });
    }
    const shared = randomUUID();
    const results = await Promise.allSettled(
      [accountId, other].map((id) => ask(QuotaMessages.grant, grantOf(id, { reference: shared }))),
    );
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'conflict' } });
  });

  it('beyond the largest balance is a conflict and changes nothing', async () => {
    const accountId = await quota.openAccount(0n);
    const most = grantOf(accountId, { amountNanos: '1000000000000000000' });
    for (let granted = 0; granted < 4; granted += 1) {
      await ask(QuotaMessages.grant, { ...most, reference: randomUUID() });
    }
    await expect(ask(QuotaMessages.grant, grantOf(accountId, { amountNanos: '1' }))).rejects.toMatchObject({
      code: 'conflict',
    });
    expect(await quota.account(accountId)).toMatchObject({ balanceNanos: '4000000000000000000' });
  });
});

describe('a list', () => {
  it('is read page by page, newest first, without gaps or repeats', async () => {
    const accountId = await quota.openAccount(0n);
    for (let made = 0; made < 7; made += 1) {
      await quota.createKey(accountId, { name: `key ${made}` });
      await ask(QuotaMessages.grant, { accountId, amountNanos: '1', reference: randomUUID(), note: '', author: 'a' });
    }
    const keys = await everyPage((page) => ask(QuotaMessages.listKeys, { accountId, ...page }), 3);
    expect(keys.map(({ name }) => name)).toEqual([6, 5, 4, 3, 2, 1, 0].map((made) => `key ${made}`));
    const entries = await everyPage((page) => ask(QuotaMessages.listLedger, { accountId, ...page }), 2);
    expect(entries.map(({ balanceAfterNanos }) => balanceAfterNanos)).toEqual(['7', '6', '5', '4', '3', '2', '1']);
    const accounts = await everyPage((page) => ask(QuotaMessages.listAccounts, page), 5);
    expect(accounts[0]?.id).toBe(accountId);
    expect(new Set(accounts.map(({ id }) => id)).size).toBe(accounts.length);
    const [{ count }] = (await quota.dataSource.query('SELECT count(*)::integer AS count FROM quota.accounts')) as [
      { count: number },
    ];
    expect(accounts).toHaveLength(count);
    const all = await everyPage((page) => ask(QuotaMessages.listKeys, page), 4);
    expect(all.slice(0, 7)).toEqual(keys);
  });

  it('of accounts holds those whose name has the text that is searched for, or whose id it is', async () => {
    const named = await ask(QuotaMessages.createAccount, { name: 'Søk %_ Me' });
    for (const search of ['søk %', 'K %_ M', named.id.toUpperCase(), ' me']) {
      const found = await everyPage((page) => ask(QuotaMessages.listAccounts, { ...page, search }), 5);
      expect(found.map(({ id }) => id)).toContain(named.id);
    }
    expect((await ask(QuotaMessages.listAccounts, { search: 'x%y' })).items).toEqual([]);
  });

  it('of accounts that have run out holds active ones that had money, and no newcomer', async () => {
    const [runOut, disabled] = [await quota.openAccount(5n), await quota.openAccount(5n)];
    const [rich, newcomer] = [await quota.openAccount(5n), await quota.openAccount(0n)];
    for (const accountId of [runOut, disabled]) {
      await ask(TopUpMessages.correct, {
        accountId,
        amountNanos: '-5',
        reference: randomUUID(),
        reason: 'Spent',
        author: 'a',
      });
    }
    await ask(QuotaMessages.updateAccount, { id: disabled, status: 'disabled' });
    const found = await everyPage((page) => ask(QuotaMessages.listAccounts, { ...page, onlyRunOut: true }), 5);
    const ids = found.map(({ id }) => id);
    expect(ids).toContain(runOut);
    for (const other of [disabled, rich, newcomer]) expect(ids).not.toContain(other);
  });

  it('of an account that does not exist is not found', async () => {
    const accountId = randomUUID();
    await expect(ask(QuotaMessages.listKeys, { accountId })).rejects.toMatchObject({ code: 'not_found' });
    await expect(ask(QuotaMessages.listLedger, { accountId })).rejects.toMatchObject({ code: 'not_found' });
  });
});

/** What is wrong, who sends it, and the field that the answer must name. */
type WrongInput = [what: string, send: () => Promise<unknown>, field: string];

describe('a wrong input', () => {
  let accountId: string;
  let keyId: string;
  const tables = ['accounts', 'keys', 'ledger_entries'];
  const contents = () =>
    Promise.all(tables.map((table) => quota.dataSource.query<unknown[]>(`SELECT * FROM quota.${table} ORDER BY 1, 2`)));
  let before: unknown[][];

  beforeAll(async () => {
    accountId = await quota.openAccount(100n);
    keyId = (await quota.createKey(accountId)).id;
  });

  beforeEach(async () => {
    before = await contents();
  });

  const amounts: [string, unknown][] = [
    ['negative', '-1'],
    ['huge', '1000000000000000001'],
    ['beyond 64 bits', '99999999999999999999'],
    ['fractional', '0.5'],
    ['exponential', '1e3'],
    ['hexadecimal', '0x10'],
    ['empty', ''],
    ['NaN', 'NaN'],
    ['a number', 5],
    ['an object', {}],
  ];
  const names: [string, unknown][] = [
    ['empty', ''],
    ['blank', '   '],
    ['too long', 'x'.repeat(201)],
    ['of two lines', 'a\nb'],
    ['with a NUL', 'a\0'],
    ['a number', 7],
    ['null', null],
  ];
  const wrong: WrongInput[] = [
    ...names.flatMap(([what, name]): WrongInput[] => [
      [`account name ${what}`, () => ask(QuotaMessages.createAccount, { name }), 'name'],
      [`new account name ${what}`, () => ask(QuotaMessages.updateAccount, { id: accountId, name }), 'name'],
      [`key name ${what}`, () => ask(QuotaMessages.createKey, { accountId, name }), 'name'],
      [
        `grant reference ${what}`,
        () => ask(QuotaMessages.grant, { accountId, amountNanos: '1', reference: name, note: '', author: 'a' }),
        'reference',
      ],
    ]),
    ...[...amounts, ['zero', '0'] as [string, unknown]].map(([what, amountNanos]): WrongInput => [
      `grant ${what}`,
      () => ask(QuotaMessages.grant, { accountId, amountNanos, reference: 'r', note: '', author: 'a' }),
      'amountNanos',
    ]),
    ...amounts.flatMap(([what, nanos]): WrongInput[] => [
      [
        `overdraft ${what}`,
        () => ask(QuotaMessages.updateAccount, { id: accountId, overdraftNanos: nanos }),
        'overdraftNanos',
      ],
      [`quota ${what}`, () => ask(QuotaMessages.updateKey, { id: keyId, quotaNanos: nanos }), 'quotaNanos'],
    ]),
    ...[0, -1, 1.5, Number.NaN, '3', 1_000_001].map((concurrencyMax): WrongInput => [
      `concurrency ${JSON.stringify(concurrencyMax)}`,
      () =>
        ask(QuotaMessages.createKey, {
          accountId,
          name: 'k',
          concurrencyMax: Number.isNaN(concurrencyMax) ? 'NaN' : concurrencyMax,
        }),
      'concurrencyMax',
    ]),
    ...['tomorrow', '2030-01-31', '2030-02-31T99:00:00Z', '2030-01-31T12:00:00', 5].map((expiresAt): WrongInput => [
      `expiry ${expiresAt}`,
      () => ask(QuotaMessages.updateKey, { id: keyId, expiresAt }),
      'expiresAt',
    ]),
    ['status', () => ask(QuotaMessages.updateKey, { id: keyId, status: 'deleted' }), 'status'],
    ['flag', () => ask(QuotaMessages.updateKey, { id: keyId, showCost: 'yes' }), 'showCost'],
    ['empty update', () => ask(QuotaMessages.updateKey, { id: keyId }), 'request'],
    ['id', () => ask(QuotaMessages.getAccount, { id: '1; DROP TABLE accounts' }), 'id'],
    ['limit 0', () => ask(QuotaMessages.listAccounts, { limit: 0 }), 'limit'],
    ['limit 201', () => ask(QuotaMessages.listKeys, { limit: 201 }), 'limit'],
    ['cursor', () => ask(QuotaMessages.listAccounts, { cursor: 'nonsense' }), 'cursor'],
    ['cursor that is empty', () => ask(QuotaMessages.listLedger, { accountId, cursor: '' }), 'cursor'],
  ];

  it.each(wrong)('is refused by name and changes nothing: %s', async (_, send, field) => {
    await expect(send()).rejects.toMatchObject({
      code: 'invalid_request_error',
      message: expect.stringContaining(field),
      details: { param: field },
    });
    expect(await contents()).toEqual(before);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['getAccount', () => ask(QuotaMessages.getAccount, { id: randomUUID() })],
    ['updateAccount', () => ask(QuotaMessages.updateAccount, { id: randomUUID(), name: 'x' })],
    ['createKey', () => ask(QuotaMessages.createKey, { accountId: randomUUID(), name: 'x' })],
    ['updateKey', () => ask(QuotaMessages.updateKey, { id: randomUUID(), name: 'x' })],
    [
      'grant',
      () =>
        ask(QuotaMessages.grant, {
          accountId: randomUUID(),
          amountNanos: '1',
          reference: 'x',
          note: '',
          author: 'a',
        }),
    ],
  ])('that names nothing is not found: %s', async (_, send) => {
    await expect(send()).rejects.toMatchObject({ code: 'not_found' });
    expect(await contents()).toEqual(before);
  });

  it('is told with all its mistakes at once', async () => {
    const request = ask(QuotaMessages.createKey, { accountId: 'x', name: '', quotaNanos: '-1' });
    await expect(request).rejects.toThrow(
      /accountId must be a UUID; name must not be empty; quotaNanos must be from 0/,
    );
  });
});

describe('the books', () => {
  it('are in order after all of this', async () => {
    expect(await quota.audit()).toEqual(CLEAN_AUDIT);
  });
});
