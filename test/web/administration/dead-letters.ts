import { beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
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
  interface Letters {
    readonly items: readonly { readonly id: string; readonly failedAt: string }[];
  }
  const lettersOf = async (path: string) => (await stage.operator.ask<Letters>('GET', path)).items;
  /** Each time that something fails is a letter of its own, or has a moment of its own. */
  const failuresOf = async (path: string) => (await lettersOf(path)).map(({ id, failedAt }) => `${id} ${failedAt}`);
  const failsAgain = (path: string, before: readonly string[]) =>
    waitFor(async () => (await failuresOf(path)).some((failure) => !before.includes(failure)), {
      what: 'it to fail again',
      timeoutMs: 50_000,
    });

  describe('an event that nobody can handle', () => {
    const OF_QUEUE = '/api/usage/dead-letters';
    const OF_LOG = '/api/system/dead-letters';

    beforeAll(async () => {
      const wrong = eventOf(usageData({ accountId: stage.person.accountId, amountNanos: '1.5' }));
      const values = [wrong.id, JSON.stringify(wrong)];
      await inDatabase('INSERT INTO messaging.usage_events (id, body) VALUES ($1, $2)', values);
      for (const path of [OF_QUEUE, OF_LOG]) {
        await waitFor(async () => (await lettersOf(path)).length > 0, {
          what: `a letter at ${path}`,
          timeoutMs: 80_000,
        });
      }
    }, 180_000);

    it('is tried again by the queue, and comes back while it is still wrong', async () => {
      const before = await failuresOf(OF_QUEUE);
      await stage.at('/admin/queue', async (page) => {
        const letters = page.getByRole('table', { name: 'Dead letters of the queue' });
        await letters
          .getByText(/amountNanos/)
          .first()
          .waitFor();
        await letters.getByRole('button', { name: 'Replay' }).first().click();
        await page.getByText('1 event is tried again.').waitFor();
      });
      await failsAgain(OF_QUEUE, before);
      expect(await failuresOf(OF_QUEUE)).not.toEqual(before);
    });

    it('is pointed to by the overview, from where it is delivered again', async () => {
      const before = await failuresOf(OF_LOG);
      await stage.at('/admin', async (page, visitor) => {
        await page.getByRole('button', { name: 'Events laid aside' }).click();
        const letters = page.getByRole('table', { name: 'Dead letters of the event log' });
        await letters
          .getByText(/amountNanos/)
          .first()
          .waitFor();
        expect(new URL(page.url()).hash).toBe('#events');
        expect(await visitor.seriousViolations()).toEqual([]);
        await letters.getByRole('button', { name: 'Replay' }).first().click();
        await page.getByText('1 event is tried again.').waitFor();
      });
      await failsAgain(OF_LOG, before);
      expect(await failuresOf(OF_LOG)).not.toEqual(before);
    });
  });
}
