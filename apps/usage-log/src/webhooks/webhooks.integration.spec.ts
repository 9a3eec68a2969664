import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { getQueueToken } from '@nestjs/bullmq';
import type { Queue } from 'bullmq';
import {
  WebhookMessages,
  WebhookNotices,
  type CreatedWebhook,
  type CreateWebhook,
  type UsageEvent,
  type Webhook,
  type WebhookDelivery,
} from '@code-router/contracts';
import type { Infrastructure } from '@code-router/config';
import { createTestDatabase, testServers, waitFor, type TestDatabase } from '@code-router/testing';
import { redisUrl, startUsageLog, type RunningUsageLog } from '../testing/running-usage-log.js';
import { eventOf, failedUsageData, usageData } from '../testing/usage-samples.js';
import { Deliveries } from './domain/deliveries.js';
import { WEBHOOK_QUEUE } from './messaging/webhook-queue.js';
import { verified, WebhookReceiver } from './testing/webhook-receiver.js';
import { ResumeDeliveries } from './use-cases/resume-deliveries.js';

/** Two retries, a second apart: given up after three attempts. */
const ENVIRONMENT = {
  CODE_ROUTER_WEBHOOKS_ALLOW_PRIVATE: 'true',
  CODE_ROUTER_WEBHOOKS_RETRY_SECONDS: '1,1',
  CODE_ROUTER_WEBHOOKS_TIMEOUT_MS: '1500',
  CODE_ROUTER_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
  LOG_LEVEL: 'silent',
};

const FORMS = [
  ['PostgreSQL alone', () => ({})],
  ['NATS and Redis', () => ({ natsUrl: testServers().natsUrl, redisUrl: redisUrl(8) })],
] as const;

