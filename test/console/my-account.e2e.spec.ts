import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import OpenAI from 'openai';
import type {
  CreatedInvitation,
  CreatedKey,
  Key,
  LedgerEntry,
  Membership,
  Page,
  Session,
  Statement,
  UsageRecord,
} from '@code-router/contracts';
import { waitFor } from '@code-router/testing';
import { startConsole, type Answer, type Refusal, type RunningConsole } from './running-console.js';

const PASSWORD = 'a password of the test';
const MODEL = 'demo/model';
const MESSAGES = [{ role: 'user' as const, content: 'Hello, how are you?' }];
const PERIOD = 'from=2020-01-01T00:00:00Z&to=2100-01-01T00:00:00Z';

let console: RunningConsole;
let owner: string;
let member: string;
let stranger: string;
let accountId: string;
let elsewhere: string;

const signUp = async (username: string, more: object = {}) => {
  const json = { username, password: PASSWORD, ...more };
  return (await console.send<Session>('POST', '/api/auth/sign-up', { json, token: null })).body.token;
};
const accountOf = async (token: string) =>
  (await console.send<{ memberships: Membership[] }>('GET', '/api/me', { token })).body.memberships[0]!.accountId;
const mine = (path: string) => `/api/me/accounts/${accountId}${path}`;
const as = async <Body>(token: string, method: string, path: string, json?: unknown): Promise<Body> => {
  const { status, body, text } = await console.send<Body>(method, path, { token, json });
  if (status >= 300) throw new Error(`${method} ${path} answered ${status}: ${text}`);
  return body;
};
const createKey = (token: string, more: object = {}) =>
  as<CreatedKey>(token, 'POST', mine('/keys'), { name: 'key', ...more });
const chat = <Body = OpenAI.ChatCompletion>(keyId: string, more: object = {}, token = owner): Promise<Answer<Body>> =>
  console.send<Body>('POST', mine(`/keys/${keyId}/chat/completions`), {
    token,
    json: { model: MODEL, messages: MESSAGES, ...more },
  });
const withSecret = <Body = OpenAI.ChatCompletion>(secret: string, more: object = {}): Promise<Answer<Body>> =>
  console.send<Body>('POST', '/v1/chat/completions', {
    token: secret,
    json: { model: MODEL, messages: MESSAGES, ...more },
  });
const codeOf = ({ status, body }: Answer<unknown>) => [status, (body as Refusal).error?.code];

beforeAll(async () => {
  console = await startConsole({ CODE_ROUTER_SIGN_UP: 'open' });
  await console.ask('POST', '/api/models', { name: MODEL, contextWindow: 8_000, maxOutputTokens: 1_000 });
  const terms = { rates: { input: '3000000000', output: '15000000000' } };
  await console.ask('POST', '/api/prices', { model: MODEL, terms });
  await console.ask('POST', '/api/channels', { name: 'demo', provider: 'demo', models: [{ name: MODEL }] });
  owner = await signUp('owner');
  accountId = await accountOf(owner);
  const { token: invitation } = await as<CreatedInvitation>(owner, 'POST', mine('/invitations'), { role: 'member' });
  member = await signUp('member', { invitation });
  stranger = await signUp('stranger');
  elsewhere = await accountOf(stranger);
  await console.ask('POST', `/api/accounts/${accountId}/grants`, {
    amountCredits: '100',
    reference: 'start',
    note: '=HYPERLINK("https://evil.example.com")',
  });
});

afterAll(async () => {
  await console?.stop();
  delete process.env['CODE_ROUTER_SIGN_UP'];
});

