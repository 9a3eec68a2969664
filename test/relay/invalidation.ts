import { describe, expect, it } from '@jest/globals';
import { waitFor } from '@code-router/testing';
import { chargeOf, nanosOf, NANOS_PER_QUOTA_UNIT } from './stage/charge.js';
import type { Scene } from './stage/scene.js';
import { CHANGED_MS_MAX, TERMS, unique, type Stage } from './stage/stage.js';

const TOKENS = { input: 11, output: 7 };

async function costNow(scene: Scene): Promise<bigint> {
  const { headers } = await scene.ask();
  return nanosOf(headers.get('x-code-router-cost') ?? 'absent', NANOS_PER_QUOTA_UNIT);
}

/** What requests cost before a change, and what they cost first when it is another amount, within a second. */
async function costs(scene: Scene, change: () => Promise<unknown>): Promise<{ before: bigint; after: bigint }> {
  const before = await costNow(scene);
  await change();
  const after = await waitFor(
    async () => {
      const cost = await costNow(scene);
      return cost === before ? undefined : cost;
    },
    { timeoutMs: CHANGED_MS_MAX, what: 'another price' },
  );
  return { before, after };
}

export function describeInvalidation(stage: Stage): void {
  describe('without a restart, and within a second, requests are priced with', () => {
    const base = chargeOf(TOKENS, TERMS);
    const times = (millionths: bigint) => chargeOf(TOKENS, TERMS, millionths);

    it('another multiplier of their group', async () => {
      const { name: group } = await stage.admin.putGroup(unique('group'), '2');
      const scene = await stage.scene({ account: { group } });
      expect(await costs(scene, () => stage.admin.putGroup(group, '0.1'))).toEqual({
        before: times(2_000_000n),
        after: times(100_000n),
      });
    });

    it('the multiplier of another group that the account was moved to', async () => {
      const { name: group } = await stage.admin.putGroup(unique('group'), '3');
      const scene = await stage.scene();
      expect(await costs(scene, () => stage.admin.updateAccount(scene.accountId, { group }))).toEqual({
        before: base,
        after: times(3_000_000n),
      });
    });

    it('the multiplier of a group that the key was given', async () => {
      const { name: group } = await stage.admin.putGroup(unique('group'), '0.25');
      const scene = await stage.scene();
      expect(await costs(scene, () => stage.admin.updateKey(scene.key.id, { group }))).toEqual({
        before: base,
        after: times(250_000n),
      });
    });

    it('the multiplier of their model in their group, once there is one', async () => {
      const { name: group } = await stage.admin.putGroup(unique('group'), '2');
      const scene = await stage.scene({ account: { group } });
      const override = () => stage.admin.putMultiplier({ kind: 'model-in-group', model: scene.model, group }, '0.7');
      expect(await costs(scene, override)).toEqual({ before: times(2_000_000n), after: times(700_000n) });
    });

    it('the multiplier of their pair of groups, before every other', async () => {
      const [{ name: accountGroup }, { name: keyGroup }] = [
        await stage.admin.putGroup(unique('group'), '2'),
        await stage.admin.putGroup(unique('group'), '3'),
      ];
      const scene = await stage.scene({ account: { group: accountGroup }, key: { group: keyGroup } });
      await stage.admin.putMultiplier({ kind: 'model-in-group', model: scene.model, group: keyGroup }, '5');
      const override = () => stage.admin.putMultiplier({ kind: 'group-pair', accountGroup, keyGroup }, '0.9');
      expect(await costs(scene, override)).toEqual({ before: times(5_000_000n), after: times(900_000n) });
    });

    it('a new price version, which the answer names', async () => {
      const scene = await stage.scene();
      const terms = { rates: { input: '7000000001', output: '1000000007' }, perCallNanos: '13', tiers: [] };
      let version = '';
      const change = async () => {
        version = (await stage.admin.setPrice(scene.model, terms)).id;
      };
      expect(await costs(scene, change)).toEqual({ before: base, after: chargeOf(TOKENS, terms) });
      expect((await scene.ask()).headers.get('x-code-router-price-version')).toBe(version);
    });
  });

  it('a request is charged at the price it was admitted with, although the price changed while it was answered', async () => {
    const answerNow = Promise.withResolvers<void>();
    const scene = await stage.scene({
      script: async (call) => {
        await answerNow.promise;
        call.answer(200, { choices: [], usage: { prompt_tokens: 11, completion_tokens: 7 } });
      },
    });
    const asked = scene.ask();
    await waitFor(() => scene.endpoint.calls.length === 1, { what: 'the request to reach the provider' });
    await stage.admin.setPrice(scene.model, { ...TERMS, perCallNanos: '999999999' });
    answerNow.resolve();
    const { requestId, headers } = await asked;
    expect(headers.get('x-code-router-price-version')).toBe(scene.priceVersionId);
    expect(BigInt((await scene.record(requestId)).amountNanos)).toBe(chargeOf(TOKENS, TERMS));
  });
}
