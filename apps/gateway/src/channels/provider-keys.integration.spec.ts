import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { getDataSourceToken } from '@nestjs/typeorm';
import type { DataSource, QueryRunner } from 'typeorm';
import { SecretBox } from '@code-router/secret-box';
import { startService, type RunningService } from '@code-router/service';
import { createTestDatabase, type TestDatabase } from '@code-router/testing';
import { ChannelsModule } from './channels.module.js';
import { ChannelRepository } from './domain/channel.js';
import type { ProviderKey } from './domain/provider-key.js';
import { AddChannelKeys1764100000004 } from './persistence/migrations/add-channel-keys.js';
import { AddProviderKey } from './use-cases/add-provider-key.js';
import { CreateChannel } from './use-cases/create-channel.js';
import { DeleteChannel } from './use-cases/delete-channel.js';
import { DisableRefusedKey } from './use-cases/disable-refused-key.js';
import { EnableAcceptedKey } from './use-cases/enable-accepted-key.js';
import { GetChannel } from './use-cases/get-channel.js';
import { RemoveProviderKey } from './use-cases/remove-provider-key.js';
import { UpdateChannel } from './use-cases/update-channel.js';
import { UpdateProviderKey } from './use-cases/update-provider-key.js';

const FIRST = 'sk-the-first-of-several-1111';
const SECOND = 'sk-the-second-of-them-2222';
const THIRD = 'sk-the-third-of-them-3333';
const NOWHERE = '00000000-0000-4000-8000-000000000000';

let database: TestDatabase;
let service: RunningService;
let named = 0;

const use = <UseCase>(useCase: abstract new (...dependencies: never[]) => UseCase): UseCase =>
  service.app.get<UseCase>(useCase as never, { strict: false });
const dataSource = () => service.app.get<DataSource>(getDataSourceToken('gateway'), { strict: false });
const keysOf = async (channelId: string) => (await use(ChannelRepository).open(channelId)).keys;
const secretsOf = async (channelId: string) => (await keysOf(channelId)).map(({ secret }) => secret);

async function channelWith(...secrets: readonly string[]): Promise<string> {
  named += 1;
  const [apiKey, ...others] = secrets;
  const { id } = await use(CreateChannel).execute({
    name: `channel-${named}`,
    provider: 'openai-compatible',
    baseUrl: 'https://api.example.com/v1',
    models: [{ name: 'm' }],
    ...(apiKey === undefined ? {} : { apiKey }),
  });
  for (const other of others) await use(AddProviderKey).execute(id, { apiKey: other });
  return id;
}

beforeAll(async () => {
  database = await createTestDatabase();
  process.env['CODE_ROUTER_ENCRYPTION_KEY'] = randomBytes(32).toString('base64');
  process.env['LOG_LEVEL'] = 'silent';
  service = await startService({
    name: 'gateway',
    modules: [ChannelsModule],
    infrastructure: { databaseUrl: database.url },
    host: '127.0.0.1',
    port: 0,
  });
});

afterAll(async () => {
  await service?.stop();
  await database?.drop();
});

