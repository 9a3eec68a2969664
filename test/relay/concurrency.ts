import { describe, expect, it } from '@jest/globals';
import { waitFor } from '@code-router/testing';
import { brokenRules } from './books.js';
import { refusalOf, type Answer } from './stage/scene.js';
import type { Stage } from './stage/stage.js';
import { answering, completion } from './stage/wire.js';

/** What is read is free and what is written costs a thousandth of a credit, so 100 tokens hold a tenth of a credit. */
const TERMS = { rates: { input: '0', output: '1000000000000' }, perCallNanos: '0', tiers: [] };
const HOLD = 100_000_000n;
const COST_OF_TOKEN = 1_000_000n;
const REQUESTS = 60;

export function describeConcurrency(stage: Stage): void {
  describe('requests that come together', () => {
    it('are admitted for exactly as much as the balance affords, and what they do not use is free again', async () => {
      const affordable = 7;
      const answerNow = Promise.withResolvers<void>();
      const scene = await stage.scene({
        terms: TERMS,
        grantNanos: BigInt(affordable) * HOLD + HOLD - 1n,
        script: async (call) => {
          await answerNow.promise;
          call.answer(200, completion('Short.', { prompt_tokens: 3, completion_tokens: 40 }));
        },
      });
      const refused: Answer[] = [];
      const asked = Array.from({ length: REQUESTS }, async () => {
        const answer = await scene.ask({ max_tokens: 100 });
        if (answer.status !== 200) refused.push(answer);
        return answer;
      });
      await waitFor(() => refused.length === REQUESTS - affordable, { what: 'what cannot be paid to be refused' });
      expect((await scene.account()).heldNanos).toBe((BigInt(affordable) * HOLD).toString());
      answerNow.resolve();

      const statuses = (await Promise.all(asked)).map(({ status }) => status).toSorted();
      expect(statuses).toEqual([...Array(affordable).fill(200), ...Array(REQUESTS - affordable).fill(402)]);
      expect(refused.every((answer) => refusalOf(answer)['limit'] === 'account')).toBe(true);
      expect(scene.endpoint.calls).toHaveLength(affordable);
      const spent = BigInt(affordable) * 40n * COST_OF_TOKEN;
      expect((await scene.settled()).balanceNanos).toBe((8n * HOLD - 1n - spent).toString());
      expect(await brokenRules(stage.admin)).toEqual([]);
    });

    it('never spend more than there is, though each uses all that it holds', async () => {
      const affordable = 9;
      const scene = await stage.scene({
        terms: TERMS,
        grantNanos: BigInt(affordable) * HOLD + 1n,
        script: answering('All of it.', { prompt_tokens: 3, completion_tokens: 100 }),
      });
      const answers = await Promise.all(Array.from({ length: REQUESTS }, () => scene.ask({ max_tokens: 100 })));
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(affordable);
      expect(answers.filter(({ status }) => status === 402)).toHaveLength(REQUESTS - affordable);
      const { balanceNanos, availableNanos } = await scene.settled();
      expect([balanceNanos, availableNanos]).toEqual(['1', '1']);
      expect(await scene.charges()).toHaveLength(affordable);
    });

    it('of one key never spend more than its quota', async () => {
      const scene = await stage.scene({
        terms: TERMS,
        key: { quotaNanos: (3n * HOLD).toString() },
        script: answering('All of it.', { prompt_tokens: 3, completion_tokens: 100 }),
      });
      const answers = await Promise.all(Array.from({ length: 30 }, () => scene.ask({ max_tokens: 100 })));
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(3);
      await scene.settled();
      expect((await stage.admin.keys(scene.accountId))[0]).toMatchObject({
        spentNanos: (3n * HOLD).toString(),
        heldNanos: '0',
      });
    });
  });
}
