import { describe, expect, it } from '@jest/globals';
import { waitFor } from '@code-router/testing';
import { refusalOf } from './stage/scene.js';
import type { Stage } from './stage/stage.js';
import { answering, finishChunk, textChunk } from './stage/wire.js';

/** A nano for each token. */
const TERMS = { rates: { input: '1000000', output: '1000000' }, perCallNanos: '0', tiers: [] };

export function describeLimits(stage: Stage): void {
  describe('a limit per minute', () => {
    it('of requests lets through as many as it says, tells what is left, and when to come again', async () => {
      const scene = await stage.scene({ key: { requestsPerMinute: 2 } });
      const [first, second, third] = [await scene.ask(), await scene.ask(), await scene.ask()];
      expect([first.status, second.status, third.status]).toEqual([200, 200, 429]);
      expect(first.headers.get('x-ratelimit-limit-requests')).toBe('2');
      expect(first.headers.get('x-ratelimit-remaining-requests')).toBe('1');
      expect(second.headers.get('x-ratelimit-remaining-requests')).toBe('0');
      expect(first.headers.get('x-ratelimit-reset-requests')).toMatch(/^\d+\.\d{3}s$/);
      expect(refusalOf(third)).toMatchObject({
        code: 'rate_limit_exceeded',
        limit: 'key',
        limitName: 'requests_per_minute',
      });
      const retryAfter = Number(third.headers.get('retry-after'));
      expect(retryAfter).toBeGreaterThan(0);
      expect(retryAfter).toBeLessThanOrEqual(120);
      expect(scene.endpoint.calls).toHaveLength(2);
    });

    it('of tokens refuses what can never fit, and says that waiting does not help', async () => {
      const scene = await stage.scene({ key: { tokensPerMinute: 50 } });
      const answer = await scene.ask({ max_tokens: 1_000 });
      expect(answer.status).toBe(400);
      expect(answer.headers.get('retry-after')).toBeNull();
      expect(refusalOf(answer)).toMatchObject({ code: 'request_too_large', limitName: 'tokens_per_minute' });
    });
  });

  describe('a key with rules', () => {
    it('is refused other models, and does not list them', async () => {
      const scene = await stage.scene({ key: { allowedModels: ['another-model'] } });
      const answer = await scene.ask();
      expect(answer.status).toBe(403);
      expect(refusalOf(answer)).toMatchObject({ code: 'model_not_allowed', param: 'model' });
      expect((await scene.openai().models.list()).data).toEqual([]);
    });

    it('is refused from other addresses', async () => {
      const [elsewhere, here] = await Promise.all([
        stage.scene({ key: { allowedIps: ['192.0.2.0/24'] } }),
        stage.scene({ key: { allowedIps: ['127.0.0.0/8', '::1'] } }),
      ]);
      const answer = await elsewhere.ask();
      expect(answer.status).toBe(403);
      expect(refusalOf(answer)).toMatchObject({ code: 'ip_not_allowed' });
      expect((await here.ask()).status).toBe(200);
    });

    it('spends no more than its budget of the period', async () => {
      const usage = { prompt_tokens: 10, completion_tokens: 10 };
      const scene = await stage.scene({
        terms: TERMS,
        script: answering('Text.', usage),
        key: { budget: { nanos: '500', period: 'daily' } },
      });
      expect((await scene.ask({ max_tokens: 10 })).status).toBe(200);
      const answer = await scene.ask({ max_tokens: 500 });
      expect(answer.status).toBe(402);
      expect(refusalOf(answer)).toMatchObject({ code: 'insufficient_quota', limit: 'key', limitName: 'budget' });
    });
  });

  describe('an answer that is more than can be paid', () => {
    it('is asked for in fewer tokens where the caller wishes, and says so', async () => {
      const scene = await stage.scene({ terms: TERMS, grantNanos: 300n });
      expect((await scene.ask({ max_tokens: 1_000 })).status).toBe(402);
      const lowered = await scene.ask(
        { max_tokens: 1_000 },
        { authorization: `Bearer ${scene.key.secret}`, 'x-code-router-lower-max-tokens': 'true' },
      );
      expect(lowered.status).toBe(200);
      const most = Number(lowered.headers.get('x-code-router-max-tokens'));
      expect(most).toBeGreaterThan(100);
      expect(most).toBeLessThan(300);
      const [call] = scene.endpoint.calls;
      expect(JSON.parse(call?.body.toString() ?? '{}')).toMatchObject({ max_tokens: most });
    });

    it('is asked for in fewer tokens where the account has chosen so, unless the request says otherwise', async () => {
      const scene = await stage.scene({ terms: TERMS, grantNanos: 300n, account: { lowerOutput: true } });
      const authorization = `Bearer ${scene.key.secret}`;
      const refused = await scene.ask(
        { max_tokens: 1_000 },
        { authorization, 'x-code-router-lower-max-tokens': 'false' },
      );
      expect(refused.status).toBe(402);
      const lowered = await scene.ask({ max_tokens: 1_000 });
      expect(lowered.status).toBe(200);
      const most = Number(lowered.headers.get('x-code-router-max-tokens'));
      expect(most).toBeGreaterThan(100);
      const [call] = scene.endpoint.calls;
      expect(JSON.parse(call?.body.toString() ?? '{}')).toMatchObject({ max_tokens: most });
    });

    it('is refused as before as soon as the account no longer chooses so', async () => {
      const scene = await stage.scene({ terms: TERMS, grantNanos: 3_000n, account: { lowerOutput: true } });
      expect((await scene.ask({ max_tokens: 4_000 })).status).toBe(200);
      await stage.admin.updateAccount(scene.accountId, { lowerOutput: false });
      await waitFor(async () => (await scene.ask({ max_tokens: 4_000 })).status === 402, { what: 'a refusal' });
      const authorization = `Bearer ${scene.key.secret}`;
      const asked = await scene.ask({ max_tokens: 4_000 }, { authorization, 'x-code-router-lower-max-tokens': 'true' });
      expect(asked.status).toBe(200);
    });

    it('is cut at its hold, with an end that every client understands, and billed for what was written', async () => {
      const scene = await stage.scene({
        terms: TERMS,
        script: (call) => {
          call.startEvents();
          // A provider that does not keep to the limit that it was given.
          for (let index = 0; index < 500; index += 1) call.send(textChunk('x'));
          call.send(finishChunk());
          call.endEvents();
        },
      });
      const stream = await scene.openai().chat.completions.create({ ...scene.body({ max_tokens: 20 }), stream: true });
      const reasons: unknown[] = [];
      let text = '';
      for await (const chunk of stream) {
        text += chunk.choices[0]?.delta.content ?? '';
        if (chunk.choices[0]?.finish_reason) reasons.push(chunk.choices[0].finish_reason);
      }
      expect(reasons).toContain('length');
      expect(text.length).toBeGreaterThanOrEqual(20);
      expect(text.length).toBeLessThanOrEqual(500);
      const record = await scene.onlyRecord();
      expect(record).toMatchObject({ outcome: 'settled', estimated: true, finishReason: 'length' });
      expect(record.tokens.output).toBeGreaterThanOrEqual(20);
    });
  });
}
