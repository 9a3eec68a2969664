import { describe, expect, it } from '@jest/globals';
import OpenAI from 'openai';
import { waitFor } from '@code-router/testing';
import { refusalOf, type Answer, type Scene } from './stage/scene.js';
import { CHANGED_MS_MAX, TERMS, channelTo, unique, type Stage } from './stage/stage.js';

function refusal(answer: Answer): object {
  return answer.status === 200 ? { status: 200 } : { status: answer.status, code: refusalOf(answer).code };
}

/**
 * Uses the scene's key, so that the gateway keeps what is known of it, and resolves to the first answer that is another
 * one after a change, within a second.
 */
async function answerAfter(scene: Scene, change: () => Promise<unknown>): Promise<object> {
  const before = JSON.stringify(refusal(await scene.ask()));
  await change();
  return waitFor(
    async () => {
      const answer = refusal(await scene.ask());
      return JSON.stringify(answer) === before ? undefined : answer;
    },
    { timeoutMs: CHANGED_MS_MAX, what: 'the change to be in force' },
  );
}

export function describeAccess(stage: Stage): void {
  describe('a key', () => {
    it.each<[string, (key: string) => Record<string, string>]>([
      ['as a bearer token', (key) => ({ authorization: `Bearer ${key}` })],
      ['as a bearer token, however the scheme is written', (key) => ({ authorization: `bearer ${key}` })],
      ['in x-api-key', (key) => ({ 'x-api-key': key })],
      ['in x-goog-api-key', (key) => ({ 'x-goog-api-key': key })],
    ])('is accepted %s', async (_, headers) => {
      const scene = await stage.scene();
      expect((await scene.ask({}, headers(scene.key.secret))).status).toBe(200);
    });

    it.each<[string, (key: string) => Record<string, string>]>([
      ['missing', () => ({})],
      ['of somebody else’s product', () => ({ authorization: 'Bearer sk-proj-0123456789abcdefghijklmnopqrstuv' })],
      [
        'with a wrong letter',
        (key) => ({ authorization: `Bearer ${key.slice(0, -1)}${key.endsWith('a') ? 'b' : 'a'}` }),
      ],
      ['cut short', (key) => ({ authorization: `Bearer ${key.slice(0, -4)}` })],
      ['empty', () => ({ authorization: 'Bearer ' })],
    ])('that is %s is refused with 401 invalid_api_key', async (_, headers) => {
      const scene = await stage.scene();
      const answer = await scene.ask({}, headers(scene.key.secret));
      expect(answer.status).toBe(401);
      expect(refusalOf(answer)).toMatchObject({ type: 'invalid_request_error', code: 'invalid_api_key', param: null });
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
      expect(answer.text).not.toContain(scene.key.secret);
      expect(scene.endpoint.calls).toHaveLength(0);
    });

    it('begins as clients insist on', async () => {
      expect((await stage.scene()).key.secret).toMatch(/^sk-/);
    });

    it('works as soon as it is made, also after its account was refused', async () => {
      const scene = await stage.scene();
      const { secret } = await stage.admin.createKey({ accountId: scene.accountId, name: 'another' });
      expect((await scene.ask({}, { 'x-api-key': secret })).status).toBe(200);
    });

    it('is refused within a second of being disabled, and works again when it is enabled', async () => {
      const scene = await stage.scene();
      const set = (status: 'active' | 'disabled') => () => stage.admin.updateKey(scene.key.id, { status });
      expect(await answerAfter(scene, set('disabled'))).toEqual({ status: 403, code: 'key_disabled' });
      expect(await answerAfter(scene, set('active'))).toEqual({ status: 200 });
    });

    it('is refused within a second of its account being disabled', async () => {
      const scene = await stage.scene();
      const disable = () => stage.admin.updateAccount(scene.accountId, { status: 'disabled' });
      expect(await answerAfter(scene, disable)).toEqual({ status: 403, code: 'account_disabled' });
    });

    it('is refused when it has expired', async () => {
      const scene = await stage.scene();
      const expiresAt = new Date(Date.now() - 1_000).toISOString();
      expect(await answerAfter(scene, () => stage.admin.updateKey(scene.key.id, { expiresAt }))).toEqual({
        status: 401,
        code: 'key_expired',
      });
    });

    it('may have only so many requests under way; more are told when to come again', async () => {
      const answerNow = Promise.withResolvers<void>();
      const scene = await stage.scene({
        key: { concurrencyMax: 2 },
        script: async (call) => {
          await answerNow.promise;
          call.answer(200, { choices: [], usage: { prompt_tokens: 1, completion_tokens: 1 } });
        },
      });
      const admitted = [scene.ask(), scene.ask()];
      await waitFor(() => scene.endpoint.calls.length === 2, { what: 'two requests to be under way' });
      const refused = await scene.ask();
      expect(refused.status).toBe(429);
      expect(refusalOf(refused)).toMatchObject({ type: 'rate_limit_error', code: 'rate_limit_exceeded', limit: 'key' });
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
      answerNow.resolve();
      expect((await Promise.all(admitted)).map(({ status }) => status)).toEqual([200, 200]);
      await scene.settled();
      expect((await scene.ask()).status).toBe(200);
    });
  });

  describe('money that is missing', () => {
    // The answer may have 100 tokens of a thousandth of a credit each; what is read is free, so the hold is known.
    const terms = { rates: { input: '0', output: '1000000000000' }, perCallNanos: '0', tiers: [] };
    const needed = '100000000';

    it('on the account is refused with 402, which says how much is needed and how much there is', async () => {
      const scene = await stage.scene({ terms, grantNanos: 99_999_999n });
      const answer = await scene.ask({ max_tokens: 100 });
      expect(answer.status).toBe(402);
      expect(refusalOf(answer)).toMatchObject({
        type: 'insufficient_quota',
        code: 'insufficient_quota',
        param: null,
        limit: 'account',
        neededNanos: needed,
        availableNanos: '99999999',
        needed: '50000',
        available: '49999.9995',
      });
      expect(answer.headers.get('retry-after')).toBeNull();
    });

    it('on the key is refused with 402 that names the key, however rich the account is', async () => {
      const scene = await stage.scene({ terms, key: { quotaNanos: '5000000' } });
      const answer = await scene.ask({ max_tokens: 100 });
      expect(answer.status).toBe(402);
      expect(refusalOf(answer)).toMatchObject({
        code: 'insufficient_quota',
        limit: 'key',
        neededNanos: needed,
        availableNanos: '5000000',
      });
    });

    it('is no matter any more as soon as it was granted', async () => {
      const scene = await stage.scene({ terms, grantNanos: 0n });
      expect((await scene.ask({ max_tokens: 100 })).status).toBe(402);
      await stage.admin.grant(scene.accountId, BigInt(needed), unique('grant'));
      expect((await scene.ask({ max_tokens: 100 })).status).toBe(200);
    });
  });

  describe('the list of models', () => {
    it('has what the group of the key may use and a channel serves, and nothing else', async () => {
      const [mine, others] = await Promise.all(
        ['mine', 'others'].map((name) => stage.admin.putGroup(unique(name), '1')),
      );
      if (!mine || !others) throw new Error('two groups were wanted');
      const scene = await stage.scene({
        account: { group: mine.name },
        model: { name: unique('vendor/model'), visibleTo: [mine.name] },
      });
      const hidden = await stage.scene({ model: { visibleTo: [others.name] } });
      const unserved = await stage.scene({ channel: { groups: [others.name] } });
      const unpriced = await stage.admin.createModel({
        name: unique('unpriced'),
        contextWindow: 1,
        maxOutputTokens: 1,
      });
      const client = scene.openai();

      const listed: string[] = [];
      for await (const model of client.models.list()) listed.push(model.id);
      expect(listed).toContain(scene.model);
      for (const { name } of [{ name: hidden.model }, { name: unserved.model }, unpriced]) {
        expect(listed).not.toContain(name);
        await expect(client.models.retrieve(name)).rejects.toMatchObject({ status: 404, code: 'model_not_found' });
      }
      expect(await client.models.retrieve(scene.model)).toMatchObject({ id: scene.model, object: 'model' });

      const refused = await scene.ask({ model: hidden.model });
      expect(refusal(refused)).toEqual({ status: 404, code: 'model_not_found' });
    });

    it('finds a model whose name has a slash, written as it is or encoded', async () => {
      const scene = await stage.scene({ model: { name: unique('vendor/some:model') } });
      for (const name of [scene.model, encodeURIComponent(scene.model)]) {
        const response = await fetch(`${scene.baseUrl}/v1/models/${name}`, {
          headers: { 'x-api-key': scene.key.secret },
        });
        expect(await response.json()).toMatchObject({ id: scene.model });
      }
    });

    it('needs a key', async () => {
      const scene = await stage.scene();
      const listing = scene.openai({ apiKey: 'sk-wrong' }).models.list();
      await expect(listing).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
    });

    it('follows the group of the key before that of its account', async () => {
      const [{ name: group }, { name: keyGroup }] = [
        await stage.admin.putGroup(unique('account-group'), '1'),
        await stage.admin.putGroup(unique('key-group'), '1'),
      ];
      const scene = await stage.scene({ account: { group }, model: { visibleTo: [keyGroup] } });
      expect((await scene.ask()).status).toBe(404);
      expect(await answerAfter(scene, () => stage.admin.updateKey(scene.key.id, { group: keyGroup }))).toEqual({
        status: 200,
      });
    });

    it('has a model as soon as a channel serves it', async () => {
      const scene = await stage.scene({ channel: { status: 'disabled' } });
      await stage.admin.setPrice(scene.model, TERMS);
      expect((await scene.ask()).status).toBe(503);
      expect(await answerAfter(scene, () => stage.admin.createChannel(channelTo(scene.endpoint, scene.model)))).toEqual(
        {
          status: 200,
        },
      );
    });
  });
}
