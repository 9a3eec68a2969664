import { describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { waitFor } from '@code-router/testing';
import { verified } from '../../../apps/usage-log/src/webhooks/testing/webhook-receiver.js';
import type { AdminStage, Items } from './admin-stage.js';

export function describeWebhooks(stage: AdminStage): void {
  describe('a webhook', () => {
    let secret = '';

    it('is created, its secret is shown once, and a test event arrives that is signed with it', async () => {
      await stage.at('/admin/webhooks', async (page, visitor) => {
        await page.getByRole('button', { name: 'New webhook' }).first().click();
        await page.getByRole('textbox', { name: 'Name' }).fill('Billing');
        await page.getByRole('textbox', { name: 'Address' }).fill(stage.receiver.url());
        await page.getByRole('button', { name: 'Create the webhook' }).click();
        secret = await page.getByText(/^whsec_/).innerText();
        await page.getByRole('button', { name: 'I have kept it' }).click();
        expect(await page.content()).not.toContain(secret);

        await page.getByRole('button', { name: 'Actions for Billing' }).click();
        await page.getByRole('menuitem', { name: 'Send a test event' }).click();
        const deliveries = page.getByRole('dialog', { name: 'Deliveries of Billing' });
        await deliveries.getByText('Delivered · 204').waitFor();
        expect(await visitor.seriousViolations()).toEqual([]);
      });
      const [first] = stage.receiver.calls;
      if (!first) throw new Error('nothing was received');
      verified(first, secret);
      const { items } = await stage.operator.ask<Items<Record<string, unknown>>>('GET', '/api/webhooks');
      expect(items).toMatchObject([{ name: 'Billing', events: ['settled'], status: 'active' }]);
    });

    it('has a log of what was sent, from which an event is sent again', async () => {
      const before = stage.receiver.calls.length;
      await stage.at('/admin/webhooks', async (page) => {
        await page
          .getByRole('table', { name: 'Webhooks' })
          .getByRole('button', { name: /Billing/ })
          .first()
          .click();
        const deliveries = page.getByRole('dialog', { name: 'Deliveries of Billing' });
        await deliveries.getByRole('button', { name: 'Send again' }).first().click();
        await page.getByText('The event is sent again.').waitFor();
        await waitFor(() => stage.receiver.calls.length === before + 1, {
          what: 'it to arrive again',
          timeoutMs: 30_000,
        });
      });
      const [first, again] = [stage.receiver.calls[before - 1], stage.receiver.calls[before]];
      expect(again?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    });

    it('that answers with an error shows what it answered', async () => {
      stage.receiver.answer = (_, response) => void response.writeHead(500).end('out of order');
      await stage.at('/admin/webhooks', async (page) => {
        await page.getByRole('button', { name: 'Actions for Billing' }).click();
        await page.getByRole('menuitem', { name: 'Send a test event' }).click();
        await page.getByRole('dialog', { name: 'Deliveries of Billing' }).getByText(/· 500/).waitFor();
      });
      const { items } = await stage.operator.ask<Items<Record<string, unknown>>>('GET', '/api/webhooks');
      expect(items).toMatchObject([{ consecutiveFailures: expect.any(Number), status: 'active' }]);
      stage.receiver.answer = (_, response) => void response.writeHead(204).end();
    });

    it('that was disabled because of its failures needs attention, and is found from there', async () => {
      const client = new pg.Client({ connectionString: stage.web.system.databaseUrl });
      await client.connect();
      await client.query(`UPDATE usage_log.webhooks SET status = 'disabled', disabled_reason = 'It answered 410.'`);
      await client.end();
      await stage.at('/admin', async (page) => {
        await page.getByText('The webhook takes nothing, and was disabled').waitFor();
        await page.getByRole('table', { name: 'Needs attention' }).getByRole('button', { name: 'Billing' }).click();
        await page.getByRole('table', { name: 'Webhooks' }).getByText('It answered 410.').waitFor();
        expect(new URL(page.url()).pathname).toBe('/admin/webhooks');
      });
    });
  });
}
