import { describe, expect, it } from '@jest/globals';
import { FAULT_POINT_VARIABLE } from '@code-router/fault-points';
import { startDistributed, waitFor, type DistributedSystem } from '@code-router/testing';
import { brokenRules } from './relay/books.js';
import { CHANGED_MS_MAX, setStage, unique } from './relay/stage/stage.js';
import { completion } from './relay/stage/wire.js';

/** The long form takes minutes: `CODE_ROUTER_TEST_LONG=1 npm test -- test/replicas`. */
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
    const gateways = gatewaysOf(stage.system);
    const body = scene.body({ max_tokens: 100 });

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
        const { status } = await askAt(gateways[index % gateways.length] as string, secret, body);
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

  it('answer every request, and hold for it once, though a replica of quota dies after it has held and before it says so', async () => {
    const scene = await stage.scene();
    await stage.system.terminate('quota');
    await stage.system.restart('quota', { [FAULT_POINT_VARIABLE]: 'reservation.decided:1' });
    let answered = 0;
    // Each replica gets its share of the messages: one of the first requests meets the one that dies.
    while (stage.system.processes['quota'] !== undefined) {
      expect((await scene.ask()).status).toBe(200);
      answered += 1;
    }
    await stage.system.restart('quota');
    expect(await scene.settled()).toMatchObject({ heldNanos: '0' });
    expect(await scene.charges()).toHaveLength(answered);
    expect(await brokenRules(stage.admin)).toEqual([]);
  }, 240_000);

  it('refuse a key within a second of its being revoked or disabled, whichever of them knew it', async () => {
    for (const change of ['revoked', 'disabled'] as const) {
      const scene = await stage.scene();
      const gateways = gatewaysOf(stage.system);
      const statuses = () =>
        Promise.all(gateways.map(async (url) => (await askAt(url, scene.key.secret, scene.body())).status));
      expect(await statuses()).toEqual([200, 200, 200]);
      if (change === 'revoked') await stage.admin.revokeKey(scene.key.id);
      else await stage.admin.updateKey(scene.key.id, { status: 'disabled' });
      const refused = change === 'revoked' ? 401 : 403;
      await waitFor(async () => (await statuses()).every((status) => status === refused), {
        timeoutMs: CHANGED_MS_MAX,
        what: `the key to be refused everywhere, ${change}`,
      });
    }
  });

  it('charge another price within a second of its being entered, wherever the old one was known', async () => {
    const scene = await stage.scene();
    const gateways = gatewaysOf(stage.system);
    const versions = () =>
      Promise.all(gateways.map(async (url) => (await askAt(url, scene.key.secret, scene.body())).priceVersion));
    expect(new Set(await versions())).toEqual(new Set([scene.priceVersionId]));
    const { id } = await stage.admin.setPrice(scene.model, TERMS);
    await waitFor(async () => (await versions()).every((version) => version === id), {
      timeoutMs: CHANGED_MS_MAX,
      what: 'the new price everywhere',
    });
  });
});

function gatewaysOf({ urls }: DistributedSystem): readonly string[] {
  const gateways = Object.entries(urls).filter(([name]) => name.startsWith('gateway'));
  expect(gateways).toHaveLength(3);
  return gateways.map(([, url]) => url);
}

async function askAt(url: string, secret: string, body: object) {
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  await response.arrayBuffer();
  return { status: response.status, priceVersion: response.headers.get('x-code-router-price-version') };
}
