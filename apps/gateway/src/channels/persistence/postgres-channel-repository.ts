import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { DomainError, PAGE_LIMIT_DEFAULT, type Page, type PageRequest } from '@code-router/contracts';
import { ChannelRepository, type Channel, type ChannelProfile, type ChannelSummary } from '../domain/channel.js';
import { providerKeyHint } from '../domain/provider-key-hint.js';
import type { NewProviderKey } from '../domain/provider-key.js';
import { profileOf, summaryOf, type ChannelRow, type SealedKey } from './channel-rows.js';
import {
  ALL_CHANNELS,
  DELETE_CHANNEL,
  FIND_CHANNEL,
  INSERT_CHANNEL,
  LOCK_CHANNEL,
  OPEN_CHANNEL,
  PAGE_OF_CHANNELS,
  UPDATE_CHANNEL,
} from './channels.sql.js';
import { DELETE_KEYS, INSERT_KEY, UPDATE_KEY } from './provider-keys.sql.js';
import { SealedKeys } from './sealed-keys.js';

@Injectable()
export class PostgresChannelRepository extends ChannelRepository {
  constructor(
    @InjectDataSource('gateway') private readonly dataSource: DataSource,
    private readonly sealedKeys: SealedKeys,
  ) {
    super();
  }

  override async all(): Promise<readonly Channel[]> {
    const rows = await this.dataSource.query<ChannelRow<SealedKey>[]>(ALL_CHANNELS);
    return rows.map((row) => this.opened(row));
  }

  override async open(id: string): Promise<Channel> {
    const [row] = await this.dataSource.query<ChannelRow<SealedKey>[]>(OPEN_CHANNEL, [id]);
    return this.opened(row ?? notFound(id));
  }

  override async delete(id: string): Promise<ChannelSummary> {
    // TypeORM answers a DELETE with its rows and their number.
    const [[row]] = await this.dataSource.query<[ChannelRow[], number]>(DELETE_CHANNEL, [id]);
    return summaryOf(row ?? notFound(id));
  }

  override async page(request: PageRequest): Promise<Page<ChannelSummary>> {
    const limit = request.limit ?? PAGE_LIMIT_DEFAULT;
    const below = request.cursor === undefined ? null : readCursor(request.cursor);
    // One more than the page holds tells whether there is another.
    const rows = await this.dataSource.query<ChannelRow[]>(PAGE_OF_CHANNELS, [below, limit + 1]);
    const shown = rows.slice(0, limit);
    const last = shown.at(-1);
    const items = shown.map(summaryOf);
    return rows.length > limit && last ? { items, nextCursor: writeCursor(last.position) } : { items };
  }

  override async get(id: string): Promise<ChannelSummary> {
    const [row] = await this.dataSource.query<ChannelRow[]>(FIND_CHANNEL, [id]);
    return summaryOf(row ?? notFound(id));
  }

  override async insert(channel: ChannelProfile, key?: NewProviderKey): Promise<ChannelSummary> {
    return refusingTakenName(channel.name, () =>
      this.dataSource.transaction(async (manager) => {
        await manager.query(INSERT_CHANNEL, parametersOf(channel));
        if (key) await this.insertKey(manager, channel.id, key);
        return find(manager, channel.id);
      }),
    );
  }

  override async update(
    id: string,
    change: (current: ChannelSummary) => ChannelProfile,
    apiKey?: string,
  ): Promise<ChannelSummary> {
    return this.dataSource.transaction(async (manager) => {
      await manager.query(LOCK_CHANNEL, [id]);
      const current = await find(manager, id);
      const changed = change(current);
      return refusingTakenName(changed.name, async () => {
        await manager.query(UPDATE_CHANNEL, parametersOf(changed));
        if (apiKey !== undefined) await this.replaceKey(manager, current, apiKey);
        return find(manager, id);
      });
    });
  }

  /** @param secret of the only key that there is from now on; '' for none. */
  private async replaceKey(manager: EntityManager, { id, keys }: ChannelSummary, secret: string): Promise<void> {
    if (secret === '') return void (await manager.query(DELETE_KEYS, [id]));
    const enteredAt = new Date().toISOString();
    const [key] = keys;
    if (!key) return this.insertKey(manager, id, { id: randomUUID(), label: null, secret, enteredAt });
    const sealed = this.sealedKeys.seal(id, secret);
    const written = [key.label, 'active', null, null, enteredAt, sealed, providerKeyHint(secret)];
    await manager.query(UPDATE_KEY, [id, key.id, ...written]);
  }

  private async insertKey(manager: EntityManager, channelId: string, key: NewProviderKey): Promise<void> {
    const { id, label, secret, enteredAt } = key;
    const sealed = this.sealedKeys.seal(channelId, secret);
    await manager.query(INSERT_KEY, [id, channelId, label, sealed, providerKeyHint(secret), enteredAt]);
  }

  private opened(row: ChannelRow<SealedKey>): Channel {
    return { ...profileOf(row), keys: this.sealedKeys.openAll(row) };
  }
}

function parametersOf(profile: ChannelProfile): unknown[] {
  return [
    profile.id,
    profile.name,
    profile.provider,
    profile.baseUrl,
    JSON.stringify(profile.models),
    profile.groups,
    profile.priority,
    profile.weight,
    profile.status,
    JSON.stringify(profile.timeouts),
    JSON.stringify(profile.settings),
    profile.createdAt,
    profile.costMultiplierMillionths,
  ];
}

async function find(manager: EntityManager, id: string): Promise<ChannelSummary> {
  const [row] = await manager.query<ChannelRow[]>(FIND_CHANNEL, [id]);
  return summaryOf(row ?? notFound(id));
}

async function refusingTakenName<Result>(name: string, write: () => Promise<Result>): Promise<Result> {
  try {
    return await write();
  } catch (error) {
    const { constraint } = error as { constraint?: unknown };
    if (constraint !== 'channels_name_is_unique') throw error;
    throw new DomainError('conflict', `There is a channel named "${name}" already.`, { param: 'name' });
  }
}

function notFound(id: string): never {
  throw new DomainError('not_found', `There is no channel with the id ${id}.`, { param: 'id' });
}

/** Says what it belongs to, so that the cursor of another list is refused rather than misread. */
const CURSOR = /^channels (\d{1,18})$/;

function writeCursor(position: string): string {
  return Buffer.from(`channels ${position}`).toString('base64url');
}

function readCursor(cursor: string): string {
  const [, position] = CURSOR.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (position !== undefined) return position;
  throw new DomainError('invalid_request_error', 'cursor must be the nextCursor of the page before.', {
    param: 'cursor',
  });
}
