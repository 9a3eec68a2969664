import { describe, expect, it } from '@jest/globals';
import { refusalOf, type Scene } from './stage/scene.js';
import { TERMS, type Stage } from './stage/stage.js';
import { answering } from './stage/wire.js';

interface CallerQuote {
  readonly id: string;
  readonly model: string;
  readonly price_version: string;
  readonly cost_max_nanos: string;
  readonly output_tokens_max: number;
  readonly units_max: Readonly<Record<string, number>>;
  readonly affordable: { readonly key: boolean; readonly account: boolean };
  readonly expires_at: string;
}

async function quoteOf(scene: Scene, others: object = {}): Promise<CallerQuote> {
  const response = await fetch(`${scene.baseUrl}/v1/quote`, {
    method: 'POST',
    headers: { authorization: `Bearer ${scene.key.secret}`, 'content-type': 'application/json' },
    body: JSON.stringify(scene.body(others)),
  });
  expect(response.status).toBe(200);
  return (await response.json()) as CallerQuote;
}

const withQuote = (scene: Scene, id: string) => ({
  authorization: `Bearer ${scene.key.secret}`,
  'x-code-router-quote': id,
});

export function describeQuotes(stage: Stage): void {
  describe('a quote', () => {
    it('says what a request costs at most, without calling a provider', async () => {
      const scene = await stage.scene({ terms: TERMS, grantNanos: 1_000_000n, key: { quotaNanos: '100000000' } });
      const quote = await quoteOf(scene, { max_tokens: 100 });
      expect(quote).toMatchObject({
        model: scene.model,
        price_version: scene.priceVersionId,
        output_tokens_max: 100,
        affordable: { key: true, account: false },
      });
      expect(BigInt(quote.cost_max_nanos)).toBeGreaterThan(1_000_000n);
      expect(Date.parse(quote.expires_at)).toBeGreaterThan(Date.now());
      expect(scene.endpoint.calls).toEqual([]);
    });

    it('is the price that is charged when it is sent back, whatever the price is by then', async () => {
      const usage = { prompt_tokens: 1_000, completion_tokens: 1_000 };
      const scene = await stage.scene({ terms: TERMS, script: answering('Text.', usage) });
      const quote = await quoteOf(scene);
      const dearer = { ...TERMS, rates: { input: '9000000000', output: '90000000000' } };
      const { id: newVersion } = await stage.admin.setPrice(scene.model, dearer);

      const promised = await scene.ask({}, withQuote(scene, quote.id));
      expect(promised.headers.get('x-code-router-price-version')).toBe(scene.priceVersionId);
      expect(promised.headers.get('x-code-router-cost')).not.toBe('49500');
      const current = await scene.ask();
      expect(current.headers.get('x-code-router-price-version')).toBe(newVersion);
      expect(current.headers.get('x-code-router-cost')).toBe('49500');
    });

    it('binds nobody else, and for nothing else', async () => {
      const [mine, other] = await Promise.all([stage.scene(), stage.scene()]);
      const { id } = await quoteOf(mine);
      for (const answer of [
        await other.ask({}, withQuote(other, id)),
        await mine.ask({}, withQuote(mine, 'quote_unknown')),
        await mine.ask({ model: other.model }, withQuote(mine, id)),
      ]) {
        expect(answer.status).toBe(400);
        expect(refusalOf(answer)).toMatchObject({ code: 'invalid_request_error', param: 'x-code-router-quote' });
      }
    });
  });
}
