import { describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { UsageEvent } from '@code-router/contracts';
import { waitFor } from '@code-router/testing';
import { eventOf, usageData } from '../../../apps/usage-log/src/testing/usage-samples.js';
import type { AdminStage } from './admin-stage.js';

export function describeDeadLetters(stage: AdminStage): void {
  const inDatabase = async (statement: string, parameters: unknown[]) => {
    const client = new pg.Client({ connectionString: stage.web.system.databaseUrl });
    await client.connect();
    try {
      return await client.query(statement, parameters);
    } finally {
      await client.end();
    }
  };
  const eventWith = (amountNanos: string, like?: UsageEvent): UsageEvent =>
    eventOf(usageData({ ...like?.data, accountId: stage.person.accountId, amountNanos }));

  describe('an event that nobody could handle', () => {
    it('is pointed to by the overview, and is delivered again from the page of the queue once it is repaired', async () => {
      const wrong = eventWith('1.5');
      const body = (event: UsageEvent) => JSON.stringify(event);
      await inDatabase('INSERT INTO messaging.usage_events (id, body) VALUES ($1, $2)', [wrong.id, body(wrong)]);
      const deadLetters = async () =>
        (await stage.operator.ask<{ deadLetters: number }>('GET', '/api/system')).deadLetters;
      await waitFor(async () => (await deadLetters()) > 0, { what: 'the event to be laid aside', timeoutMs: 60_000 });

      await stage.at('/admin', async (page, visitor) => {
        await page.getByRole('button', { name: 'Events laid aside' }).click();
        const letters = page.getByRole('table', { name: 'Dead letters of the event log' });
        await letters.getByText(/amountNanos/).waitFor();
        expect(new URL(page.url()).hash).toBe('#events');
        expect(await visitor.seriousViolations()).toEqual([]);

        const repaired = { ...eventWith('7', wrong), id: wrong.id };
        await inDatabase('UPDATE messaging.usage_dead_letters SET body = $1', [body(repaired)]);
        // Each reader of the log that could not handle it has laid it aside.
        await page.locator('#events').getByRole('button', { name: 'Replay all' }).click();
        await page.getByText(/^\d+ events? (is|are) tried again\.$/).waitFor();
        await letters.waitFor({ state: 'detached' });
      });
      await waitFor(async () => (await deadLetters()) === 0, { what: 'no dead letter', timeoutMs: 60_000 });
    });

    it('is tried again by the queue as well, and comes back while it is still wrong', async () => {
      interface Letters {
        readonly items: readonly { readonly failedAt: string }[];
      }
      const failedAt = async () =>
        (await stage.operator.ask<Letters>('GET', '/api/usage/dead-letters')).items.map((letter) => letter.failedAt);
      const before = await failedAt();
      await stage.at('/admin/queue', async (page) => {
        const letters = page.getByRole('table', { name: 'Dead letters of the queue' });
        await letters.getByText(/amountNanos/).waitFor();
        await letters.getByRole('button', { name: 'Replay' }).first().click();
        await page.getByText('1 event is tried again.').waitFor();
      });
      await waitFor(async () => (await failedAt()).some((moment) => !before.includes(moment)), {
        what: 'it to fail again',
        timeoutMs: 60_000,
      });
      expect(await failedAt()).toHaveLength(before.length);
    });
  });
}
