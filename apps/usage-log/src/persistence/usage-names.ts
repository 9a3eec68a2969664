import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { UsageData } from '@code-router/contracts';
import { ADD_NAMES } from './rollup.sql.js';

/** How many names one process remembers to have added; then it begins anew. */
const REMEMBERED_MAX = 100_000;
const NUL = '\0';

export type Name = readonly [kind: 'key' | 'model' | 'channel', id: string, name: string, accountId: string];

/** Names by what tells them apart. */
export type Names = ReadonlyMap<string, Name>;

/** Adds to the list of the keys, models and channels that there are, under all the names that they had. */
@Injectable()
export class UsageNames {
  /** Names are never taken out of the list, so what was added once needs no other attempt. */
  private readonly remembered = new Set<string>();

  /** Notes in `names` those of a usage that may not be in the list. */
  note(usage: UsageData, names: Map<string, Name>): void {
    const { keyId, keyName, accountId, modelAsked, channelId, channelName } = usage;
    this.noteOne('key', keyId, keyName, accountId, names);
    this.noteOne('model', modelAsked, modelAsked, '', names);
    if (channelId !== undefined) this.noteOne('channel', channelId, channelName ?? channelId, '', names);
  }

  /** What was added is to be told to {@link remember} once it is committed. */
  async add(manager: EntityManager, names: Names): Promise<void> {
    if (names.size === 0) return;
    const columns = [0, 1, 2, 3].map((column) => [...names.values()].map((name) => name[column]));
    await manager.query(ADD_NAMES, columns);
  }

  remember(added: Names): void {
    if (this.remembered.size > REMEMBERED_MAX) this.remembered.clear();
    for (const place of added.keys()) this.remembered.add(place);
  }

  private noteOne(kind: Name[0], id: string, name: string, accountId: string, names: Map<string, Name>): void {
    const place = kind + NUL + id + NUL + name + NUL + accountId;
    if (!this.remembered.has(place)) names.set(place, [kind, id, name, accountId]);
  }
}
