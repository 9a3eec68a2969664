import { describe, expect, it } from '@jest/globals';
import type { BreakableSystem } from './stage/distributed-system.js';
import type { Stage } from './stage/stage.js';

/** What operators are told of services that are processes of their own. */
export function describeServiceSettings(stage: Stage<BreakableSystem>): void {
  const read = async () => (await stage.admin.settings()).services;

  describe('the settings of services', () => {
    it('are told by each of its own, without secrets', async () => {
      const services = await read();
      expect(services.map(({ name, status }) => [name, status])).toEqual([
        ['gateway', 'ok'],
        ['pricing', 'ok'],
        ['quota', 'ok'],
        ['usage-log', 'ok'],
      ]);
      const readersOf = (variable: string) =>
        services.filter(({ settings }) => settings.some(({ name }) => name === variable)).map(({ name }) => name);
      expect(readersOf('DATABASE_URL')).toEqual(['gateway', 'pricing', 'quota', 'usage-log']);
      expect(readersOf('CODE_ROUTER_SIGN_UP')).toEqual(['quota']);
      expect(readersOf('USAGE_LOG_ROLE')).toEqual(['usage-log']);
      expect(readersOf('CODE_ROUTER_KEY_REFUSED_MS')).toEqual(['gateway']);
      const all = services.flatMap(({ settings }) => settings);
      expect(all.find(({ name }) => name === 'CODE_ROUTER_ENCRYPTION_KEY')).toMatchObject({ value: null, isSet: true });
      for (const { value } of all.filter(({ name }) => name === 'DATABASE_URL')) expect(value).not.toContain('@');
    });

    it('are missing of one that does not answer, which is named', async () => {
      await stage.system.terminate('pricing');
      try {
        const services = await read();
        expect(services.find(({ name }) => name === 'pricing')).toEqual({
          name: 'pricing',
          status: 'unanswered',
          settings: [],
        });
        expect(services.filter(({ status }) => status === 'ok')).toHaveLength(3);
      } finally {
        await stage.system.restart('pricing');
      }
    });
  });
}
