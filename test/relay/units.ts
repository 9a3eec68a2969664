import { describe, expect, it } from '@jest/globals';
import type { PriceTermsText } from '@code-router/money';
import { NANOS_PER_CREDIT, NANOS_PER_QUOTA_UNIT, nanosOf } from './stage/charge.js';
import type { Scene } from './stage/scene.js';
import type { Stage } from './stage/stage.js';
import { answering, completion, finishChunk, textChunk, usageChunk, USAGE, type WireUsage } from './stage/wire.js';

const SEARCH_NANOS = 10_000_000n;
/** A nano for each token, and a cent for each search. */
const TERMS: PriceTermsText = {
  rates: { input: '1000000', output: '1000000' },
  perCallNanos: '0',
  tiers: [],
  units: { webSearchCall: SEARCH_NANOS.toString() },
};
const TOKENS = 18n;

const cited = { type: 'url_citation', url_citation: { url: 'https://example.org', title: 'Example' } };

/** The charge, the cost that the answer tells, and what the hold was. */
async function charged(scene: Scene): Promise<bigint> {
  const record = await scene.onlyRecord();
  const entry = await scene.chargeFor(record);
  expect(entry.amountNanos).toBe(`-${record.amountNanos}`);
  return BigInt(record.amountNanos);
}

export function describeUnits(stage: Stage): void {
  describe('searches of the web, which are priced by the piece', () => {
    const reporting = (usage: WireUsage) => answering('Text.', { ...USAGE, ...usage });

    it.each([
      ['what the provider says', reporting({ server_tool_use: { web_search_requests: 3 } }), {}, 3n],
      ['what was asked for, where the provider says nothing', reporting({}), { web_search_options: {} }, 1n],
      [
        'what the provider says, though more was asked for',
        reporting({ server_tool_use: { web_search_requests: 0 } }),
        { web_search_options: {} },
        0n,
      ],
      [
        'once, though they are asked for, reported and cited',
        ((call) => {
          const message = { role: 'assistant', content: 'Text.', annotations: [cited] };
          const choices = [{ index: 0, message, finish_reason: 'stop' }];
          call.answer(200, { ...completion('', { ...USAGE, num_search_queries: 1 }), choices });
        }) satisfies Parameters<Stage['upstream']['endpoint']>[0],
        { web_search_options: {} },
        1n,
      ],
      ['not at all where there are none', reporting({}), {}, 0n],
    ] as const)('are charged as %s, and the same wherever it is told', async (_what, script, fields, searches) => {
      const scene = await stage.scene({ terms: TERMS, script });
      const answer = await scene.ask(fields);
      const expected = TOKENS + searches * SEARCH_NANOS;
      const { usage } = JSON.parse(answer.text) as { usage: { cost: number } };
      expect(BigInt(Math.round(usage.cost * 1e9))).toBe(expected);
      expect(nanosOf(answer.headers.get('x-code-router-cost') ?? '', NANOS_PER_QUOTA_UNIT)).toBe(expected);
      expect(await charged(scene)).toBe(expected);
    });

    it('are charged in a stream that cites the web, and told in its usage', async () => {
      const scene = await stage.scene({
        terms: TERMS,
        script: (call) => {
          call.startEvents();
          call.send(textChunk('News.'));
          const choices = [{ index: 0, delta: { annotations: [cited] }, finish_reason: null }];
          call.send({ ...textChunk(''), choices });
          call.send(finishChunk());
          call.send(usageChunk());
          call.endEvents();
        },
      });
      const answer = await scene.ask({ stream: true, stream_options: { include_usage: true } });
      expect(answer.text).toContain('"cost":0.010000018,');
      expect(await charged(scene)).toBe(TOKENS + SEARCH_NANOS);
    });

    it('are charged where the provider sent no usage at all', async () => {
      const scene = await stage.scene({
        terms: TERMS,
        script: (call) => call.answer(200, completion('Text.', null)),
      });
      await scene.ask({ web_search_options: {} });
      expect(await charged(scene)).toBeGreaterThan(SEARCH_NANOS);
      expect(await scene.onlyRecord()).toMatchObject({ estimated: true });
    });

    it('are held for before the provider is called, and quoted', async () => {
      const scene = await stage.scene({ terms: TERMS, grantNanos: NANOS_PER_CREDIT / 100n });
      expect((await scene.ask({ max_tokens: 10 })).status).toBe(200);
      const refused = await scene.ask({ max_tokens: 10, web_search_options: {} });
      expect(refused.status).toBe(402);
      expect(scene.endpoint.calls).toHaveLength(1);

      const response = await fetch(`${scene.baseUrl}/v1/quote`, {
        method: 'POST',
        headers: { authorization: `Bearer ${scene.key.secret}`, 'content-type': 'application/json' },
        body: JSON.stringify(scene.body({ max_tokens: 10, web_search_options: {} })),
      });
      const quote = (await response.json()) as { units_max: object; cost_max_nanos: string; affordable: object };
      expect(quote).toMatchObject({
        units_max: { webSearchCall: 5 },
        affordable: { key: true, member: true, account: false },
      });
      expect(BigInt(quote.cost_max_nanos)).toBeGreaterThan(5n * SEARCH_NANOS);
    });
  });
}
