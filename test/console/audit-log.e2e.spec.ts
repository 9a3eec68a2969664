import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import type { Account, CreatedKey, Page } from '@code-router/contracts';
import { ADMIN_PASSWORD, startConsole, type Refusal, type RunningConsole } from './running-console.js';

interface Entry {
  readonly id: string;
  readonly at: string;
  readonly actorId: string;
  readonly actorName: string;
  readonly action: string;
  readonly target: string;
  readonly input: Record<string, unknown> | null;
  readonly before: Record<string, unknown> | null;
  readonly after: Record<string, unknown> | null;
  readonly ip: string;
  readonly requestId: string;
  readonly httpStatus: number | null;
  readonly errorCode: string | null;
}

const CHANNEL = {
  name: 'logged',
  provider: 'openai-compatible',
  baseUrl: 'https://x.example.com/v1',
  models: [{ name: 'm' }],
};

let console: RunningConsole;
let database: Client;
let account: Account;

beforeAll(async () => {
  console = await startConsole();
  database = new Client({ connectionString: console.databaseUrl });
  await database.connect();
  await console.addUser('somebody');
  await console.ask('PUT', '/api/groups', { name: 'default', multiplier: '1' });
  account = await console.ask<Account>('POST', '/api/accounts', { name: 'Acme' });
});

afterAll(async () => {
  await database?.end();
  await console?.stop();
});

const entries = async (query = '') => (await console.ask<Page<Entry>>('GET', `/api/audit-log?${query}`)).items;
const last = async () => (await entries('limit=1'))[0]!;