describe('the keys of a channel', () => {
  it('are any number, in the order in which they were added, and shown without their secrets', async () => {
    const id = await channelWith(FIRST);
    const added = await use(AddProviderKey).execute(id, { apiKey: SECOND, label: 'the second' });
    expect(added).toEqual({
      id: expect.any(String),
      label: 'the second',
      hint: 'sk-…2222',
      status: 'active',
      disabledFor: null,
      disabledAt: null,
      enteredAt: expect.any(String),
    });
    const { keys, apiKeyHint } = await use(GetChannel).execute(id);
    expect(keys.map(({ hint }) => hint)).toEqual(['sk-…1111', 'sk-…2222']);
    expect([keys[1], apiKeyHint]).toEqual([added, 'sk-…1111']);
    expect(JSON.stringify(keys)).not.toContain('secret');
    expect(await secretsOf(id)).toEqual([FIRST, SECOND]);
  });

  it('are each in a channel once, also when they are entered at the same time', async () => {
    const id = await channelWith(FIRST);
    const add = (apiKey: string) => use(AddProviderKey).execute(id, { apiKey });
    const conflict = { code: 'conflict', details: { param: 'apiKey' } };
    await expect(add(FIRST)).rejects.toMatchObject(conflict);
    const outcomes = await Promise.allSettled([add(SECOND), add(SECOND), add(SECOND)]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const [first, second] = await keysOf(id);
    await expect(use(UpdateProviderKey).execute(id, first!.id, { apiKey: SECOND })).rejects.toMatchObject(conflict);
    await use(UpdateProviderKey).execute(id, second!.id, { apiKey: SECOND });
    expect(await secretsOf(id)).toEqual([FIRST, SECOND]);
  });

  it('are named, disabled, replaced and removed one at a time', async () => {
    const id = await channelWith(FIRST, SECOND);
    const [first, second] = await keysOf(id);
    const update = (keyId: string, change: object) => use(UpdateProviderKey).execute(id, keyId, change);
    expect(await update(first!.id, { label: 'mine', status: 'disabled' })).toMatchObject({
      label: 'mine',
      status: 'disabled',
      disabledAt: expect.any(String),
    });
    expect(await update(first!.id, { apiKey: THIRD })).toMatchObject({ hint: 'sk-…3333', status: 'disabled' });
    expect(await update(first!.id, { status: 'active' })).toMatchObject({ disabledAt: null });
    const [replaced, untouched] = await keysOf(id);
    expect([replaced!.id, replaced!.secret, untouched]).toEqual([first!.id, THIRD, second]);
    expect(Date.parse(replaced!.enteredAt)).toBeGreaterThan(Date.parse(first!.enteredAt));
    await use(RemoveProviderKey).execute(id, second!.id);
    expect(await secretsOf(id)).toEqual([THIRD]);
  });

  it('are not found in another channel, nor where there is none', async () => {
    const [id, other] = [await channelWith(FIRST), await channelWith(SECOND)];
    const [key] = await keysOf(id);
    const missing = { code: 'not_found' };
    for (const [channelId, keyId] of [
      [other, key!.id],
      [id, NOWHERE],
      [NOWHERE, key!.id],
    ] as const) {
      await expect(use(UpdateProviderKey).execute(channelId, keyId, { label: 'x' })).rejects.toMatchObject(missing);
      await expect(use(RemoveProviderKey).execute(channelId, keyId)).rejects.toMatchObject(missing);
    }
    await expect(use(AddProviderKey).execute(NOWHERE, { apiKey: FIRST })).rejects.toMatchObject(missing);
    expect([await secretsOf(id), await secretsOf(other)]).toEqual([[FIRST], [SECOND]]);
  });

  it('are replaced and removed by way of the channel as long as there is one', async () => {
    const id = await channelWith();
    const edit = (change: object) => use(UpdateChannel).execute(id, change);
    expect((await edit({ apiKey: FIRST })).apiKeyHint).toBe('sk-…1111');
    const [key] = await keysOf(id);
    await use(UpdateProviderKey).execute(id, key!.id, { label: 'mine', status: 'disabled' });
    expect((await edit({ apiKey: SECOND })).keys).toMatchObject([
      { id: key!.id, label: 'mine', hint: 'sk-…2222', status: 'active' },
    ]);
    await use(AddProviderKey).execute(id, { apiKey: THIRD });
    const refused = { code: 'invalid_request_error', details: { param: 'apiKey' } };
    await expect(edit({ apiKey: FIRST })).rejects.toMatchObject(refused);
    await expect(edit({ apiKey: '' })).rejects.toMatchObject(refused);
    await expect(edit({ baseUrl: 'https://elsewhere.example.com' })).rejects.toMatchObject(refused);
    expect(await secretsOf(id)).toEqual([SECOND, THIRD]);
    await use(RemoveProviderKey).execute(id, key!.id);
    await edit({ baseUrl: 'https://elsewhere.example.com', apiKey: FIRST });
    expect(await secretsOf(id)).toEqual([FIRST]);
  });

  it('go with their channel', async () => {
    const id = await channelWith(FIRST, SECOND);
    expect((await use(DeleteChannel).execute(id)).keys).toHaveLength(2);
    const left = await dataSource().query('SELECT FROM channel_keys WHERE channel_id = $1', [id]);
    expect(left).toHaveLength(0);
  });
});

describe('a key that its provider refuses', () => {
  const disable = (channelId: string, key: ProviderKey) => use(DisableRefusedKey).execute(channelId, key, 401);
  const enable = (channelId: string, key: ProviderKey) => use(EnableAcceptedKey).execute(channelId, key);

  it('is disabled with the reason, and enabled when it is accepted again', async () => {
    const id = await channelWith(FIRST, SECOND);
    const [first] = await keysOf(id);
    expect(await disable(id, first!)).toBe(true);
    const [disabled, other] = await keysOf(id);
    expect(disabled).toMatchObject({ status: 'disabled', disabledFor: 401, disabledAt: expect.any(String) });
    expect(other?.status).toBe('active');
    expect(await disable(id, first!)).toBe(false);
    expect(await enable(id, disabled!)).toBe(true);
    expect((await keysOf(id))[0]).toEqual(first);
    expect(await enable(id, first!)).toBe(false);
  });

  it('is not disabled when it is the last one, and of all that are refused at once one is left', async () => {
    const id = await channelWith(FIRST, SECOND, THIRD);
    const keys = await keysOf(id);
    const disabled = await Promise.all(keys.map((key) => disable(id, key)));
    expect(disabled.filter(Boolean)).toHaveLength(2);
    expect((await keysOf(id)).filter(({ status }) => status === 'active')).toHaveLength(1);
  });

  it('is neither disabled nor enabled for what its old secret did, or against an operator', async () => {
    const id = await channelWith(FIRST, SECOND);
    const [first] = await keysOf(id);
    await use(UpdateProviderKey).execute(id, first!.id, { apiKey: THIRD });
    expect(await disable(id, first!)).toBe(false);
    await use(UpdateProviderKey).execute(id, first!.id, { status: 'disabled' });
    const [byHand] = await keysOf(id);
    expect(await enable(id, byHand!)).toBe(false);
    expect((await keysOf(id))[0]).toMatchObject({ status: 'disabled', disabledFor: null });
  });
});

describe('the migration', () => {
  const migration = new AddChannelKeys1764100000004();
  const within = async (act: (queryRunner: QueryRunner) => Promise<void>) => {
    const queryRunner = dataSource().createQueryRunner();
    await queryRunner.startTransaction();
    await act(queryRunner);
    await queryRunner.commitTransaction();
    await queryRunner.release();
  };

  it('keeps the one key that a channel had, and going back keeps one that is enabled', async () => {
    const [one, none, several] = [await channelWith(), await channelWith(), await channelWith(FIRST, SECOND)];
    const [first] = await keysOf(several);
    await use(UpdateProviderKey).execute(several, first!.id, { status: 'disabled' });
    await within(async (queryRunner) => {
      await migration.down(queryRunner);
      // As it was stored before: sealed for the channel, in the channel's own row.
      const sealed = service.app.get(SecretBox, { strict: false }).seal(THIRD, one);
      const write = 'UPDATE channels SET sealed_api_key = $1, api_key_hint = $2 WHERE id = $3';
      await queryRunner.query(write, [sealed, 'sk-…3333', one]);
      await migration.up(queryRunner);
    });
    const { createdAt, keys } = await use(ChannelRepository).open(one);
    expect(keys).toEqual([
      {
        id: expect.any(String),
        label: null,
        hint: 'sk-…3333',
        status: 'active',
        disabledFor: null,
        disabledAt: null,
        enteredAt: createdAt,
        secret: THIRD,
      },
    ]);
    expect(await secretsOf(none)).toEqual([]);
    expect(await secretsOf(several)).toEqual([SECOND]);
  });
});