describe('the playground', () => {
  it('answers and charges as a call with the secret of the key does', async () => {
    const key = await createKey(owner);
    const [inside, outside] = [await chat(key.id), await withSecret(key.secret)];
    expect([inside.status, outside.status]).toEqual([200, 200]);
    expect(inside.body.choices[0]?.message.content).toBeTruthy();
    for (const header of ['x-code-router-cost', 'x-code-router-price-version', 'content-type']) {
      expect([header, inside.headers.get(header)]).toEqual([header, outside.headers.get(header)]);
    }
    expect(inside.body.usage).toEqual(outside.body.usage);
    const requestIds = [inside, outside].map(({ headers }) => headers.get('x-request-id'));
    const records = await waitFor(async () => {
      const { items } = await as<Page<UsageRecord>>(owner, 'GET', mine(`/usage?keyId=${key.id}`));
      return items.length === 2 ? items : undefined;
    });
    expect(records.map(({ requestId }) => requestId).toSorted()).toEqual(requestIds.toSorted());
    expect(new Set(records.map(({ keyName, amountNanos }) => `${keyName} ${amountNanos}`)).size).toBe(1);
    const kept = await waitFor(async () => {
      const found = (await as<Page<Key>>(owner, 'GET', mine('/keys'))).items.find(({ id }) => id === key.id)!;
      return BigInt(found.spentNanos) === 2n * BigInt(records[0]!.amountNanos) ? found : undefined;
    });
    expect(kept.heldNanos).toBe('0');
  });

  it('streams as it is written', async () => {
    const key = await createKey(owner);
    const answer = await chat<string>(key.id, { stream: true, stream_options: { include_usage: true } });
    expect(answer.headers.get('content-type')).toContain('text/event-stream');
    const events = answer.text.trim().split('\n\n');
    expect(events.at(-1)).toBe('data: [DONE]');
    const chunks = events
      .slice(0, -1)
      .map((event) => JSON.parse(event.slice('data: '.length)) as OpenAI.ChatCompletionChunk);
    expect(chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('').length).toBeGreaterThan(0);
    expect(chunks.at(-1)?.usage).toMatchObject({ cost: expect.any(Number) });
  });

  it('refuses what the key with its secret would be refused', async () => {
    const limited = await createKey(owner, { allowedModels: ['another'] });
    const elsewhereOnly = await createKey(owner, { allowedIps: ['192.0.2.1'] });
    const poor = await createKey(owner, { quotaNanos: '1' });
    const expired = await createKey(owner, { expiresAt: new Date(Date.now() + 300).toISOString() });
    const disabled = await createKey(owner);
    await as(owner, 'PATCH', mine(`/keys/${disabled.id}`), { status: 'disabled' });
    await waitFor(async () => ((await withSecret(expired.secret)).status === 401 ? true : undefined));
    for (const [key, expected] of [
      [limited, [403, 'model_not_allowed']],
      [elsewhereOnly, [403, 'ip_not_allowed']],
      [poor, [402, 'insufficient_quota']],
      [expired, [401, 'key_expired']],
      [disabled, [403, 'key_disabled']],
    ] as const) {
      expect(codeOf(await chat(key.id))).toEqual(expected);
      expect(codeOf(await withSecret(key.secret))).toEqual(expected);
    }
    const revoked = await createKey(owner);
    await as(owner, 'DELETE', mine(`/keys/${revoked.id}`));
    expect(codeOf(await chat(revoked.id))).toEqual([403, 'key_disabled']);
    const good = await createKey(owner);
    expect(codeOf(await chat(good.id, { model: 'never-was' }))).toEqual([404, 'model_not_found']);
    expect(codeOf(await chat(good.id, { messages: 'none' }))).toEqual([400, 'invalid_request_error']);
  });

  it('is for keys of the account, and of those only their own for members', async () => {
    const [ofOwner, ofMember] = [await createKey(owner), await createKey(member)];
    expect((await chat(ofMember.id, {}, owner)).status).toBe(200);
    expect((await chat(ofMember.id, {}, member)).status).toBe(200);
    expect(codeOf(await chat(ofOwner.id, {}, member))).toEqual([404, 'not_found']);
    expect(codeOf(await chat(ofOwner.id, {}, stranger))).toEqual([404, 'not_found']);
    const through = `/api/me/accounts/${elsewhere}/keys/${ofOwner.id}/chat/completions`;
    const json = { model: MODEL, messages: MESSAGES };
    expect(codeOf(await console.send('POST', through, { token: stranger, json }))).toEqual([404, 'not_found']);
  });

  it('takes no key from the headers: whose it is, the path and the session say', async () => {
    const [key, other] = [await createKey(owner), await createKey(owner)];
    const answer = await console.send('POST', mine(`/keys/${key.id}/chat/completions`), {
      token: owner,
      headers: { 'x-api-key': other.secret },
      json: { model: MODEL, messages: MESSAGES },
    });
    expect(answer.status).toBe(200);
    const records = await waitFor(async () => {
      const { items } = await as<Page<UsageRecord>>(owner, 'GET', mine(`/usage?keyId=${key.id}`));
      return items.length === 1 ? items : undefined;
    });
    expect(records[0]?.requestId).toBe(answer.headers.get('x-request-id'));
  });
});