describe('the audit log', () => {
  it('has who did what, from where, and what it was before and after', async () => {
    const answer = await console.send('PATCH', `/api/accounts/${account.id}`, {
      json: { name: 'Renamed', group: 'default' },
    });
    const me = await console.ask<{ id: string }>('GET', '/api/auth/me');
    expect(await last()).toEqual({
      id: expect.any(String),
      at: expect.any(String),
      actorId: me.id,
      actorName: 'admin',
      action: 'PATCH /api/accounts/:id',
      target: `/api/accounts/${account.id}`,
      input: { name: 'Renamed', group: 'default' },
      before: expect.objectContaining({ id: account.id, name: 'Acme' }),
      after: expect.objectContaining({ id: account.id, name: 'Renamed' }),
      ip: '127.0.0.1',
      requestId: answer.headers.get('x-request-id'),
      httpStatus: 200,
      errorCode: null,
    });
  });

  it('has what was made, and what is no more', async () => {
    const { id } = await console.ask<{ id: string }>('POST', '/api/channels', CHANNEL);
    expect(await last()).toMatchObject({ before: null, after: { id, name: 'logged' }, httpStatus: 201 });
    await console.ask('DELETE', `/api/channels/${id}`);
    expect(await last()).toMatchObject({ action: 'DELETE /api/channels/:id', before: { id }, after: null });
  });

  it('has the account beside a grant, and the one thing of a list that was put', async () => {
    await console.ask('POST', `/api/accounts/${account.id}/grants`, { amountCredits: '5', reference: 'logged' });
    expect(await last()).toMatchObject({
      action: 'POST /api/accounts/:id/grants',
      before: { balanceNanos: '0' },
      after: { balanceNanos: '5000000000' },
    });
    await console.ask('PUT', '/api/groups', { name: 'new', multiplier: '1' });
    expect(await last()).toMatchObject({ before: null, after: { name: 'new', multiplierMillionths: '1000000' } });
    await console.ask('PUT', '/api/groups', { name: 'new', multiplier: '0.5' });
    expect(await last()).toMatchObject({
      before: { multiplierMillionths: '1000000' },
      after: { multiplierMillionths: '500000' },
    });
    const model = { name: 'a/model', contextWindow: 100, maxOutputTokens: 10 };
    await console.ask('POST', '/api/models', model);
    expect(await last()).toMatchObject({ before: null, after: { name: 'a/model' } });
    await console.ask('PATCH', '/api/models', { name: 'a/model', enabled: false });
    expect(await last()).toMatchObject({ before: { enabled: true }, after: { enabled: false } });
    await console.ask('POST', '/api/prices', { model: 'a/model', terms: { rates: { input: '1', output: '2' } } });
    expect(await last()).toMatchObject({ before: null, after: { model: 'a/model', author: 'admin' } });
    const pair = { kind: 'model-in-group', model: 'a/model', group: 'new' };
    await console.ask('PUT', '/api/multipliers', { ...pair, multiplier: '3' });
    expect(await last()).toMatchObject({ before: null, after: { multiplierMillionths: '3000000' } });
    await console.ask('PUT', '/api/settings/site', { announcement: 'News' });
    expect(await last()).toMatchObject({ before: { announcement: null }, after: { announcement: 'News' } });
  });

  it('has no secret, whichever way it came', async () => {
    const apiKey = 'sk-secret-of-the-provider-123456';
    const password = 'a secret password 123';
    await console.ask('POST', '/api/channels', { ...CHANNEL, name: 'secretive', apiKey });
    await console.ask('POST', '/api/users', { username: 'secretive', password });
    const key = await console.ask<CreatedKey>('POST', `/api/accounts/${account.id}/keys`, { name: 'key' });
    const rotated = await console.ask<CreatedKey>('POST', `/api/keys/${key.id}/rotate`, {});
    expect(await last()).toMatchObject({ before: { id: key.id }, after: { id: key.id }, httpStatus: 201 });
    const batch = await console.ask<{ codes: string[] }>('POST', '/api/redemption-batches', {
      name: 'codes',
      amountCredits: '1',
      codeCount: 3,
    });
    const { items, text } = await console
      .send<Page<Entry>>('GET', '/api/audit-log?limit=5')
      .then((answer) => ({ items: answer.body.items, text: answer.text }));
    expect(items.map(({ action }) => action)).toEqual([
      'POST /api/redemption-batches',
      'POST /api/keys/:id/rotate',
      'POST /api/accounts/:id/keys',
      'POST /api/users',
      'POST /api/channels',
    ]);
    expect(batch.codes).toHaveLength(3);
    for (const secret of [apiKey, password, key.secret, rotated.secret, ...batch.codes]) {
      expect(text).not.toContain(secret);
    }
    const { rows } = await database.query<{ text: string }>(
      `SELECT (SELECT json_agg(audit_log) FROM gateway.audit_log)::text ||
              (SELECT json_agg(audit_outcomes) FROM gateway.audit_outcomes)::text AS text`,
    );
    for (const secret of [apiKey, password, key.secret, rotated.secret, ...batch.codes]) {
      expect(rows[0]?.text).not.toContain(secret);
    }
  });

  it('has what was refused, and why', async () => {
    const refuse = async (method: string, path: string, json: object, token?: string) => {
      const answer = await console.send<Refusal>(method, path, { json, ...(token === undefined ? {} : { token }) });
      const { action, httpStatus, errorCode, after, actorName } = await last();
      expect([httpStatus, errorCode, after]).toEqual([answer.status, answer.body.error.code, null]);
      return [action, httpStatus, actorName];
    };
    const path = `/api/accounts/${account.id}`;
    expect(await refuse('PATCH', path, { unknown: true })).toEqual(['PATCH /api/accounts/:id', 400, 'admin']);
    expect(await refuse('PATCH', '/api/accounts/00000000-0000-4000-8000-000000000000', { name: 'x' })).toEqual([
      'PATCH /api/accounts/:id',
      404,
      'admin',
    ]);
    expect(await refuse('POST', '/api/users', { username: 'somebody', password: ADMIN_PASSWORD })).toEqual([
      'POST /api/users',
      409,
      'admin',
    ]);
    const { token } = (await console.login('somebody', ADMIN_PASSWORD)).body;
    expect(await refuse('PATCH', path, { name: 'mine' }, token)).toEqual(['PATCH /api/accounts/:id', 403, 'somebody']);
  });

  it('cannot be filled by who is no administrator: what they send is not kept, and what they repeat is no entry', async () => {
    const { token } = (await console.login('somebody', ADMIN_PASSWORD)).body;
    const json = { name: 'a long text '.repeat(1_000) };
    const attempt = (path: string) => console.send<Refusal>('POST', path, { json, token });
    expect((await attempt('/api/users')).status).toBe(403);
    const written = await last();
    expect(written).toMatchObject({ action: 'POST /api/users', actorName: 'somebody', input: null, before: null });
    const repeated = await Promise.all(Array.from({ length: 5 }, () => attempt('/api/users')));
    expect(repeated.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403]);
    expect(await last()).toEqual(written);
  });

  it('has nothing of what changes nothing, and of what others do with their own', async () => {
    const before = await last();
    await console.ask('GET', '/api/accounts');
    await console.ask('GET', `/api/accounts/${account.id}`);
    const { token } = (await console.login('somebody', ADMIN_PASSWORD)).body;
    await console.send('POST', '/api/auth/logout', { token });
    await console.send('PATCH', `/api/accounts/${account.id}`, { json: { name: 'x' }, token: null });
    expect(await last()).toEqual(before);
  });

  it('is read in pages, and by who, what and when', async () => {
    const all = await console.everyPage<Entry>('/api/audit-log', 3);
    expect(all.length).toBeGreaterThan(10);
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    expect(all.map(({ at }) => at)).toEqual(
      all
        .map(({ at }) => at)
        .toSorted()
        .toReversed(),
    );
    const [newest] = all as [Entry];
    expect((await entries('actor=somebody')).every(({ actorName }) => actorName === 'somebody')).toBe(true);
    expect((await entries(`actor=${newest.actorId}`)).length).toBeGreaterThan(0);
    expect(await entries('actor=nobody')).toEqual([]);
    const channels = await entries(`action=${encodeURIComponent('post /api/channels')}`);
    expect([channels.length, new Set(channels.map(({ action }) => action))]).toEqual([
      2,
      new Set(['POST /api/channels']),
    ]);
    expect(await entries('action=%25')).toEqual([]);
    expect(await entries('from=2099-01-01T00:00:00Z')).toEqual([]);
    expect(await entries('to=2000-01-01T00:00:00Z')).toEqual([]);
    expect((await console.send('GET', '/api/audit-log?cursor=nonsense')).status).toBe(400);
    expect((await console.send('GET', '/api/audit-log?from=yesterday')).status).toBe(400);
  });

  it('can be added to and never rewritten, also by the database’s owner', async () => {
    for (const table of ['audit_log', 'audit_outcomes']) {
      for (const statement of [`UPDATE gateway.${table} SET id = id`, `DELETE FROM gateway.${table}`]) {
        await expect(database.query(statement)).rejects.toThrow(/append-only/);
      }
      await expect(database.query(`TRUNCATE gateway.${table} CASCADE`)).rejects.toThrow(/append-only/);
    }
  });

  it('comes first: what cannot be written down is not done', async () => {
    const path = `/api/accounts/${account.id}`;
    await database.query('ALTER TABLE gateway.audit_log RENAME TO away');
    try {
      const answer = await console.send<Refusal>('PATCH', path, { json: { name: 'unlogged' } });
      expect([answer.status, answer.body.error.code]).toEqual([503, 'service_unavailable']);
      expect((await console.ask<Account>('GET', path)).name).toBe('Renamed');
    } finally {
      await database.query('ALTER TABLE gateway.away RENAME TO audit_log');
    }
    await database.query('ALTER TABLE gateway.audit_outcomes RENAME TO away');
    try {
      expect((await console.send('PATCH', path, { json: { name: 'half logged' } })).status).toBe(200);
    } finally {
      await database.query('ALTER TABLE gateway.away RENAME TO audit_outcomes');
    }
    expect(await last()).toMatchObject({ input: { name: 'half logged' }, httpStatus: null, after: null });
  });

  it('has every change of a channel’s keys, before and after, without the keys', async () => {
    const [first, second, third] = ['1', '2', '3'].map((digit) => `sk-secret-of-several-${digit.repeat(4)}`);
    const input = { ...CHANNEL, name: 'several', apiKey: first };
    const { id } = await console.ask<{ id: string }>('POST', '/api/channels', input);
    const keys = `/api/channels/${id}/keys`;
    const added = await console.ask<{ id: string }>('POST', keys, { apiKey: second, label: 'added' });
    expect(await last()).toMatchObject({
      action: 'POST /api/channels/:id/keys',
      input: { apiKey: '…', label: 'added' },
      before: { id, keys: [{ hint: 'sk-…1111' }] },
      after: { id, keys: [{ hint: 'sk-…1111' }, { id: added.id, label: 'added', hint: 'sk-…2222' }] },
    });
    await console.ask('PATCH', `${keys}/${added.id}`, { apiKey: third, status: 'disabled' });
    expect(await last()).toMatchObject({
      action: 'PATCH /api/channels/:id/keys/:keyId',
      input: { apiKey: '…', status: 'disabled' },
      before: { keys: [{}, { hint: 'sk-…2222', status: 'active' }] },
      after: { keys: [{}, { hint: 'sk-…3333', status: 'disabled' }] },
    });
    await console.ask('DELETE', `${keys}/${added.id}`);
    expect(await last()).toMatchObject({ before: { keys: [{}, { id: added.id }] }, after: { keys: [{}] } });
    const { text } = await console.send('GET', '/api/audit-log?limit=10');
    for (const secret of [first, second, third]) expect(text).not.toContain(secret);
  });
});
