import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { getDataSourceToken } from '@nestjs/typeorm';
import { Controller } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { GatewayNotices, type Page } from '@code-router/contracts';
import { Hears } from '@code-router/messaging';
import { startService, type RunningService } from '@code-router/service';
import { createTestDatabase, waitFor, type TestDatabase } from '@code-router/testing';
import { ChannelsModule } from './channels.module.js';
import type { CreateChannelInput } from './domain/channel-input.js';
import { ChannelRepository, type ChannelSummary } from './domain/channel.js';
import { CreateChannel } from './use-cases/create-channel.js';
import { GetChannel } from './use-cases/get-channel.js';
import { ListChannels } from './use-cases/list-channels.js';
import { UpdateChannel } from './use-cases/update-channel.js';

const API_KEY = 'sk-the-secret-of-a-provider-abcd';

const names = (function* () {
  for (let number = 1; ; number += 1) yield `channel-${number}`;
})();

function input(changes: Partial<CreateChannelInput> = {}): CreateChannelInput {
  return {
    name: names.next().value,
    provider: 'openai-compatible',
    baseUrl: 'https://api.example.com/v1',
    apiKey: API_KEY,
    models: [{ name: 'gpt-4o', upstreamName: 'gpt-4o-2024-11-20' }, { name: 'gpt-4o-mini' }],
    ...changes,
  };
}

let database: TestDatabase;
let service: RunningService;
let notices = 0;

/** Counts what other gateways would hear. */
@Controller()
class NoticeCounter {
  @Hears(GatewayNotices.channelsChanged)
  count(): void {
    notices += 1;
  }
}

class Listener {}

async function start(encryptionKey: string): Promise<RunningService> {
  process.env['CODE_ROUTER_ENCRYPTION_KEY'] = encryptionKey;
  process.env['LOG_LEVEL'] = 'silent';
  return startService({
    name: 'gateway',
    modules: [ChannelsModule, { module: Listener, controllers: [NoticeCounter] }],
    infrastructure: { databaseUrl: database.url },
    host: '127.0.0.1',
    port: 0,
  });
}

const use = <UseCase>(useCase: abstract new (...dependencies: never[]) => UseCase): UseCase =>
  service.app.get<UseCase>(useCase as never, { strict: false });
const create = (changes?: Partial<CreateChannelInput>) => use(CreateChannel).execute(input(changes));
const channelOf = async (id: string) => (await use(ChannelRepository).all()).find((channel) => channel.id === id);
const secretsOf = async (id: string) => (await channelOf(id))?.keys.map(({ secret }) => secret);

beforeAll(async () => {
  database = await createTestDatabase();
  service = await start(randomBytes(32).toString('base64'));
});

afterAll(async () => {
  await service?.stop();
  await database?.drop();
});

