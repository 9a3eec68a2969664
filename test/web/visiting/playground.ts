import { beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@code-router/testing';
import type { Person } from '../operator.js';
import type { VisitingStage } from './visiting-stage.js';

const BALANCE_NANOS = 5_000_000_000n;

export function describePlayground(stage: VisitingStage): void {
  let somebody: Person;

  beforeAll(async () => {
    somebody = await stage.operator.person('player', { balanceNanos: BALANCE_NANOS.toString() });
  });

  const balance = async () =>
    BigInt(
      (await stage.operator.ask<{ balanceNanos: string }>('GET', `/api/accounts/${somebody.accountId}`)).balanceNanos,
    );

  describe('the playground', () => {
    it('asks for a key first', async () => {
      const visitor = await stage.web.visitor({ signedInAs: somebody });
      const page = await visitor.open('/playground');
      await page.getByText('A key pays for what you try here').waitFor();
      expect(await visitor.seriousViolations()).toEqual([]);
      expect(visitor.problems()).toEqual([]);
      await visitor.close();
    });

    it('shows what a message may cost, streams the answer, and shows what it did cost: that is what is charged', async () => {
      await stage.operator.ask('POST', `/api/accounts/${somebody.accountId}/keys`, { name: 'For trying' });
      const visitor = await stage.web.visitor({ signedInAs: somebody });
      const page = await visitor.open('/playground');
      await page.getByLabel('Model').selectOption('demo-chat');
      await page.getByLabel('Most output tokens').fill('200');
      await page.getByLabel('Message').fill('Tell me about exact money, please.');
      const before = page.getByTestId('cost-before');
      await before.getByText(/at most, with 200 output tokens/).waitFor({ timeout: 30_000 });
      // The dearest that 200 tokens of output can be is 200 x 0.60 / 1M, and the input comes on top.
      const most = BigInt((await before.locator('[data-nanos]').last().getAttribute('data-nanos')) ?? '0');
      expect(most).toBeGreaterThan(120_000n);

      await page.getByLabel('Message').press('Enter');
      const after = page.getByTestId('cost-after');
      await after.locator('[data-nanos]').waitFor({ timeout: 30_000 });
      const cost = BigInt((await after.locator('[data-nanos]').getAttribute('data-nanos')) ?? '0');
      expect(cost).toBeGreaterThan(0n);
      expect(cost).toBeLessThanOrEqual(most);
      await waitFor(async () => (await balance()) === BALANCE_NANOS - cost, { what: 'the charge' });
      await visitor.screenshot('playground');
      expect(await visitor.seriousViolations()).toEqual([]);
      expect(visitor.problems()).toEqual([]);
      await visitor.close();
    });

    it('says what to do when the balance does not reach, and keeps nothing of it', async () => {
      const poor = await stage.operator.person('pauper');
      await stage.operator.ask('POST', `/api/accounts/${poor.accountId}/keys`, { name: 'Empty' });
      const visitor = await stage.web.visitor({ signedInAs: poor, device: 'phone', language: 'zh', theme: 'dark' });
      const page = await visitor.open('/playground');
      await page.getByLabel('消息').fill('你好');
      await page.getByRole('button', { name: '发送' }).click();
      await page.getByRole('alert').getByText('余额不足').waitFor();
      expect(await visitor.sidewaysScroll()).toBe(0);
      expect(await visitor.seriousViolations()).toEqual([]);
      expect(visitor.problems([/402/])).toEqual([]);
      await visitor.close();
    });
  });
}
