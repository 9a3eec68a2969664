import { describe, expect, it } from '@jest/globals';
import type { Page } from '@code-router/contracts';
import type { ChannelSummary } from '../../../apps/gateway/src/channels/domain/channel.js';
import { PROVIDER_KEY, type AdministrationStage } from './administration-stage.js';

export function describeChannels(stage: AdministrationStage): void {
  describe('channels', () => {
    it('are entered, read, edited, disabled and given another key', async () => {
      const { name: group } = await stage.addGroup();
      const created = await stage.addChannel({
        groups: [group],
        models: [{ name: 'a', upstreamName: 'b' }, { name: 'c' }],
      });
      expect(created).toMatchObject({
        groups: [group],
        apiKeyHint: 'sk-…abcd',
        models: [
          { name: 'a', upstreamName: 'b' },
          { name: 'c', upstreamName: 'c' },
        ],
        status: 'active',
      });
      expect(await stage.console.ask('GET', `/api/channels/${created.id}`)).toEqual(created);

      const keys = created.keys.map((key) => ({ ...key, hint: 'sk-…wxyz', enteredAt: expect.any(String) }));
      const edited = { ...created, status: 'disabled', priority: -3, apiKeyHint: 'sk-…wxyz', keys };
      const changes = { status: 'disabled', priority: -3, apiKey: 'sk-another-secret-of-it-wxyz' };
      expect(await stage.console.ask('PATCH', `/api/channels/${created.id}`, changes)).toEqual(edited);
      expect((await stage.console.ask<Page<ChannelSummary>>('GET', '/api/channels?limit=1')).items).toEqual([edited]);
    });

    it('of the demo provider need neither address nor key', async () => {
      const { name } = await stage.addChannel({
        provider: 'demo',
        baseUrl: undefined,
        apiKey: undefined,
        settings: { chunkDelayMs: 5 },
      });
      const [channel] = await stage.console.everyPage<ChannelSummary>('/api/channels', 200);
      expect(channel).toMatchObject({
        name,
        provider: 'demo',
        baseUrl: '',
        apiKeyHint: null,
        settings: { chunkDelayMs: 5 },
      });
    });
  });
}

/** Last of all: it looks through every answer that was given before. */
export function describeSecrets(stage: AdministrationStage): void {
  describe('secrets', () => {
    it('of providers and of keys are in no answer, but for the one that makes the key', async () => {
      const { id: accountId } = await stage.addAccount();
      const { id, secret } = await stage.addKey(accountId);
      const channel = await stage.addChannel();
      await stage.console.ask('GET', `/api/accounts/${accountId}/keys`);
      await stage.console.ask('PATCH', `/api/keys/${id}`, { name: 'renamed' });
      await stage.console.ask('PATCH', `/api/channels/${channel.id}`, { weight: 2 });
      await stage.console.send('POST', '/api/channels', { json: { name: channel.name, apiKey: PROVIDER_KEY } });
      await stage.console.send('PATCH', `/api/channels/${channel.id}`, {
        json: { apiKey: `${PROVIDER_KEY} with spaces` },
      });

      const texts = stage.console.answers.map(({ text }) => text);
      expect(texts.filter((text) => text.includes(PROVIDER_KEY))).toEqual([]);
      expect(texts.filter((text) => text.includes(secret))).toHaveLength(1);
    });
  });
}
