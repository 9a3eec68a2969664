import { randomUUID } from 'node:crypto';
import { getQueueToken } from '@nestjs/bullmq';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Queue } from 'bullmq';
import { Client } from 'pg';
import type { Page, UsageDeadLetter, UsageRecord } from '@code-router/contracts';
import { testServers, waitFor } from '@code-router/testing';
import { eventOf, usageData } from '../../apps/usage-log/src/testing/usage-samples.js';
import { ADMIN_PASSWORD, startConsole, type Refusal, type RunningConsole } from './running-console.js';

const redis = new URL(testServers().redisUrl);
redis.pathname = '/13';

describe.each([
  ['PostgreSQL', undefined],
  ['Redis', redis.href],
])('the queue of usage on %s', (_backend, redisUrl) => {
  let console: RunningConsole;
  let queue: Queue;
  const unreadable = eventOf(usageData({ amountNanos: '1.5' }));
  const noEvent = { hello: 'world' };

  beforeAll(async () => {
    console = await startConsole({}, redisUrl === undefined ? {} : { redisUrl });
    queue = console.app.get<Queue>(getQueueToken('usage'), { strict: false });
    await console.addUser('somebody');
    await queue.add('record-batch', { events: [unreadable, eventOf(usageData()), noEvent] });
    await waitFor(async () => (await queue.getFailedCount()) === 2, { what: 'two dead letters' });
  });

  afterAll(async () => {
    await queue?.obliterate({ force: true });
    await console?.stop();
  });

  it('is shown to administrators by Bull Board, page, files and jobs', async () => {
    const page = await console.send<string>('GET', '/api/queues');
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
    const script = /src="(static\/js\/main[^"]+)"/.exec(page.text)?.[1];
    expect((await console.send('GET', `/api/queues/${script}`)).status).toBe(200);

    const { queues } = await console.ask<{ queues: { name: string; counts: Record<string, number> }[] }>(
      'GET',
      '/api/queues/api/queues?activeQueue=usage&status=failed&page=1',
    );
    expect(queues).toMatchObject([{ name: 'usage', counts: { failed: 2 } }, { name: 'webhooks' }]);
    expect(JSON.stringify(queues)).toContain('data.amountNanos is not usable');
  });

  it.each([
    ['nobody', null, 401],
    ['whoever is no administrator', 'somebody', 403],
  ])('is not shown to %s', async (_, username, expected) => {
    const token = username === null ? null : (await console.login(username, ADMIN_PASSWORD)).body.token;
    for (const path of ['', '/', '/api/queues', '/api/queues/usage/retry/failed']) {
      const { status } = await console.send('GET', `/api/queues${path}`, { token });
      expect([path, status]).toEqual([path, expected]);
    }
    const { status } = await console.send('PUT', '/api/queues/api/queues/usage/retry/failed', { token });
    expect(status).toBe(expected);
    expect(await queue.getFailedCount()).toBe(2);
  });

  it('takes no orders from pages of other sites that a browser sends with its cookie', async () => {
    const { token } = (await console.login('admin', ADMIN_PASSWORD)).body;
    const order = (headers: Record<string, string>) =>
      console.send('PUT', '/api/queues/api/queues/usage/pause', {
        token: null,
        headers: { cookie: `code_router_session=${token}`, ...headers },
      });
    expect((await order({})).status).toBe(403);
    expect((await order({ origin: 'https://evil.example' })).status).toBe(403);
    expect((await order({ 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect(await queue.isPaused()).toBe(false);
    expect((await order({ origin: console.url, 'sec-fetch-site': 'same-origin' })).status).toBe(200);
    expect(await queue.isPaused()).toBe(true);
    await queue.resume();
  });

  describe('is never touched by an administrator', () => {
    const entries = async () =>
      (await console.ask<Page<Record<string, unknown>>>('GET', '/api/audit-log?limit=5&action=%2Fapi%2Fqueues')).items;
    const order = (path: string) => console.send('PUT', `/api/queues/api/queues${path}`);

    it('without the audit log saying who did what to which queue or job, and what came of it', async () => {
      // Not the other one, whose attempts are counted below.
      const job = (await queue.getFailed()).find(({ data }) => 'hello' in data.events[0]);
      const { id } = job!;
      expect((await order('/usage/pause')).status).toBe(200);
      expect((await order(`/usage/${id}/retry`)).status).toBe(204);
      expect((await order('/nothing/pause')).status).toBe(404);
      expect((await order('/resume')).status).toBe(200);
      const admin = { actorName: 'admin', ip: '127.0.0.1' };
      expect(await entries()).toMatchObject([
        {
          ...admin,
          action: 'PUT /api/queues/api/queues/resume',
          before: [{ queue: 'usage', isPaused: true }, { queue: 'webhooks' }],
          after: [{ queue: 'usage', isPaused: false }, { queue: 'webhooks' }],
          httpStatus: 200,
        },
        { ...admin, target: '/api/queues/api/queues/nothing/pause', httpStatus: 404, errorCode: 'not_found' },
        {
          ...admin,
          action: 'PUT /api/queues/api/queues/:queueName/:jobId/retry',
          target: `/api/queues/api/queues/usage/${id}/retry`,
          before: { queue: 'usage', counts: { failed: 2 }, job: { id, state: 'failed' } },
          after: { queue: 'usage', counts: { failed: 1 }, job: { id, state: 'waiting' } },
          httpStatus: 204,
        },
        {
          ...admin,
          action: 'PUT /api/queues/api/queues/:queueName/pause',
          target: '/api/queues/api/queues/usage/pause',
          before: { queue: 'usage', isPaused: false },
          after: { queue: 'usage', isPaused: true },
        },
        expect.anything(),
      ]);
      await waitFor(async () => (await queue.getFailedCount()) === 2, { what: 'the job to fail again' });
    });

    it('when that cannot be written down', async () => {
      const database = new Client({ connectionString: console.databaseUrl });
      await database.connect();
      await database.query('ALTER TABLE gateway.audit_log RENAME TO away');
      try {
        const answer = await order('/usage/pause');
        expect(answer.status).toBe(503);
        expect((answer.body as Refusal).error).toMatchObject({
          message: expect.stringContaining('could not be written to the audit log, so it was not done'),
          type: 'server_error',
          code: 'service_unavailable',
        });
        expect(await queue.isPaused()).toBe(false);
      } finally {
        await database.query('ALTER TABLE gateway.away RENAME TO audit_log');
        await database.end();
      }
    });

    it('and whoever tries without being one is in it as well', async () => {
      await console.addUser('somebody-else');
      const { token } = (await console.login('somebody-else', ADMIN_PASSWORD)).body;
      const path = '/api/queues/api/queues/usage/obliterate';
      const answer = await console.send<Refusal>('PUT', path, { token });
      expect([answer.status, answer.body.error.type]).toEqual([403, 'invalid_request_error']);
      // Once: repeating it cannot fill the log.
      expect((await console.send('PUT', `${path}/again`, { token })).status).toBe(403);
      expect((await entries())[0]).toMatchObject({
        actorName: 'somebody-else',
        target: path,
        httpStatus: 403,
        errorCode: 'forbidden',
      });
    });
  });

  it('lets administrators read dead letters and replay them, one or all', async () => {
    const list = (query = '') => console.ask<Page<UsageDeadLetter>>('GET', `/api/usage/dead-letters${query}`);
    const { items } = await list();
    expect(items).toHaveLength(2);
    const letter = items.find(({ eventIds }) => eventIds.includes(unreadable.id));
    expect(letter).toMatchObject({ reason: 'data.amountNanos is not usable', attempts: 1 });
    const first = await list('?limit=1');
    const second = await list(`?limit=1&cursor=${first.nextCursor}`);
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(items.map(({ id }) => id));
    expect(second).not.toHaveProperty('nextCursor');

    const job = await queue.getJob(letter!.id);
    await job!.updateData({ events: [eventOf(usageData({ ...unreadable.data, amountNanos: '7' }))] });
    const replay = (ids?: string[]) => console.ask('POST', '/api/usage/dead-letters/replay', ids ? { ids } : {});
    expect(await replay([letter!.id, randomUUID()])).toEqual({ replayed: 1 });
    const recorded = () => console.ask<Page<UsageRecord>>('GET', '/api/usage');
    await waitFor(async () => (await recorded()).items.some(({ amountNanos }) => amountNanos === '7'));
    expect(await replay()).toEqual({ replayed: 1 });
    await waitFor(async () => (await list()).items.length === 1, { what: 'the other one to fail again' });
  });

  it('tells Prometheus how long it is', async () => {
    await waitFor(
      async () => (await console.send('GET', '/metrics')).text.includes('code_router_usage_jobs{state="failed"} 1'),
      {
        what: 'the metrics to show a failed job',
        timeoutMs: 20_000,
      },
    );
    expect((await console.send('GET', '/metrics')).text).toContain('code_router_usage_recording_lag_seconds');
  });
});
