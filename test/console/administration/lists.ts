import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Account, Group, Key, LedgerEntry, Model, MultiplierOverride, PriceVersion } from '@code-router/contracts';
import type { ChannelSummary } from '../../../apps/gateway/src/channels/domain/channel.js';
import type { Refusal } from '../running-console.js';
import { priceOf, type AdministrationStage } from './administration-stage.js';

export function describeLists(stage: AdministrationStage): void {
  describe('lists', () => {
    const lists: [string, () => Promise<string>, (item: never) => unknown][] = [
      ['channels', async () => '/api/channels', ({ id }: ChannelSummary) => id],
      ['models', async () => '/api/models', ({ name }: Model) => name],
      ['groups', async () => '/api/groups', ({ name }: Group) => name],
      ['multipliers', async () => '/api/multipliers', (item: MultiplierOverride) => JSON.stringify(item)],
      ['accounts', async () => '/api/accounts', ({ id }: Account) => id],
      [
        'the prices of a model',
        async () => {
          const { name: model } = await stage.addModel();
          for (const input of ['1', '2', '3'])
            await stage.console.ask('POST', '/api/prices', { model, terms: { rates: { input } } });
          return priceOf(model);
        },
        ({ id }: PriceVersion) => id,
      ],
      [
        'the ledger of an account',
        async () => {
          const { id } = await stage.addAccount();
          for (let count = 0; count < 3; count += 1) await stage.grant(id);
          return `/api/accounts/${id}/ledger`;
        },
        ({ id }: LedgerEntry) => id,
      ],
      [
        'the keys of an account',
        async () => {
          const { id } = await stage.addAccount();
          for (let count = 0; count < 3; count += 1) await stage.addKey(id);
          return `/api/accounts/${id}/keys`;
        },
        ({ id }: Key) => id,
      ],
    ];

    beforeAll(async () => {
      for (let count = 0; count < 3; count += 1) {
        const [group, model] = [await stage.addGroup(), await stage.addModel()];
        await Promise.all([stage.addChannel(), stage.addAccount()]);
        await stage.console.ask('PUT', '/api/multipliers', {
          kind: 'model-in-group',
          model: model.name,
          group: group.name,
          multiplier: '2',
        });
      }
    });

    it.each(lists)('hold the same in small pages as in one: %s', async (_, pathOf, identify) => {
      const path = await pathOf();
      const all = (await stage.console.everyPage<never>(path, 200)).map(identify);
      expect(all.length).toBeGreaterThanOrEqual(3);
      expect(new Set(all).size).toBe(all.length);
      const limit = Math.max(1, Math.floor(all.length / 3));
      expect((await stage.console.everyPage<never>(path, limit)).map(identify)).toEqual(all);
    });

    it.each([
      ['limit', 'limit=0'],
      ['limit', 'limit=201'],
      ['limit', 'limit=ten'],
      ['limit', 'limit=1.5'],
      ['limit', 'limit=5&limit=6'],
      ['cursor', 'cursor=nonsense'],
      ['offset', 'offset=5'],
    ])('refuse a wrong %s: %s', async (param, query) => {
      for (const path of [
        '/api/channels',
        '/api/models',
        '/api/groups',
        '/api/multipliers',
        '/api/accounts',
        '/api/usage',
      ]) {
        const { status, body } = await stage.console.send<Refusal>('GET', `${path}?${query}`);
        expect([path, status, body.error.code]).toEqual([path, 400, 'invalid_request_error']);
        expect(body.error.message).toContain(param);
      }
    });
  });
}
