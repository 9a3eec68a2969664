import { afterAll, describe, expect, it } from '@jest/globals';
import type { CreatedWebhook, Page, Webhook, WebhookDelivery } from '@code-router/contracts';
import {
  createTestDatabase,
  startDistributed,
  startStandalone,
  waitFor,
  type RunningSystem,
  type TestDatabase,
} from '@code-router/testing';
import { verified, WebhookReceiver } from '../../apps/usage-log/src/webhooks/testing/webhook-receiver.js';
import { setStage } from '../relay/stage/stage.js';

const ENVIRONMENT = {
  CODE_ROUTER_WEBHOOKS_ALLOW_PRIVATE: 'true',
  CODE_ROUTER_WEBHOOKS_RETRY_SECONDS: '1,2,5',
  CODE_ROUTER_READ_ON_MS: '400',
  // What a worker that was killed had in hand is taken by the next one after seconds.
  CODE_ROUTER_JOB_LOCK_SECONDS: '2',
};

/** The program that delivers in each form, and the form's way to start. */
const FORMS = [
  ['the standalone form, on PostgreSQL', 'standalone', startStandalone],
  ['the distributed form, on Redis', 'usage-log-worker', startDistributed],
] as const;

describe.each(FORMS)('webhooks in %s', (_form, worker, start) => {
  let database: TestDatabase;
  const stage = setStage<RunningSystem>(async () => {
    database = await createTestDatabase();
    return start({ databaseUrl: database.url, environment: ENVIRONMENT });
  });
  afterAll(() => database.drop());
  const receivers: WebhookReceiver[] = [];
  afterAll(() => Promise.all(receivers.map((receiver) => receiver.stop())));

  const ask = async <Reply>(method: string, path: string, body?: unknown): Promise<Reply> => {
    const { baseUrl, adminPassword } = stage.system;
    const login = await fetch(`${baseUrl}/api/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'admin', password: adminPassword }),
    });
    const { token } = (await login.json()) as { token: string };
    const response = await fetch(`${baseUrl}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return JSON.parse(text) as Reply;
  };

  const open = async (): Promise<WebhookReceiver> => {
    const receiver = await WebhookReceiver.start();
    receivers.push(receiver);
    return receiver;
  };

  it('get what a real request used, and what was under way when the worker was killed, all of it', async () => {
    const receiver = await open();
    const scene = await stage.scene();
    const { secret, id } = await ask<CreatedWebhook>('POST', '/api/webhooks', {
      name: 'Billing',
      url: receiver.url(),
      accountId: scene.accountId,
      events: ['settled'],
    });
    const answer = await scene.ask();
    await waitFor(() => receiver.calls.length === 1, { what: 'the first event', timeoutMs: 30_000 });
    const [first] = receiver.calls;
    if (!first) throw new Error('nothing was received');
    expect(verified(first, secret).data).toMatchObject({ requestId: answer.requestId, accountId: scene.accountId });

    // The next ones are under way, and do not come to an end, when the process that sends them is killed.
    receiver.answer = () => undefined;
    for (let request = 0; request < 5; request += 1) await scene.ask();
    await waitFor(() => receiver.calls.length > 1, { what: 'a delivery to be under way', timeoutMs: 30_000 });
    await stage.system.kill(worker);
    receiver.answer = (_, response) => void response.writeHead(204).end();
    await stage.system.restart(worker);

    const deliveries = () => ask<Page<WebhookDelivery>>('GET', `/api/webhooks/${id}/deliveries?status=delivered`);
    await waitFor(async () => (await deliveries()).items.length === 6, { what: 'all to arrive', timeoutMs: 150_000 });
    const charged = (await scene.charges()).map(({ reference }) => reference);
    expect(charged).toHaveLength(6);
    expect([...new Set(receiver.eventIds)].toSorted()).toEqual(charged.toSorted());
    for (const call of receiver.calls) verified(call, secret);
  }, 240_000);

  it('are kept by administrators over HTTP, with clear errors', async () => {
    const receiver = await open();
    const input = { name: 'Analytics', url: receiver.url(), events: ['settled', 'released'] };
    const created = await ask<CreatedWebhook>('POST', '/api/webhooks', input);
    expect(created).toMatchObject({ ...input, accountId: null, status: 'active', disabledReason: null });
    const path = `/api/webhooks/${created.id}`;
    const { secret: _secret, ...shown } = created;
    expect(await ask<Webhook>('GET', path)).toEqual(shown);
    expect(await ask<Webhook>('PATCH', path, { name: 'BI', status: 'disabled' })).toMatchObject({
      name: 'BI',
      status: 'disabled',
    });
    const test = await ask<WebhookDelivery>('POST', `${path}/test`);
    expect(test).toMatchObject({ cause: 'test', eventType: 'code-router.webhook.test' });
    await waitFor(() => receiver.calls.length === 1, { what: 'the test', timeoutMs: 30_000 });
    await expect(ask('POST', `${path}/replay`, { from: minutesAgo(5), to: minutesAgo(0) })).rejects.toThrow(
      /409.*Enable/,
    );
    await expect(ask('POST', '/api/webhooks', { ...input, url: 'nowhere' })).rejects.toThrow(/400.*"param":"url"/);
    const nobody = { ...input, accountId: '00000000-0000-4000-8000-000000000000' };
    await expect(ask('POST', '/api/webhooks', nobody)).rejects.toThrow(/400.*"param":"accountId"/);
    expect(await ask('DELETE', path)).toEqual({ deleted: true });
    await expect(ask('GET', path)).rejects.toThrow(/404/);
    const noOne = await fetch(`${stage.system.baseUrl}/api/webhooks`);
    expect(noOne.status).toBe(401);
  }, 120_000);
});

function minutesAgo(minutes: number): string {
  return new Date(Date.now() - minutes * 60_000).toISOString();
}
