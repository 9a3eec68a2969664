import { describe, expect, it } from '@jest/globals';
import type { Group, Key, MultiplierOverride } from '@code-router/contracts';
import type { Refusal } from '../running-console.js';
import { type AdministrationStage, unique } from './administration-stage.js';

export function describeGroups(stage: AdministrationStage): void {
  describe('groups and multipliers', () => {
    it('take a multiplier as people write it, or in millionths', async () => {
      const name = unique('group');
      expect(await stage.console.ask('PUT', '/api/groups', { name, multiplier: '0.85', description: 'VIP' })).toEqual({
        name,
        multiplierMillionths: '850000',
        description: 'VIP',
        choosableBy: [],
      });
      await stage.console.ask('PUT', '/api/groups', { name, multiplierMillionths: '1' });
      const found = (await stage.console.everyPage<Group>('/api/groups', 200)).find((group) => group.name === name);
      expect(found?.multiplierMillionths).toBe('1');
    });

    it('say which account groups may choose them', async () => {
      const { name: accountGroup } = await stage.addGroup();
      const name = unique('chosen');
      await stage.console.ask('PUT', '/api/groups', { name, multiplier: '1', choosableBy: [accountGroup] });
      const choosable = async (group: string) => {
        const { groups } = await stage.console.ask<{ groups: Group[] }>(
          'GET',
          `/api/groups/choosable?accountGroup=${group}`,
        );
        return groups.map((each) => each.name);
      };
      expect(await choosable(accountGroup)).toEqual(expect.arrayContaining([accountGroup, name]));
      expect(await choosable('default')).not.toContain(name);
      await stage.console.ask('PUT', '/api/groups', { name, multiplier: '1', choosableBy: null });
      expect(await choosable('default')).toContain(name);
    });

    it('are deleted for pairs', async () => {
      const [one, other] = [await stage.addGroup(), await stage.addGroup()];
      const pair = { kind: 'group-pair', accountGroup: one.name, keyGroup: other.name };
      await stage.console.ask('PUT', '/api/multipliers', { ...pair, multiplier: '1.25' });
      const path = `/api/multipliers?${new URLSearchParams(pair)}`;
      expect(await stage.console.ask('DELETE', path)).toEqual({ ...pair, multiplierMillionths: '1250000' });
      expect((await stage.console.send('DELETE', path)).status).toBe(404);
    });

    it('are kept for pairs', async () => {
      const [one, other, model] = [await stage.addGroup(), await stage.addGroup(), await stage.addModel()];
      const pairs = [
        { kind: 'group-pair', accountGroup: one.name, keyGroup: other.name, multiplierMillionths: '1250000' },
        { kind: 'model-in-group', model: model.name, group: one.name, multiplierMillionths: '500000' },
      ];
      for (const { multiplierMillionths: _, ...pair } of pairs) {
        await stage.console.ask('PUT', '/api/multipliers', {
          ...pair,
          multiplier: pair.kind === 'group-pair' ? '1.25' : '0.5',
        });
      }
      const kept = await stage.console.everyPage<MultiplierOverride>('/api/multipliers', 200);
      expect(kept).toEqual(expect.arrayContaining(pairs.map((pair) => expect.objectContaining(pair))));
    });
  });

  describe('limits', () => {
    it('of a key are set, shown, changed and taken away', async () => {
      const account = await stage.addAccount({ requestsPerMinute: 100, concurrencyMax: 7 });
      expect(account).toMatchObject({ requestsPerMinute: 100, tokensPerMinute: null, concurrencyMax: 7 });
      const key = await stage.addKey(account.id, {
        requestsPerMinute: 10,
        tokensPerMinute: 20_000,
        allowedModels: ['a', 'b'],
        allowedIps: ['192.0.2.1', '10.9.9.9/8', '2001:db8::/32'],
        budget: { credits: '1.5', period: 'weekly', timeZone: 'Europe/Berlin' },
      });
      expect(key).toMatchObject({
        requestsPerMinute: 10,
        tokensPerMinute: 20_000,
        concurrencyMax: null,
        allowedModels: ['a', 'b'],
        allowedIps: ['192.0.2.1', '10.0.0.0/8', '2001:db8::/32'],
        budget: { nanos: '1500000000', period: 'weekly', days: null, timeZone: 'Europe/Berlin', spentNanos: '0' },
        lastUsedAt: null,
        retiring: [],
      });
      const none = { requestsPerMinute: null, allowedModels: null, allowedIps: null, budget: null };
      expect(await stage.console.ask<Key>('PATCH', `/api/keys/${key.id}`, none)).toMatchObject({
        ...none,
        tokensPerMinute: 20_000,
      });
    });

    it.each([
      ['an amount twice', { budget: { nanos: '1', credits: '1', period: 'daily' } }],
      ['no amount', { budget: { period: 'daily' } }],
      ['no period', { budget: { nanos: '1' } }],
      ['a list in place of a budget', { budget: [] }],
      ['an unknown time zone', { budget: { nanos: '1', period: 'daily', timeZone: 'Nowhere/Else' } }],
      ['a network that is none', { allowedIps: ['10.0.0.0/99'] }],
      ['no models', { allowedModels: [] }],
      ['a fraction of a request', { requestsPerMinute: 0.5 }],
    ])('of a key are refused with %s', async (_, wrong) => {
      const { id } = await stage.addAccount();
      const { status, body } = await stage.console.send<Refusal>('POST', `/api/accounts/${id}/keys`, {
        json: { name: 'key', ...wrong },
      });
      expect([status, body.error.code]).toEqual([400, 'invalid_request_error']);
    });

    it('of a group are set for groups that exist, and listed', async () => {
      const { name: group } = await stage.addGroup();
      const limits = { group, requestsPerMinute: 5, tokensPerMinute: null, concurrencyMax: 2 };
      expect(
        await stage.console.ask('PUT', '/api/group-limits', { group, requestsPerMinute: 5, concurrencyMax: 2 }),
      ).toEqual(limits);
      expect((await stage.console.ask<{ items: unknown[] }>('GET', '/api/group-limits')).items).toContainEqual(limits);
      const unknown = await stage.console.send('PUT', '/api/group-limits', {
        json: { group: 'nobody', requestsPerMinute: 5 },
      });
      expect(unknown.status).toBe(400);
    });
  });

  describe('a group that does not exist', () => {
    it.each<[string, string, () => Promise<[method: string, path: string, body: object]>]>([
      ['of an account', 'group', async () => ['POST', '/api/accounts', { name: unique('account'), group: 'vpi' }]],
      [
        'of an account that is changed',
        'group',
        async () => ['PATCH', `/api/accounts/${(await stage.addAccount()).id}`, { group: 'vpi' }],
      ],
      [
        'of a key',
        'group',
        async () => ['POST', `/api/accounts/${(await stage.addAccount()).id}/keys`, { name: 'k', group: 'vpi' }],
      ],
      [
        'of a key that is changed',
        'group',
        async () => ['PATCH', `/api/keys/${(await stage.addKey((await stage.addAccount()).id)).id}`, { group: 'vpi' }],
      ],
      [
        'of a channel',
        'groups',
        async () => ['PATCH', `/api/channels/${(await stage.addChannel()).id}`, { groups: ['default', 'vpi'] }],
      ],
      [
        'that may use a model',
        'visibleTo',
        async () => [
          'POST',
          '/api/models',
          { name: unique('model'), contextWindow: 10, maxOutputTokens: 5, visibleTo: ['vpi'] },
        ],
      ],
      [
        'that may use a model that is changed',
        'visibleTo',
        async () => ['PATCH', '/api/models', { name: (await stage.addModel()).name, visibleTo: ['vpi'] }],
      ],
      [
        'that may choose a group',
        'choosableBy',
        async () => ['PUT', '/api/groups', { name: unique('group'), multiplier: '1', choosableBy: ['vpi'] }],
      ],
      [
        'of a pair',
        'keyGroup',
        async () => [
          'PUT',
          '/api/multipliers',
          { kind: 'group-pair', accountGroup: 'default', keyGroup: 'vpi', multiplier: '1' },
        ],
      ],
      [
        'with a model',
        'group',
        async () => [
          'PUT',
          '/api/multipliers',
          { kind: 'model-in-group', model: (await stage.addModel()).name, group: 'vpi', multiplier: '1' },
        ],
      ],
    ])('%s is refused, for it would be billed at a multiplier of one', async (_, param, request) => {
      const [method, path, json] = await request();
      const { status, body } = await stage.console.send<Refusal>(method, path, { json });
      expect(status).toBe(400);
      expect(body.error).toMatchObject({ code: 'invalid_request_error', type: 'invalid_request_error', param });
      expect(body.error.message).toMatch(/vpi.*default/);
    });

    it('is found among more groups than one page holds', async () => {
      const added = [];
      for (let count = 0; count < 210; count += 1) added.push(await stage.addGroup());
      const group = added[0]?.name;
      expect((await stage.addAccount({ group })).group).toBe(group);
    });
  });
}
