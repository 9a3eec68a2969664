import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { UsageData } from '@code-router/contracts';
import { ADD_NAMES } from './rollup.sql.js';

/** How many names one process remembers to have added; then it begins anew. */
const REMEMBERED_MAX = 100_000;

type Name = readonly [kind: 'key' | 'model' | 'channel', id: string, name: string, accountId: string];

/** Adds to the list of the keys, models and channels that there are, under all the names that they had. */
@Injectable()
export class UsageNames {
  /** Names are never taken out of the list, so what was added once needs no other attempt. */
  private readonly remembered = new Set<string>();

  /** @returns what is to be told to {@link remember} once it is committed. */
  async add(manager: EntityManager, usages: readonly UsageData[]): Promise<ReadonlySet<string>> {
    const names = new Map<string, Name>();
    for (const name of usages.flatMap(namesOf)) {
      const place = name.join('\0');
      if (!this.remembered.has(place)) names.set(place, name);
    }
    if (names.size > 0) {
      const columns = [0, 1, 2, 3].map((column) => [...names.values()].map((name) => name[column]));
      await manager.query(ADD_NAMES, columns);
    }
    return new Set(names.keys());
  }

  remember(added: ReadonlySet<string>): void {
    if (this.remembered.size > REMEMBERED_MAX) this.remembered.clear();
    for (const place of added) this.remembered.add(place);
  }
}

function namesOf(usage: UsageData): readonly Name[] {
  const { keyId, keyName, accountId, modelAsked, channelId, channelName } = usage;
  return [
    ['key', keyId, keyName, accountId],
    ['model', modelAsked, modelAsked, ''],
    ...(channelId === undefined ? [] : [['channel', channelId, channelName ?? channelId, ''] as const]),
  ];
}