describe('channels', () => {
  it('are routed to with their key, and shown without it', async () => {
    const created = await create({ groups: ['vip'], priority: 3, weight: 2, settings: { region: 'eu', retries: 1 } });
    expect(created).not.toHaveProperty('apiKey');
    expect(created.apiKeyHint).toBe('sk-…abcd');
    expect(await use(GetChannel).execute(created.id)).toEqual(created);

    const { apiKeyHint: _, keys, ...profile } = created;
    expect(await channelOf(created.id)).toEqual({ ...profile, keys: [{ ...keys[0], secret: API_KEY }] });
  });

  it('need no key', async () => {
    const { id, apiKeyHint } = await create({ apiKey: undefined });
    expect(apiKeyHint).toBeNull();
    expect(await secretsOf(id)).toEqual([]);
  });

  it('are considered by priority, then by name', async () => {
    await create({ name: 'z-high', priority: 1_000 });
    await create({ name: 'a-high', priority: 1_000 });
    await create({ name: 'highest', priority: 1_001 });
    const [first, second, third] = await use(ChannelRepository).all();
    expect([first?.name, second?.name, third?.name]).toEqual(['highest', 'a-high', 'z-high']);
  });

  it('cannot share a name', async () => {
    const [one, other] = [await create(), await create()];
    const conflict = { code: 'conflict', details: { param: 'name' } };
    await expect(create({ name: one.name })).rejects.toMatchObject(conflict);
    await expect(use(UpdateChannel).execute(other.id, { name: one.name })).rejects.toMatchObject(conflict);
    expect((await use(GetChannel).execute(other.id)).name).toBe(other.name);
  });

  it('keep their key when something else is edited, get another one, and lose it', async () => {
    const { id } = await create();
    const edited = await use(UpdateChannel).execute(id, { status: 'disabled', groups: ['vip'] });
    expect(edited).toMatchObject({ status: 'disabled', groups: ['vip'], apiKeyHint: 'sk-…abcd' });
    expect(await secretsOf(id)).toEqual([API_KEY]);

    const rotated = await use(UpdateChannel).execute(id, { apiKey: 'sk-another-secret-of-it-wxyz' });
    expect(rotated.apiKeyHint).toBe('sk-…wxyz');
    expect(await secretsOf(id)).toEqual(['sk-another-secret-of-it-wxyz']);

    expect((await use(UpdateChannel).execute(id, { apiKey: '' })).apiKeyHint).toBeNull();
    expect(await secretsOf(id)).toEqual([]);
  });

  it('lose no edit of two that are made at once', async () => {
    const { id } = await create();
    await Promise.all([
      ...['connectMs', 'firstByteMs', 'idleMs'].map((timeout) =>
        use(UpdateChannel).execute(id, { timeouts: { [timeout]: 777 } }),
      ),
      use(UpdateChannel).execute(id, { priority: 9 }),
    ]);
    expect(await use(GetChannel).execute(id)).toMatchObject({
      priority: 9,
      timeouts: { connectMs: 777, firstByteMs: 777, idleMs: 777 },
    });
  });

  it('stay as they are when an edit is refused', async () => {
    const created = await create();
    await expect(use(UpdateChannel).execute(created.id, { priority: 9, weight: 0 })).rejects.toMatchObject({
      code: 'invalid_request_error',
    });
    expect(await use(GetChannel).execute(created.id)).toEqual(created);
  });

  it('that do not exist are not found', async () => {
    const id = '00000000-0000-4000-8000-000000000000';
    await expect(use(GetChannel).execute(id)).rejects.toMatchObject({ code: 'not_found' });
    await expect(use(UpdateChannel).execute(id, { weight: 2 })).rejects.toMatchObject({ code: 'not_found' });
  });

  it('are announced once they are committed', async () => {
    const before = notices;
    const { id } = await create();
    await use(UpdateChannel).execute(id, { status: 'disabled' });
    await waitFor(async () => notices === before + 2, { what: 'two notices' });
    await expect(create({ models: [] })).rejects.toMatchObject({ code: 'invalid_request_error' });
    expect(notices).toBe(before + 2);
  });

  it('are listed newest first, each once, also when one is entered meanwhile', async () => {
    const created: string[] = [];
    for (let count = 0; count < 5; count += 1) created.push((await create()).id);
    const listed: string[] = [];
    let page: Page<ChannelSummary> = await use(ListChannels).execute({ limit: 2 });
    await create();
    for (;;) {
      expect(page.items.length).toBeLessThanOrEqual(2);
      listed.push(...page.items.map(({ id }) => id));
      if (page.nextCursor === undefined) break;
      page = await use(ListChannels).execute({ limit: 2, cursor: page.nextCursor });
    }
    expect(listed.slice(0, 5)).toEqual(created.toReversed());
    expect(new Set(listed).size).toBe(listed.length);
  });

  it.each(['', 'nonsense', Buffer.from('models 3').toString('base64url')])('refuse the cursor %j', async (cursor) => {
    await expect(use(ListChannels).execute({ cursor })).rejects.toMatchObject({
      code: 'invalid_request_error',
      details: { param: 'cursor' },
    });
  });
});

describe('the keys of providers', () => {
  it('are nowhere readable in the database', async () => {
    const { id } = await create();
    const dataSource = service.app.get<DataSource>(getDataSourceToken('gateway'), { strict: false });
    const rows = await dataSource.query<{ row: string }[]>(
      `SELECT row_to_json(k)::text || encode(sealed_key, 'escape') AS row FROM channel_keys k WHERE channel_id = $1`,
      [id],
    );
    expect(rows[0]?.row).toContain(id);
    expect(rows[0]?.row).not.toContain('the-secret-of-a-provider');
  });

  it('cannot be moved to another channel', async () => {
    const [one, other] = [await create(), await create()];
    const dataSource = service.app.get<DataSource>(getDataSourceToken('gateway'), { strict: false });
    await dataSource.query(
      `UPDATE channel_keys SET sealed_key = (SELECT sealed_key FROM channel_keys WHERE channel_id = $1)
        WHERE channel_id = $2`,
      [one.id, other.id],
    );
    await expect(use(ChannelRepository).all()).rejects.toThrow(new RegExp(`"${other.name}" cannot be decrypted`));
    await use(UpdateChannel).execute(other.id, { apiKey: API_KEY });
    expect(await secretsOf(other.id)).toEqual([API_KEY]);
  });

  it('make a start under another encryption key fail with what to do, and then one under the right key succeed', async () => {
    const { id } = await create();
    const right = process.env['CODE_ROUTER_ENCRYPTION_KEY'] ?? '';
    await service.stop();
    const failure = start(randomBytes(32).toString('base64'));
    await expect(failure).rejects.toThrow(/encrypted under another encryption key\. Set CODE_ROUTER_ENCRYPTION_KEY/);
    await expect(start('c2hvcnQ=')).rejects.toThrow(/CODE_ROUTER_ENCRYPTION_KEY cannot be used: expected 32 bytes/);
    service = await start(right);
    expect(await secretsOf(id)).toEqual([API_KEY]);
  });
});
