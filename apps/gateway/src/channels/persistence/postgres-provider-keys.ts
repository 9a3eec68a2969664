import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { DomainError } from '@code-router/contracts';
import type { ChannelSummary } from '../domain/channel.js';
import { providerKeyHint } from '../domain/provider-key-hint.js';
import { ProviderKeyRepository } from '../domain/provider-key-repository.js';
import type { NewProviderKey, ProviderKey, ProviderKeySummary } from '../domain/provider-key.js';
import { keySummaryOf, summaryOf, type ChannelRow, type SealedKey } from './channel-rows.js';
import { LOCK_CHANNEL, OPEN_CHANNEL } from './channels.sql.js';
import { DELETE_KEY, DISABLE_KEY, ENABLE_KEY, INSERT_KEY, UPDATE_KEY } from './provider-keys.sql.js';
import { SealedKeys } from './sealed-keys.js';

@Injectable()
export class PostgresProviderKeys extends ProviderKeyRepository {
  constructor(
    @InjectDataSource('gateway') private readonly dataSource: DataSource,
    private readonly sealedKeys: SealedKeys,
  ) {
    super();
  }

  override add(channelId: string, make: (channel: ChannelSummary) => NewProviderKey): Promise<ProviderKeySummary> {
    return this.locking(channelId, async (manager, channel) => {
      const key = make(summaryOf(channel));
      this.refuseKnown(channel, key.secret);
      const sealed = this.sealedKeys.seal(channelId, key.secret);
      const hint = providerKeyHint(key.secret);
      await manager.query(INSERT_KEY, [key.id, channelId, key.label, sealed, hint, key.enteredAt]);
      const { id, label, enteredAt } = key;
      return { id, label, hint, status: 'active', disabledFor: null, disabledAt: null, enteredAt };
    });
  }

  override update(
    channelId: string,
    keyId: string,
    change: (current: ProviderKeySummary) => Omit<ProviderKeySummary, 'hint'>,
    secret?: string,
  ): Promise<ProviderKeySummary> {
    return this.locking(channelId, async (manager, channel) => {
      const current = keyOf(channel, keyId);
      const changed = change(current);
      if (secret !== undefined) this.refuseKnown(channel, secret, keyId);
      const { label, status, disabledFor, disabledAt, enteredAt } = changed;
      const hint = secret === undefined ? null : providerKeyHint(secret);
      const sealed = secret === undefined ? null : this.sealedKeys.seal(channelId, secret);
      const written = [label, status, disabledFor, disabledAt, enteredAt, sealed, hint];
      await manager.query(UPDATE_KEY, [channelId, keyId, ...written]);
      return { ...changed, hint: hint ?? current.hint };
    });
  }

  override remove(channelId: string, keyId: string): Promise<ProviderKeySummary> {
    return this.locking(channelId, async (manager, channel) => {
      const removed = keyOf(channel, keyId);
      await manager.query(DELETE_KEY, [channelId, keyId]);
      return removed;
    });
  }

  override disable(channelId: string, { id, enteredAt }: ProviderKey, httpStatus: number): Promise<boolean> {
    return this.dataSource.transaction(async (manager) => {
      // Two keys that are refused at the same time must not each take the other one for the one that is left.
      await manager.query(LOCK_CHANNEL, [channelId]);
      const [rows] = await manager.query<[unknown[], number]>(DISABLE_KEY, [channelId, id, enteredAt, httpStatus]);
      return rows.length > 0;
    });
  }

  override async enable(channelId: string, { id, enteredAt }: ProviderKey): Promise<boolean> {
    const [rows] = await this.dataSource.query<[unknown[], number]>(ENABLE_KEY, [channelId, id, enteredAt]);
    return rows.length > 0;
  }

  /** Nobody else writes the channel or its keys meanwhile. */
  private locking<Result>(
    channelId: string,
    act: (manager: EntityManager, channel: ChannelRow<SealedKey>) => Promise<Result>,
  ): Promise<Result> {
    return this.dataSource.transaction(async (manager) => {
      await manager.query(LOCK_CHANNEL, [channelId]);
      const [channel] = await manager.query<ChannelRow<SealedKey>[]>(OPEN_CHANNEL, [channelId]);
      if (channel) return act(manager, channel);
      throw new DomainError('not_found', `There is no channel with the id ${channelId}.`, { param: 'id' });
    });
  }

  /** A key that is there twice would get twice the requests, and be spared by nobody when it is refused. */
  private refuseKnown(channel: ChannelRow<SealedKey>, secret: string, otherThan?: string): void {
    if (!this.sealedKeys.holds(channel, secret, otherThan)) return;
    throw new DomainError('conflict', `The channel "${channel.name}" has this key already.`, { param: 'apiKey' });
  }
}

function keyOf(channel: ChannelRow, keyId: string): ProviderKeySummary {
  const key = channel.keys.find(({ id }) => id === keyId);
  if (key) return keySummaryOf(key);
  throw new DomainError('not_found', `The channel "${channel.name}" has no key with the id ${keyId}.`, {
    param: 'keyId',
  });
}
