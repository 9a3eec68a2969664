import { describe, expect, it } from '@jest/globals';
import OpenAI from 'openai';
import type { Locator } from 'playwright-core';
import type { CreatedRedemptionBatch } from '@code-router/contracts';
import type { VisitingStage } from './visiting-stage.js';

/** The amount that an element shows, to the last nano. */
async function nanosIn(place: Locator): Promise<bigint> {
  return BigInt((await place.locator('[data-nanos]').first().getAttribute('data-nanos')) ?? '');
}

export function describeNewcomer(stage: VisitingStage): void {
  /** A code that is worth this much, from a batch of its own. */
  async function redemptionCode(amountCredits: string): Promise<string> {
    const batch = { name: 'Welcome', amountCredits, codeCount: 1 };
    const { codes } = await stage.operator.ask<CreatedRedemptionBatch>('POST', '/api/redemption-batches', batch);
    return codes[0] ?? '';
  }

  describe('a newcomer', () => {
    it('goes from the prices to a paid request, and finds its cost in the log and in the balance', async () => {
      const visitor = await stage.web.visitor();
      const page = await visitor.open('/');
      expect(new URL(page.url()).pathname).toBe('/pricing');

      await page.getByRole('link', { name: 'Sign up' }).click();
      await page.getByLabel('User name').fill('newcomer');
      await page.getByLabel('Password', { exact: true }).fill('a long password');
      await page.getByRole('button', { name: 'Create the account' }).click();
      await page.getByRole('heading', { name: 'Dashboard', level: 1 }).waitFor();
      await page.getByText('Make the first request').waitFor();

      await page.getByRole('link', { name: 'Wallet' }).click();
      await page.getByRole('heading', { name: 'Wallet', level: 1 }).waitFor();
      const balance = page.locator('[data-figure="balance"]');
      expect(await nanosIn(balance)).toBe(1_000_000_000n);

      await page.getByRole('link', { name: 'API keys' }).click();
      await page.getByRole('button', { name: 'Create a key' }).first().click();
      await page.getByRole('textbox', { name: 'Name' }).fill('first key');
      await page.getByRole('button', { name: 'Create the key' }).click();
      const secret = await page.getByRole('region', { name: 'Key', exact: true }).innerText();
      expect(secret).toMatch(/^sk-cr-/);
      expect(await page.getByRole('region', { name: 'Try it' }).innerText()).toContain(
        `curl ${stage.web.baseUrl}/v1/chat/completions`,
      );
      await page.getByRole('button', { name: 'I have copied it' }).click();
      expect(await page.content()).not.toContain(secret);

      const client = new OpenAI({ baseURL: `${stage.web.baseUrl}/v1`, apiKey: secret });
      const answer = await client.chat.completions.create({
        model: 'demo-chat',
        messages: [{ role: 'user', content: 'Hello from a newcomer!' }],
      });
      expect(answer.choices[0]?.message.content).toBeTruthy();

      await page.getByRole('link', { name: 'Usage' }).click();
      // The page before has a row of this name as well: that of the key, which has spent nothing yet.
      await page.getByRole('heading', { name: 'Usage', level: 1 }).waitFor();
      const row = page.getByRole('row').filter({ hasText: 'first key' });
      await row.waitFor({ timeout: 30_000 });
      const cost = await nanosIn(row);
      expect(cost).toBeGreaterThan(0n);
      await row.getByRole('button').first().click();
      const details = page.getByRole('dialog');
      await details.getByText('it is the amount that was charged').waitFor();
      expect(await nanosIn(details.getByRole('row', { name: 'Charged' }))).toBe(cost);
      await page.keyboard.press('Escape');

      await page.getByRole('link', { name: 'Wallet' }).click();
      await page.getByRole('heading', { name: 'Wallet', level: 1 }).waitFor();
      await page
        .locator(`[data-figure="balance"] [data-nanos="${1_000_000_000n - cost}"]`)
        .waitFor({ timeout: 30_000 });
      const charge = page.getByRole('row', { name: /Request/ });
      expect(await nanosIn(charge)).toBe(-cost);

      await page.getByRole('textbox', { name: 'Code' }).fill(await redemptionCode('5'));
      await page.getByRole('button', { name: 'Redeem' }).click();
      await page
        .locator(`[data-figure="balance"] [data-nanos="${6_000_000_000n - cost}"]`)
        .waitFor({ timeout: 30_000 });
      await page.getByRole('row').filter({ hasText: 'Code redeemed' }).waitFor();
      expect(visitor.problems()).toEqual([]);
      await visitor.close();
    });
  });
}
