import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { get, type IncomingMessage, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import type {
  AccountRole,
  CreatedInvitation,
  CreatedKey,
  Membership,
  Page,
  Session,
  UsageData,
  UsageDeadLetter,
  UsageInvoiceLine,
  UsageNow,
  UsageRecord,
  UsageStatistics,
} from '@code-router/contracts';
import { UsageEventLog } from '@code-router/messaging';
import { waitFor } from '@code-router/testing';
import { UsageRecords } from '../../apps/usage-log/src/domain/usage-records.js';
import { eventOf, failedUsageData, usageData } from '../../apps/usage-log/src/testing/usage-samples.js';
import { ADMIN_PASSWORD, startConsole, type Refusal, type RunningConsole } from './running-console.js';

const PASSWORD = 'a password of the test';
const NOBODY = randomUUID();
const HOUR = '2025-03-01T10';

let console: RunningConsole;
let owner: Session;
let member: Session;
let stranger: Session;
let accountId: string;
let elsewhere: string;
let ownersKey: CreatedKey;
let membersKey: CreatedKey;
const channelId = randomUUID();
let usages: readonly UsageData[];

let count = 0;
const signUp = async (changes: object = {}): Promise<Session> => {
  const json = { username: `usage-${(count += 1)}`, password: PASSWORD, ...changes };
  const { body } = await console.send<Session>('POST', '/api/auth/sign-up', { json, token: null });
  return body;
};
const as = async <Body>(session: Session, method: string, path: string, json?: unknown): Promise<Body> => {
  const { status, body, text } = await console.send<Body>(method, path, { token: session.token, json });
  if (status >= 300) throw new Error(`${method} ${path} answered ${status}: ${text}`);
  return body;
};
const personalAccount = async (session: Session) =>
  (await as<{ memberships: Membership[] }>(session, 'GET', '/api/me')).memberships[0]!.accountId;
const mine = (path = '') => `/api/me/accounts/${accountId}/usage${path}`;
const idsOf = (page: Page<UsageRecord>) => page.items.map(({ id }) => id);
const idOf = (index: number) => usages[index]!.reservationId;

beforeAll(async () => {
  console = await startConsole({ CODE_ROUTER_SIGN_UP: 'open' });
  owner = await signUp();
  accountId = await personalAccount(owner);
  const invitation = await as<CreatedInvitation>(owner, 'POST', `/api/me/accounts/${accountId}/invitations`, {
    role: 'member' satisfies AccountRole,
  });
  member = await signUp({ invitation: invitation.token });
  stranger = await signUp();
  elsewhere = await personalAccount(stranger);
  const keys = `/api/me/accounts/${accountId}/keys`;
  ownersKey = await as(owner, 'POST', keys, { name: 'Production 100%' });
  membersKey = await as(member, 'POST', keys, { name: 'laptop' });
  const named = ({ id }: CreatedKey, keyName: string) => ({ accountId, keyId: id, keyName });
  usages = [
    usageData({
      ...named(ownersKey, 'Production 100%'),
      channelId,
      channelName: 'a secret channel',
      costNanos: '1234',
      userAgent: '=HYPERLINK("http://evil")',
      completedAt: `${HOUR}:04:00.000Z`,
    }),
    usageData({
      ...named(membersKey, 'laptop'),
      channelId,
      channelName: 'a secret channel',
      modelAsked: 'other',
      completedAt: `${HOUR}:03:00.000Z`,
    }),
    failedUsageData({
      ...named(membersKey, 'laptop'),
      httpStatus: 429,
      errorCode: 'rate_limit_exceeded',
      completedAt: `${HOUR}:02:00.000Z`,
    }),
    usageData({ accountId: elsewhere, keyId: randomUUID(), completedAt: `${HOUR}:01:00.000Z` }),
  ];
  const log = console.app.get(UsageEventLog);
  await Promise.all(usages.map((usage) => log.publish(eventOf(usage))));
  await waitFor(async () => (await console.ask<Page<UsageRecord>>('GET', '/api/usage')).items.length === 4);
});

afterAll(async () => {
  await console?.stop();
  delete process.env['CODE_ROUTER_SIGN_UP'];
});

describe('administrators', () => {
  it.each<[string, () => Record<string, string>, readonly number[]]>([
    ['everything', () => ({}), [0, 1, 2, 3]],
    ['an account', () => ({ accountId }), [0, 1, 2]],
    ['a key', () => ({ keyId: membersKey.id }), [1, 2]],
    ['a model', () => ({ model: 'other' }), [1]],
    ['a channel', () => ({ channelId }), [0, 1]],
    ['a channel and a model', () => ({ channelId, model: 'gpt-4o' }), [0]],
    ['an outcome', () => ({ outcome: 'released' }), [2]],
    ['what succeeded', () => ({ status: 'ok' }), [0, 1, 3]],
    ['what failed', () => ({ status: 'error' }), [2]],
    ['a status', () => ({ status: '429' }), [2]],
    ['another status', () => ({ status: '500' }), []],
    ['a request', () => ({ requestId: usages[3]!.requestId }), [3]],
    ['part of a key’s name', () => ({ keyName: 'PRODUCTION' }), [0]],
    ['a key’s name with what SQL takes for a wildcard', () => ({ keyName: '0%' }), [0]],
    ['a name that only a wildcard would match', () => ({ keyName: 'lap_op' }), []],
    ['a stretch of time', () => ({ from: `${HOUR}:02:00Z`, to: `${HOUR}:04:00Z` }), [1, 2]],
  ])('find %s', async (_, filters, expected) => {
    const query = new URLSearchParams(filters()).toString();
    const page = await console.ask<Page<UsageRecord>>('GET', `/api/usage?${query}`);
    expect(idsOf(page)).toEqual(expected.map(idOf));
  });

  it.each([
    ['status', 'status=999'],
    ['status', 'status=fine'],
    ['outcome', 'outcome=lost'],
    ['from', 'from=yesterday'],
    ['channelId', 'channelId=1'],
    ['to', 'from=2030-01-02T00:00:00Z&to=2030-01-01T00:00:00Z'],
  ])('are told that %s is wrong in %s', async (param, query) => {
    const { status, body } = await console.send<Refusal>('GET', `/api/usage?${query}`);
    expect([status, body.error.param]).toEqual([400, param]);
  });

  it('read one record, and how its amount comes about', async () => {
    const record = await console.ask<UsageRecord>('GET', `/api/usage/${idOf(0)}`);
    expect(record).toMatchObject({ id: idOf(0), costNanos: '1234', channelName: 'a secret channel' });
    const line = await console.ask<UsageInvoiceLine>('GET', `/api/usage/${idOf(0)}/invoice-line`);
    expect(line).toMatchObject({
      recordId: idOf(0),
      lines: [
        {
          kind: 'tokens',
          class: 'input',
          quantity: 1_000,
          rateNanos: '2500000000',
          per: 1_000_000,
          exactNanos: '2500000',
        },
        { kind: 'tokens', class: 'cachedInput', quantity: 24, exactNanos: '30000' },
        { kind: 'tokens', class: 'output', quantity: 500, exactNanos: '5000000' },
      ],
      sumNanos: '7530000',
      multiplierMillionths: '800000',
      multiplierSource: 'key-group',
      amountNanos: '6024000',
      recomputedNanos: '6024000',
      agrees: true,
    });
    for (const path of [NOBODY, 'nonsense', `${NOBODY}/invoice-line`]) {
      expect((await console.send('GET', `/api/usage/${path}`)).status).toBe(404);
    }
  });

  it('see statistics with what the providers ask, by account under its name', async () => {
    const statistics = (groupBy: string) =>
      console.ask<UsageStatistics>(
        'GET',
        `/api/usage/statistics?granularity=hour&groupBy=${groupBy}&from=${HOUR}:00:00Z&to=2025-03-02T00:00:00Z`,
      );
    const { series, totals } = await statistics('account');
    expect(totals).toMatchObject({ requests: 4, failures: 1, costNanos: '1234', amountNanos: '18072000' });
    expect(series.map(({ group }) => group?.id)).toEqual([accountId, elsewhere]);
    expect(series[0]?.group?.name).not.toBe(accountId);
    expect(series[0]?.points).toMatchObject([{ bucket: `${HOUR}:00:00.000Z`, requests: 3 }]);
    expect((await statistics('key')).series.map(({ group }) => group?.name).toSorted()).toEqual([
      'Production 100%',
      'laptop',
      'laptop',
    ]);
    expect((await statistics('channel')).series.map(({ group }) => group?.name)).toContain('a secret channel');
  });

  it('export no further when their client goes away in the middle', async () => {
    const { nextCursor } = await console.ask<Page<UsageRecord>>('GET', '/api/usage?limit=1');
    const { token } = (await console.login('admin', ADMIN_PASSWORD)).body;
    const records = console.app.get(UsageRecords, { strict: false });
    const readPart = records.exportPart.bind(records);
    // Each part is followed by the same again: an export that ends only with its reader.
    const read = jest
      .spyOn(records, 'exportPart')
      .mockImplementation(async (part) => ({ ...(await readPart(part)), ...(nextCursor ? { nextCursor } : {}) }));
    try {
      const connected = once(console.app.getHttpServer() as Server, 'connection');
      const request = get(`${console.url}/api/usage/export?format=ndjson`, {
        agent: false,
        headers: { authorization: `Bearer ${token}` },
      });
      request.on('error', () => undefined);
      const [socket] = (await connected) as [Socket];
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      response.on('error', () => undefined);
      await once(response, 'data');
      await waitFor(() => read.mock.calls.length > 3, { what: 'parts to be read' });
      // With an error before or without: both are ends.
      const closed = socket.destroyed ? undefined : new Promise((resolve) => socket.once('close', resolve));
      request.destroy();
      await closed;
      expect(socket.destroyed).toBe(true);
      await waitFor(
        async () => {
          const before = read.mock.calls.length;
          for (let turn = 0; turn < 5; turn += 1) await console.ask('GET', '/api/usage?limit=1');
          return read.mock.calls.length === before;
        },
        { what: 'the reading to end' },
      );
    } finally {
      read.mockRestore();
    }
  });

  it('export a CSV that a spreadsheet reads as it is and runs nothing of', async () => {
    const { headers, text } = await console.send('GET', `/api/usage/export?format=csv&accountId=${accountId}`);
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(headers.get('content-disposition')).toMatch(/^attachment; filename="usage-.*\.csv"$/);
    expect(headers.get('x-code-router-rows-estimate')).toBe('3');
    const rows = parse(text, { columns: true }) as Record<string, string>[];
    expect(rows.map((row) => row['id'])).toEqual([0, 1, 2].map(idOf));
    expect(rows[0]).toMatchObject({
      costNanos: '1234',
      amountNanos: '6024000',
      userAgent: `'=HYPERLINK("http://evil")`,
    });
  });

  it('see no dead letter where there is none, and may replay them', async () => {
    expect(await console.ask<Page<UsageDeadLetter>>('GET', '/api/usage/dead-letters')).toEqual({ items: [] });
    expect(await console.ask('POST', '/api/usage/dead-letters/replay', {})).toEqual({ replayed: 0 });
  });
});

describe('members', () => {
  it('find what their role lets them see, by the filters that are theirs', async () => {
    const find = async (session: Session, query: string) =>
      idsOf(await as<Page<UsageRecord>>(session, 'GET', mine(`?${query}`)));
    expect(await find(owner, '')).toEqual([0, 1, 2].map(idOf));
    expect(await find(member, '')).toEqual([1, 2].map(idOf));
    expect(await find(member, 'status=error')).toEqual([idOf(2)]);
    expect(await find(member, 'keyName=production')).toEqual([]);
    const { status } = await console.send('GET', mine(`?channelId=${channelId}`), { token: owner.token });
    expect(status).toBe(400);
  });

  it('read records and invoice lines of their keys only', async () => {
    for (const path of ['', '/invoice-line']) {
      const read = async (session: Session, index: number) =>
        (await console.send('GET', mine(`/${idOf(index)}${path}`), { token: session.token })).status;
      expect(await read(owner, 0)).toBe(200);
      expect(await read(member, 1)).toBe(200);
      expect(await read(member, 0)).toBe(404);
      expect(await read(owner, 3)).toBe(404);
      expect(await read(stranger, 3)).toBe(404);
    }
  });

  it('see sums over their keys only, and not what the providers ask', async () => {
    const span = `granularity=day&from=${HOUR}:00:00Z&to=2025-03-02T00:00:00Z`;
    const totals = async (session: Session, query = '') =>
      (await as<UsageStatistics>(session, 'GET', mine(`/statistics?${span}${query}`))).totals;
    expect(await totals(owner)).toMatchObject({ requests: 3, failures: 1 });
    expect(await totals(owner, '&groupBy=key')).toMatchObject({ requests: 3 });
    expect(await totals(member)).toMatchObject({ requests: 2, amountNanos: '6024000' });
    expect(await totals(owner)).not.toHaveProperty('costNanos');
    const { status } = await console.send('GET', mine(`/statistics?${span}&keyId=${ownersKey.id}`), {
      token: member.token,
    });
    expect(status).toBe(404);
    expect(await as<UsageNow>(owner, 'GET', mine('/now'))).toEqual({ requestsPerMinute: 0, tokensPerMinute: 0 });
  });

  it('export what they see and nothing of the routing', async () => {
    const { headers, text } = await console.send('GET', mine('/export?format=ndjson'), { token: member.token });
    expect(headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8');
    const listed = await as<Page<UsageRecord>>(member, 'GET', mine());
    const lines = text.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as UsageRecord)).toEqual(listed.items);
    expect(text).not.toMatch(/secret|channel|attempts|cost/i);
    const csv = await console.send('GET', mine('/export?format=csv'), { token: owner.token });
    expect((parse(csv.text, { columns: true }) as object[]).length).toBe(3);
    expect(csv.text).not.toMatch(/secret|channel|attempts|cost/i);
  });
});
