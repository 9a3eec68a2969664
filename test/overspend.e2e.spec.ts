import { describe, expect, it } from '@jest/globals';
import { startDistributed, waitFor } from '@code-router/testing';
import { brokenRules } from './relay/books.js';
import { setStage, unique } from './relay/stage/stage.js';
import { completion } from './relay/stage/wire.js';

/** The long form takes minutes: `CODE_ROUTER_TEST_LONG=1 npm test -- test/overspend`. */
const ROUNDS = process.env['CODE_ROUTER_TEST_LONG'] === '1' ? 1_000 : 3;
const REQUESTS = 500;
const AFFORDABLE = 7;

/** What is read is free, and what is written costs a thousandth of a credit: 100 tokens hold a tenth of a credit. */
const TERMS = { rates: { input: '0', output: '1000000000000' }, perCallNanos: '0', tiers: [] };
const HOLD = 100_000_000n;
const WRITTEN = 40;
const COST = BigInt(WRITTEN) * 1_000_000n;
const GRANT = BigInt(AFFORDABLE + 1) * HOLD - 1n;

describe('three gateways and three replicas of quota', () => {
  const stage = setStage((onLine) => startDistributed({ replicas: { gateway: 3, quota: 3 }, onLine }));

  it(`admit ${AFFORDABLE} of ${REQUESTS} requests at once when the balance affords ${AFFORDABLE}, time and again`, async () => {
    let answerNow = Promise.withResolvers<void>();
    const scene = await stage.scene({
      terms: TERMS,
      script: async (call) => {
        await answerNow.promise;
        call.answer(200, completion('Short.', { prompt_tokens: 3, completion_tokens: WRITTEN }));
      },
    });
    const gateways = Object.entries(stage.system.urls).filter(([name]) => name.startsWith('gateway'));
    expect(gateways).toHaveLength(3);
    const body = JSON.stringify(scene.body({ max_tokens: 100 }));
    const ask = async (index: number, secret: string): Promise<number> => {
      const [, url] = gateways[index % gateways.length] as [string, string];
      const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' };
      const response = await fetch(`${url}/v1/chat/completions`, { method: 'POST', headers, body });
      await response.arrayBuffer();
      return response.status;
    };

    for (let round = 0; round < ROUNDS; round += 1) {
      answerNow = Promise.withResolvers<void>();
      const calledBefore = scene.endpoint.calls.length;
      const { id: accountId } = await stage.admin.createAccount({ name: unique('account') });
      const [{ secret }] = await Promise.all([
        stage.admin.createKey({ accountId, name: 'key' }),
        stage.admin.grant(accountId, GRANT, unique('grant')),
      ]);
      let refused = 0;
      const asked = Array.from({ length: REQUESTS }, async (_, index) => {
        const status = await ask(index, secret);
        if (status === 402) refused += 1;
        return status;
      });
      await waitFor(() => refused === REQUESTS - AFFORDABLE, { what: 'what cannot be paid to be refused' });
      expect((await stage.admin.account(accountId)).heldNanos).toBe((BigInt(AFFORDABLE) * HOLD).toString());
      answerNow.resolve();

      const statuses = await Promise.all(asked);
      expect(statuses.filter((status) => status === 200)).toHaveLength(AFFORDABLE);
      expect(scene.endpoint.calls.length - calledBefore).toBe(AFFORDABLE);
      const account = await waitFor(
        async () => {
          const read = await stage.admin.account(accountId);
          return read.heldNanos === '0' ? read : undefined;
        },
        { what: 'the holds to be settled' },
      );
      expect(account.balanceNanos).toBe((GRANT - BigInt(AFFORDABLE) * COST).toString());
    }
    expect(await brokenRules(stage.admin)).toEqual([]);
  }, 1_800_000);
});
