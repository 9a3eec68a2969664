import { describe, expect, it } from '@jest/globals';
import type { AdminStage, Items } from './admin-stage.js';

export function describeChannels(stage: AdminStage): void {
  const channelNamed = async (sought: string) =>
    (await stage.operator.ask<Items<Record<string, unknown>>>('GET', '/api/channels')).items.find(
      ({ name }) => name === sought,
    );

  describe('a channel', () => {
    it('is created and tested', async () => {
      await stage.at('/admin/channels', async (page) => {
        await page.getByRole('button', { name: 'New channel' }).click();
        await page.getByRole('textbox', { name: 'Name' }).fill('second-demo');
        await page.getByRole('combobox', { name: 'Provider', exact: true }).click();
        await page.getByRole('option', { name: 'Demo (built in)' }).click();
        await page.getByRole('textbox', { name: 'Models' }).fill('demo-chat\nquick = demo-chat');
        await page.getByRole('textbox', { name: /^Cost as a share/ }).fill('0.8');
        await page.getByRole('button', { name: 'Create the channel' }).click();
        await page.getByRole('button', { name: 'Actions for second-demo' }).click();
        await page.getByRole('menuitem', { name: 'Test' }).click();
        await page.getByRole('button', { name: 'Send' }).click();
        await page.getByText('It answered').waitFor();
      });
      expect(await channelNamed('second-demo')).toMatchObject({
        provider: 'demo',
        models: [
          { name: 'demo-chat', upstreamName: 'demo-chat' },
          { name: 'quick', upstreamName: 'demo-chat' },
        ],
        costMultiplierMillionths: '800000',
      });
    });

    it('gets another key; both are tested, and one is taken out of use', async () => {
      interface WithKeys {
        readonly keys: readonly { readonly label: string | null; readonly hint: string; readonly status: string }[];
      }
      const { id } = await stage.operator.ask<{ id: string }>('POST', '/api/channels', {
        name: 'two-keys',
        provider: 'openai-compatible',
        baseUrl: 'http://127.0.0.1:1/v1',
        apiKey: 'sk-the-first-of-two-1111',
        models: [{ name: 'nobody-asks-for-this' }],
      });
      await stage.at('/admin/channels', async (page) => {
        await page.getByRole('button', { name: 'Actions for two-keys' }).click();
        await page.getByRole('menuitem', { name: 'Provider keys' }).click();
        const keys = page.getByRole('dialog', { name: 'Provider keys of two-keys' });
        await keys.getByText('sk-…1111').waitFor();
        await keys.getByRole('button', { name: 'Add a key' }).click();
        const form = page.getByRole('dialog', { name: 'Add a key' });
        await form.getByLabel('Provider key').first().fill('sk-the-second-of-two-2222');
        await form.getByRole('textbox', { name: 'Label' }).fill('team');
        await form.getByRole('button', { name: 'Add a key' }).click();
        await keys.getByText('sk-…2222').waitFor();
        await keys.getByRole('button', { name: 'Test all keys' }).click();
        await page.getByText('2 keys failed. Their rows say why.').waitFor();
        await keys.getByText('The provider could not be reached.').first().waitFor();
        await keys.getByRole('button', { name: 'Actions for team' }).click();
        await page.getByRole('menuitem', { name: 'Disable' }).click();
        await keys.getByText('Disabled', { exact: true }).waitFor();
        expect(await page.content()).not.toContain('-of-two-');
      });
      const { keys } = await stage.operator.ask<WithKeys>('GET', `/api/channels/${id}`);
      expect(keys).toMatchObject([
        { label: null, hint: 'sk-…1111', status: 'active' },
        { label: 'team', hint: 'sk-…2222', status: 'disabled' },
      ]);
      await stage.operator.ask('DELETE', `/api/channels/${id}`);
    });

    it('is deleted only after it was asked for', async () => {
      await stage.operator.ask('POST', '/api/channels', {
        name: 'short-lived',
        provider: 'demo',
        models: [{ name: 'demo-chat' }],
      });
      await stage.at('/admin/channels', async (page, visitor) => {
        const choose = async () => {
          await page.getByRole('button', { name: 'Actions for short-lived' }).click();
          await page.getByRole('menuitem', { name: 'Delete' }).click();
        };
        const dialog = page.getByRole('dialog', { name: 'Delete short-lived?' });
        await choose();
        expect(await visitor.seriousViolations()).toEqual([]);
        await dialog.getByRole('button', { name: 'Cancel' }).click();
        await dialog.waitFor({ state: 'hidden' });
        expect(await channelNamed('short-lived')).toBeDefined();
        await choose();
        await dialog.getByRole('button', { name: 'Delete the channel' }).click();
        await page.getByText('short-lived is deleted.').waitFor();
        await page.getByRole('button', { name: 'Actions for short-lived' }).waitFor({ state: 'detached' });
      });
      expect(await channelNamed('short-lived')).toBeUndefined();
    });
  });
}