describe.each(FORMS)('webhooks on %s', (_form, servers) => {
  let database: TestDatabase;
  let service: RunningUsageLog;
  let receiver: WebhookReceiver;

  beforeAll(async () => {
    Object.assign(process.env, ENVIRONMENT);
    database = await createTestDatabase();
    const infrastructure: Infrastructure = { databaseUrl: database.url, ...servers() };
    service = await startUsageLog(infrastructure);
  });

  beforeEach(async () => {
    receiver = await WebhookReceiver.start();
  });

  afterEach(async () => {
    for (const { id } of await webhooks()) await service.client.request(WebhookMessages.delete, { id });
    await receiver.stop();
  });

  afterAll(async () => {
    await service.stop();
    await database.drop();
  });

  const webhooks = async () => (await service.client.request(WebhookMessages.list, { limit: 200 })).items;

  const create = (changes: Partial<CreateWebhook> = {}): Promise<CreatedWebhook> =>
    service.client.request(WebhookMessages.create, {
      name: 'Billing',
      url: receiver.url(),
      events: ['settled', 'released', 'orphaned'],
      ...changes,
    });

  const read = (id: string): Promise<Webhook> => service.client.request(WebhookMessages.get, { id });

  const deliveries = async (webhookId: string): Promise<readonly WebhookDelivery[]> =>
    (await service.client.request(WebhookMessages.listDeliveries, { webhookId, limit: 200 })).items;

  /** An event of something that happens now. */
  const happening = (changes: Parameters<typeof usageData>[0] = {}): UsageEvent =>
    eventOf(usageData({ completedAt: new Date().toISOString(), ...changes }));

  const publish = async (...events: readonly UsageEvent[]): Promise<readonly string[]> => {
    await Promise.all(events.map((event) => service.eventLog.publish(event)));
    return events.map(({ id }) => id);
  };

  const untilReceived = (count: number, by = receiver) =>
    waitFor(() => by.calls.length >= count, { what: `${count} calls`, timeoutMs: 30_000 });

  const untilDelivery = (webhookId: string, eventId: string, status: WebhookDelivery['status']) =>
    waitFor(async () => (await deliveries(webhookId)).find((one) => one.eventId === eventId && one.status === status), {
      what: `a delivery that is ${status}`,
      timeoutMs: 30_000,
    });

  it('get each event once, signed as the official library expects, and exactly as it was published', async () => {
    const webhook = await create();
    expect(webhook.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const events = Array.from({ length: 20 }, () => happening());
    await publish(...events, ...events.slice(0, 5));
    await untilReceived(20);
    for (const event of events) await untilDelivery(webhook.id, event.id, 'delivered');
    expect(receiver.eventIds.toSorted()).toEqual(events.map(({ id }) => id).toSorted());
    for (const call of receiver.calls) {
      const event = verified(call, webhook.secret);
      expect(event).toEqual(events.find(({ id }) => id === event.id));
      expect(call.headers).toMatchObject({
        'content-type': 'application/json',
        'user-agent': expect.stringContaining('Code-Router'),
        'webhook-id': event.id,
      });
      expect(() => verified({ ...call, body: `${call.body} ` }, webhook.secret)).toThrow(/signature/);
    }
    expect(await read(webhook.id)).toMatchObject({ consecutiveFailures: 0, lastDeliveryAt: expect.any(String) });
  });

  it('get only what they asked for: their account, their outcomes, and what happens since they are there', async () => {
    const account = randomUUID();
    await publish(happening({ accountId: account, completedAt: new Date(Date.now() - 60_000).toISOString() }));
    const mine = await create({ accountId: account, events: ['settled'] });
    const other = await WebhookReceiver.start();
    const all = await create({ url: other.url(), name: 'Everything' });
    const [settled] = await publish(
      happening({ accountId: account }),
      eventOf(failedUsageData({ accountId: account, completedAt: new Date().toISOString() })),
      happening({ accountId: randomUUID() }),
    );
    await untilReceived(3, other);
    await untilDelivery(mine.id, settled ?? '', 'delivered');
    expect(receiver.eventIds).toEqual([settled]);
    await waitFor(
      async () => {
        const log = await deliveries(all.id);
        return log.length === 3 && log.every(({ status }) => status === 'delivered');
      },
      { what: 'three deliveries to be noted' },
    );
    await other.stop();
  });

  it('are asked again after failures, with the same id and a new time, until they take it', async () => {
    const webhook = await create();
    let failures = 0;
    receiver.answer = (_, response) => {
      failures += 1;
      response.writeHead(failures < 3 ? 503 : 200).end();
    };
    const [id] = await publish(happening());
    const delivery = await untilDelivery(webhook.id, id ?? '', 'delivered');
    expect(delivery).toMatchObject({ attempts: 3, httpStatus: 200, error: null, nextAttemptAt: null });
    expect(new Set(receiver.eventIds)).toEqual(new Set([id]));
    expect(new Set(receiver.calls.map(({ headers }) => headers['webhook-timestamp'])).size).toBeGreaterThan(1);
    for (const call of receiver.calls) verified(call, webhook.secret);
    expect(await read(webhook.id)).toMatchObject({ status: 'active', consecutiveFailures: 0 });
  });

  it('are disabled when nothing gets through, with the reason; get what they missed when it is replayed', async () => {
    const webhook = await create();
    const from = new Date(Date.now() - 1_000).toISOString();
    receiver.answer = (_, response) => void response.writeHead(500).end();
    const [missed] = await publish(happening());
    await untilDelivery(webhook.id, missed ?? '', 'failed');
    const disabled = await waitFor(
      async () => {
        const now = await read(webhook.id);
        return now.status === 'disabled' ? now : undefined;
      },
      { what: 'the webhook to be disabled' },
    );
    expect(disabled).toMatchObject({ consecutiveFailures: 3, disabledReason: expect.stringContaining('answered 500') });
    const [whileDisabled] = await publish(happening());
    const replay = { webhookId: webhook.id, from, to: new Date(Date.now() + 60_000).toISOString() };
    await expect(service.client.request(WebhookMessages.replayPeriod, replay)).rejects.toMatchObject({
      code: 'conflict',
    });

    receiver.calls.length = 0;
    receiver.answer = (_, response) => void response.writeHead(200).end();
    const enabled = await service.client.request(WebhookMessages.update, { id: webhook.id, status: 'active' });
    expect(enabled).toMatchObject({ status: 'active', disabledReason: null, consecutiveFailures: 0 });
    await service.client.request(WebhookMessages.replayPeriod, replay);
    await untilReceived(2);
    expect(receiver.eventIds.toSorted()).toEqual([missed, whileDisabled].toSorted());
    const log = await deliveries(webhook.id);
    expect(log.map(({ cause }) => cause).toSorted()).toEqual(['event', 'replay', 'replay']);
  });

  it('are disabled at once when they say that they are gone', async () => {
    const webhook = await create();
    receiver.answer = (_, response) => void response.writeHead(410).end();
    const [id] = await publish(happening());
    expect(await untilDelivery(webhook.id, id ?? '', 'failed')).toMatchObject({ attempts: 1, httpStatus: 410 });
    await waitFor(async () => (await read(webhook.id)).status === 'disabled', { what: 'the webhook to be disabled' });
    expect((await read(webhook.id)).disabledReason).toContain('410');
  });

  it('whose secret cannot be decrypted are disabled with that reason, of which a notice tells', async () => {
    const notices = jest.spyOn(service.client, 'notify');
    const webhook = await create();
    await service.dataSource.query(`UPDATE webhooks SET secret = '\\x00' WHERE id = $1`, [webhook.id]);
    const [id] = await publish(happening());
    const error = expect.stringContaining('its secret cannot be read with this CODE_ROUTER_ENCRYPTION_KEY');
    expect(await untilDelivery(webhook.id, id ?? '', 'failed')).toMatchObject({ attempts: 3, httpStatus: null, error });
    await waitFor(async () => (await read(webhook.id)).status === 'disabled', { what: 'the webhook to be disabled' });
    expect((await read(webhook.id)).disabledReason).toContain('CODE_ROUTER_ENCRYPTION_KEY');
    expect(receiver.calls).toEqual([]);
    const notice = { id: webhook.id, name: 'Billing', reason: expect.stringContaining('CODE_ROUTER_ENCRYPTION_KEY') };
    await waitFor(() => notices.mock.calls.some(([{ subject }]) => subject === WebhookNotices.disabled.subject), {
      what: 'the notice',
    });
    expect(notices).toHaveBeenCalledWith(WebhookNotices.disabled, notice);
    notices.mockRestore();
  });

  it('are not disabled by one event that they refuse while they take others', async () => {
    const webhook = await create();
    const [refused, taken] = [happening(), happening()];
    receiver.answer = ({ headers }, response) =>
      void response.writeHead(headers['webhook-id'] === refused.id ? 422 : 200).end();
    await publish(refused);
    await untilReceived(1);
    await publish(taken);
    await untilDelivery(webhook.id, taken.id, 'delivered');
    expect(await untilDelivery(webhook.id, refused.id, 'failed')).toMatchObject({ attempts: 3, error: 'answered 422' });
    expect(await read(webhook.id)).toMatchObject({ status: 'active' });
  });

  it('that answer late, never, with too much, or with a redirect are told apart, and nothing is followed', async () => {
    const elsewhere = await WebhookReceiver.start();
    const webhook = await create();
    const test = async () => {
      const started = await service.client.request(WebhookMessages.test, { id: webhook.id });
      expect(started).toMatchObject({ cause: 'test', status: 'pending', eventType: 'code-router.webhook.test' });
      return waitFor(
        async () => (await deliveries(webhook.id)).find(({ id, status }) => id === started.id && status !== 'pending'),
        { what: 'the test to end', timeoutMs: 30_000 },
      );
    };
    expect(await test()).toMatchObject({ status: 'delivered', httpStatus: 204, attempts: 1 });
    receiver.answer = () => undefined;
    expect(await test()).toMatchObject({ status: 'failed', httpStatus: null, error: 'no answer within 1500 ms' });
    receiver.answer = (_, response) => void response.writeHead(302, { location: elsewhere.url() }).end();
    expect(await test()).toMatchObject({ error: 'answered 302; redirects are not followed', httpStatus: 302 });
    receiver.answer = (_, response) => void response.socket?.destroy();
    expect(await test()).toMatchObject({ status: 'failed', httpStatus: null });
    let written = 0;
    receiver.answer = async (_, response) => {
      response.writeHead(200);
      while (!response.destroyed && written < 1_000) {
        written += 1;
        response.write(Buffer.alloc(64 * 1_024));
        await new Promise((resolve) => setImmediate(resolve));
      }
      response.end();
    };
    expect(await test()).toMatchObject({ status: 'delivered', httpStatus: 200 });
    expect(elsewhere.calls).toEqual([]);
    // Tests say nothing about how well it gets what happens.
    expect(await read(webhook.id)).toMatchObject({ status: 'active', consecutiveFailures: 0, lastDeliveryAt: null });
    await elsewhere.stop();
  });

  it('are signed with both secrets while one is rotated, and with the new one alone after', async () => {
    const webhook = await create();
    const rotated = await service.client.request(WebhookMessages.rotateSecret, { id: webhook.id });
    expect(rotated.secret).not.toBe(webhook.secret);
    expect(Date.parse(rotated.previousSecretUntil) - Date.now()).toBeGreaterThan(23 * 3_600_000);
    await publish(happening());
    await untilReceived(1);
    const [during] = receiver.calls;
    if (!during) throw new Error('nothing was received');
    expect(verified(during, webhook.secret)).toEqual(verified(during, rotated.secret));

    const again = await service.client.request(WebhookMessages.rotateSecret, { id: webhook.id, overlapHours: 0 });
    await publish(happening());
    await untilReceived(2);
    const after = receiver.calls[1];
    if (!after) throw new Error('nothing was received');
    verified(after, again.secret);
    for (const { secret } of [webhook, rotated]) expect(() => verified(after, secret)).toThrow(/signature/);
  });

  it('that are slow hold nobody up', async () => {
    const slow = await WebhookReceiver.start();
    slow.answer = () => undefined;
    const reluctant = await create({ url: slow.url(), name: 'Slow' });
    const quick = await create();
    // Far more than there are places for deliveries.
    const ids = await publish(...Array.from({ length: 120 }, () => happening()));
    await untilReceived(120);
    expect(receiver.eventIds.toSorted()).toEqual(ids.toSorted());
    // Those it has no room for yet are due later, and not found to be overdue again and again.
    await waitFor(
      async () =>
        (await deliveries(reluctant.id)).some(
          ({ attempts, nextAttemptAt, createdAt }) => attempts === 0 && (nextAttemptAt ?? '') > createdAt,
        ),
      { what: 'deliveries to be put off' },
    );
    await waitFor(async () => (await deliveries(quick.id)).every(({ status }) => status === 'delivered'), {
      what: 'all deliveries to be noted',
    });
    await slow.stop();
  });

  it('get what was on its way when the queue lost everything', async () => {
    const webhook = await create();
    const queue = service.service.app.get<Queue>(getQueueToken(WEBHOOK_QUEUE), { strict: false });
    await queue.pause();
    const busy = await create({ name: 'Busy', accountId: 'busy' });
    const backlog = await publish(...Array.from({ length: 3 }, () => happening({ accountId: 'busy' })));
    for (const event of backlog) await untilDelivery(busy.id, event, 'pending');
    const [id] = await publish(happening());
    const lost = await untilDelivery(webhook.id, id ?? '', 'pending');
    // What one webhook lost does not wait behind what others have before it.
    const later = new Date(Date.now() + 3_600_000);
    const store = service.service.app.get(Deliveries, { strict: false });
    expect(await store.listOverdue(later, 1)).toHaveLength(2);
    expect(await store.listOverdue(later, 4)).toContain(lost.id);
    await queue.obliterate({ force: true });
    await queue.resume();
    const resume = service.service.app.get(ResumeDeliveries, { strict: false });
    await waitFor(
      async () => {
        await resume.execute(new Date(Date.now() + 3_600_000));
        return receiver.calls.length > 0;
      },
      { what: 'the event after all' },
    );
    expect(await untilDelivery(webhook.id, id ?? '', 'delivered')).toMatchObject({ attempts: 1 });
  });

  it('get one event once more when asked for it, and keep both in the log, which has pages', async () => {
    const webhook = await create();
    const [first] = await publish(happening());
    const delivered = await untilDelivery(webhook.id, first ?? '', 'delivered');
    const request = { webhookId: webhook.id, deliveryId: delivered.id };
    const replayed = await service.client.request(WebhookMessages.replayDelivery, request);
    expect(replayed).toMatchObject({ cause: 'replay', eventId: first });
    await untilReceived(2);
    expect(receiver.eventIds).toEqual([first, first]);
    expect(receiver.calls[0]?.body).toBe(receiver.calls[1]?.body);
    const seen: string[] = [];
    for (let cursor: string | undefined; ;) {
      const page = await service.client.request(WebhookMessages.listDeliveries, {
        webhookId: webhook.id,
        limit: 1,
        ...(cursor ? { cursor } : {}),
      });
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
      if (!cursor) break;
    }
    expect(seen).toEqual([replayed.id, delivered.id]);
    const missing = { webhookId: webhook.id, deliveryId: '999999' };
    await expect(service.client.request(WebhookMessages.replayDelivery, missing)).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it.each<[string, object, string]>([
    ['no URL', { url: 'billing' }, 'url'],
    ['a URL of another kind', { url: 'ftp://example.com' }, 'url'],
    ['a URL with a password', { url: 'https://user:pass@example.com' }, 'url'],
    ['a URL with a fragment', { url: 'https://example.com/#part' }, 'url'],
    ['no name', { name: '' }, 'name'],
    ['a name of two lines', { name: 'a\nb' }, 'name'],
    ['no events', { events: [] }, 'events'],
    ['events that there are not', { events: ['refunded'] }, 'events'],
    ['an event twice', { events: ['settled', 'settled'] }, 'events'],
    ['an account that is no text', { accountId: 5 }, 'accountId'],
  ])('are refused with %s', async (_case, changes, param) => {
    await expect(create(changes)).rejects.toMatchObject({ code: 'invalid_request_error', details: { param } });
  });

  it('keep their secret encrypted, and show it to nobody again', async () => {
    const webhook = await create();
    const shown = JSON.stringify([await webhooks(), await read(webhook.id)]);
    expect(shown).not.toContain('secret');
    const rows: { kept: string }[] = await service.dataSource.query(
      `SELECT webhooks::text || encode(secret, 'escape') AS kept FROM webhooks WHERE id = $1`,
      [webhook.id],
    );
    expect(rows[0]?.kept).not.toContain(webhook.secret.slice(6));
  });
});

describe('webhooks where private addresses are not allowed', () => {
  it('are refused with a private address or without TLS, and never ask this machine', async () => {
    Object.assign(process.env, ENVIRONMENT, { CODE_ROUTER_WEBHOOKS_ALLOW_PRIVATE: 'false' });
    const database = await createTestDatabase();
    const service = await startUsageLog({ databaseUrl: database.url });
    const receiver = await WebhookReceiver.start();
    const create = (url: string) =>
      service.client.request(WebhookMessages.create, { name: 'Probe', url, events: ['settled'] });
    for (const url of [receiver.url(), 'https://127.0.0.1/', 'https://[::1]/', 'https://169.254.169.254/latest/']) {
      await expect(create(url)).rejects.toMatchObject({ code: 'invalid_request_error', details: { param: 'url' } });
    }
    // A name cannot be known by its look: it is refused when it is looked up.
    const webhook = await create(`https://localhost:${receiver.port}/hook`);
    await service.client.request(WebhookMessages.test, { id: webhook.id });
    const ended = await waitFor(
      async () => {
        const { items } = await service.client.request(WebhookMessages.listDeliveries, { webhookId: webhook.id });
        return items.find(({ status }) => status === 'failed');
      },
      { what: 'the test to fail' },
    );
    expect(ended.error).toBe('localhost is a private address, and those are not allowed');
    expect(receiver.calls).toEqual([]);
    await receiver.stop();
    await service.stop();
    await database.drop();
  });

  it('cannot be made without a key to encrypt their secrets with', async () => {
    Object.assign(process.env, ENVIRONMENT);
    delete process.env['CODE_ROUTER_ENCRYPTION_KEY'];
    const database = await createTestDatabase();
    const service = await startUsageLog({ databaseUrl: database.url });
    const request = { name: 'Billing', url: 'https://example.com', events: ['settled'] as const };
    await expect(service.client.request(WebhookMessages.create, request)).rejects.toMatchObject({
      code: 'service_unavailable',
      message: expect.stringContaining('CODE_ROUTER_ENCRYPTION_KEY'),
    });
    await service.stop();
    await database.drop();
  });
});