describe('the keys of an account', () => {
  it('are rotated by whoever may change them: the new secret works, the old one no longer', async () => {
    const key = await createKey(member);
    const rotated = await as<CreatedKey>(member, 'POST', mine(`/keys/${key.id}/rotate`), {});
    expect(rotated.secret).not.toBe(key.secret);
    expect((await withSecret(rotated.secret)).status).toBe(200);
    await waitFor(async () => ((await withSecret(key.secret)).status === 401 ? true : undefined));
    const oldValidUntil = new Date(Date.now() + 60_000).toISOString();
    const again = await as<CreatedKey>(owner, 'POST', mine(`/keys/${key.id}/rotate`), { oldValidUntil });
    expect(again.retiring).toEqual([{ prefix: rotated.prefix, validUntil: oldValidUntil }]);
    expect((await withSecret(rotated.secret)).status).toBe(200);
  });

  it('are revoked for good', async () => {
    const key = await createKey(owner);
    expect(await as<Key>(owner, 'DELETE', mine(`/keys/${key.id}`))).toMatchObject({ id: key.id, status: 'revoked' });
    await waitFor(async () => ((await withSecret(key.secret)).status === 401 ? true : undefined));
  });

  it('of others are not there', async () => {
    const key = await createKey(owner);
    for (const [method, path] of [
      ['POST', `/keys/${key.id}/rotate`],
      ['DELETE', `/keys/${key.id}`],
    ] as const) {
      const json = method === 'POST' ? {} : undefined;
      expect(codeOf(await console.send(method, mine(path), { token: member, json }))).toEqual([404, 'not_found']);
      const through = `/api/me/accounts/${elsewhere}${path}`;
      expect(codeOf(await console.send(method, through, { token: stranger, json }))).toEqual([404, 'not_found']);
    }
    expect((await withSecret(key.secret)).status).toBe(200);
  });

  it('may be in the groups that the account may choose', async () => {
    const { accountGroup, groups } = await as<{ accountGroup: string; groups: { name: string }[] }>(
      member,
      'GET',
      mine('/groups'),
    );
    expect([accountGroup, groups.map(({ name }) => name)]).toEqual(['default', ['default']]);
  });
});

describe('the statement of an account', () => {
  it('adds up, as a list and as a file', async () => {
    // More entries than a page has.
    for (let grant = 0; grant < 230; grant += 10) {
      await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          console.ask('POST', `/api/accounts/${accountId}/grants`, {
            amountNanos: '7',
            reference: `g${grant + index}`,
          }),
        ),
      );
    }
    const entries: LedgerEntry[] = [];
    let statement: Statement | undefined;
    for (let cursor = ''; ;) {
      statement = await as<Statement>(owner, 'GET', mine(`/statement?${PERIOD}&limit=200${cursor}`));
      entries.push(...statement.items);
      if (statement.nextCursor === undefined) break;
      cursor = `&cursor=${encodeURIComponent(statement.nextCursor)}`;
    }
    const sum = entries.reduce((total, { amountNanos }) => total + BigInt(amountNanos), 0n);
    expect(BigInt(statement.openingNanos) + sum).toBe(BigInt(statement.closingNanos));

    const file = await console.send<string>('GET', mine(`/statement/export?${PERIOD}&format=csv`), { token: owner });
    expect(file.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(file.headers.get('content-disposition')).toBe('attachment; filename="statement-2020-01-01-2100-01-01.csv"');
    const lines = parse(file.text, { columns: true }) as Record<string, string>[];
    expect(lines.length).toBe(entries.length + 2);
    expect(lines[0]).toMatchObject({ kind: 'opening_balance', balance_nanos: '0' });
    expect(lines.at(-1)).toMatchObject({ kind: 'closing_balance', balance_nanos: statement.closingNanos });
    expect(lines.slice(1, -1).map(({ reference, amount_nanos: amount }) => [reference, amount])).toEqual(
      entries.map(({ reference, amountNanos }) => [reference, amountNanos]),
    );
    expect(lines[1]).toMatchObject({ amount_credits: '100', note: '\'=HYPERLINK("https://evil.example.com")' });
  });

  it('says what is wrong with a period before it writes anything', async () => {
    for (const query of ['', 'from=2020-01-01T00:00:00Z', 'from=yesterday&to=today', `${PERIOD}&format=pdf`]) {
      const answer = await console.send<Refusal>('GET', mine(`/statement/export?${query}`), { token: owner });
      expect(codeOf(answer)).toEqual([400, 'invalid_request_error']);
      expect(answer.headers.get('content-disposition')).toBeNull();
    }
  });
});
