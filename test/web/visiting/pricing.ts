import { beforeAll, describe, expect, it } from '@jest/globals';
import type { VisitingStage } from './visiting-stage.js';

/** Enough to fill the page, with everything that a price can have. */
const MODELS = [
  {
    name: 'acme/atlas',
    displayName: 'Atlas',
    vendor: 'Acme',
    description: 'A general model for long documents.',
    tags: ['flagship'],
    inputModalities: ['text', 'image'],
    aliases: ['atlas-latest'],
    contextWindow: 1_000_000,
    maxOutputTokens: 64_000,
    terms: {
      rates: { input: '2000000000', cachedInput: '200000000', cacheWrite5m: '2500000000', output: '8000000000' },
      perCallNanos: '0',
      tiers: [{ aboveInputTokens: 200_000, rates: { input: '4000000000', output: '12000000000' } }],
      units: { webSearchCall: '10000000' },
    },
  },
  {
    name: 'acme/atlas-mini',
    displayName: 'Atlas Mini',
    vendor: 'Acme',
    description: 'Small and quick.',
    tags: ['fast'],
    contextWindow: 128_000,
    maxOutputTokens: 16_000,
    terms: { rates: { input: '150000000', output: '600000000' }, perCallNanos: '0', tiers: [] },
  },
  {
    name: 'zenith/echo',
    displayName: 'Echo',
    vendor: 'Zenith',
    description: 'Speech in, speech out.',
    tags: ['fast', 'voice'],
    inputModalities: ['text', 'audio'],
    outputModalities: ['text', 'audio'],
    contextWindow: 32_000,
    maxOutputTokens: 4_000,
    terms: {
      rates: { input: '600000000', inputAudio: '10000000000', output: '2400000000', outputAudio: '20000000000' },
      perCallNanos: '1000000',
      tiers: [],
    },
  },
];

export function describePricing(stage: VisitingStage): void {
  beforeAll(async () => {
    for (const { terms, ...model } of MODELS) {
      await stage.operator.ask('POST', '/api/models', model);
      await stage.operator.ask('POST', '/api/prices', { model: model.name, terms, note: 'For the tests' });
    }
    await stage.operator.ask('PUT', '/api/groups', {
      name: 'batch',
      multiplierMillionths: '500000',
      description: 'Answered when there is room.',
      choosableBy: null,
    });
  }, 180_000);

  describe('the pricing page', () => {
    it('shows every model and what it costs to a visitor, and finds with each word', async () => {
      const visitor = await stage.web.visitor();
      const page = await visitor.open('/pricing');
      const table = page.getByRole('table', { name: 'Models and their prices' });
      const row = (name: string) =>
        table.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) });
      await row('Atlas').waitFor();
      expect(await row('Atlas').innerText()).toMatch(/\$2\.00[\s\S]*\$0\.20[\s\S]*\$8\.00/);
      expect(await row('Atlas').innerText()).toContain('Cache write, 5 min $2.50');
      expect(await row('Atlas').innerText()).toContain('Web search $0.01');
      expect(await row('Echo').innerText()).toContain('Per call $0.001');
      await visitor.screenshot('pricing');

      await page.getByRole('searchbox').fill('zenith VOICE');
      await row('Atlas').waitFor({ state: 'detached' });
      expect(await table.getByRole('row').count()).toBe(2);
      await page.waitForURL(/q=zenith/);
      await page.getByRole('searchbox').fill('nothing like this');
      await page.getByText('No model matches').waitFor();
      await page.getByRole('button', { name: 'Clear the filters' }).click();
      await row('Atlas').waitFor();

      await page.getByRole('combobox', { name: 'Vendor' }).selectOption('Acme');
      await row('Echo').waitFor({ state: 'detached' });
      await page.getByRole('combobox', { name: 'Vendor' }).selectOption('');
      await page.getByRole('button', { name: 'Output', exact: true }).click();
      await page.waitForURL(/sort=output/);
      const names = await table.getByRole('rowheader').getByRole('link').allInnerTexts();
      expect(names.indexOf('Atlas Mini')).toBeLessThan(names.indexOf('Echo'));
      expect(names.indexOf('Echo')).toBeLessThan(names.indexOf('Atlas'));

      await page.getByText('per 1K', { exact: true }).click();
      await page.getByText('$0.0006').first().waitFor();
      await page.getByText('Quota units', { exact: true }).click();
      await row('Atlas').getByText('1,000', { exact: true }).waitFor();
      expect(await visitor.seriousViolations()).toEqual([]);
      expect(visitor.problems()).toEqual([]);
      await visitor.close();
    });

    it('shows what a group makes of each price, and says why', async () => {
      const visitor = await stage.web.visitor();
      const page = await visitor.open('/pricing');
      await page.getByRole('combobox', { name: 'Group' }).selectOption('batch');
      await page.getByText('List prices are multiplied by 0.5.').waitFor();
      await page.getByText('Answered when there is room.').waitFor();
      const atlas = page.getByRole('row').filter({ hasText: 'acme/atlas' }).first();
      expect(await atlas.innerText()).toContain('$1.00');
      await visitor.screenshot('pricing-group');
      await page.getByRole('link', { name: 'Atlas', exact: true }).click();
      await page.getByText('List prices × 0.5: the multiplier of the group batch.').waitFor();
      expect(visitor.problems()).toEqual([]);
      await visitor.close();
    });

    it('opens on the own group of whoever is signed in', async () => {
      await stage.operator.ask('PUT', '/api/groups', {
        name: 'partner',
        multiplierMillionths: '800000',
        description: '',
      });
      const somebody = await stage.operator.person('prices-partner', { group: 'partner' });
      const visitor = await stage.web.visitor({ signedInAs: somebody });
      const page = await visitor.open('/pricing');
      await page.getByText('Prices for accounts of the group partner.').waitFor();
      await page.getByText('$1.60').first().waitFor();
      expect(visitor.problems()).toEqual([]);
      await visitor.close();
    });

    it('can be read on a phone, in Chinese and in the dark', async () => {
      const visitor = await stage.web.visitor({ device: 'phone', language: 'zh', theme: 'dark' });
      const page = await visitor.open('/pricing');
      await page.getByRole('link', { name: 'Atlas', exact: true }).waitFor();
      expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('价格');
      expect(await visitor.sidewaysScroll()).toBe(0);
      expect(await visitor.seriousViolations()).toEqual([]);
      await visitor.screenshot('pricing');
      // There are no heads of columns to press here.
      await page.getByRole('combobox', { name: '排序' }).selectOption('output down');
      await page.waitForURL(/sort=output/);
      const names = await page.getByRole('rowheader').getByRole('link').allInnerTexts();
      expect(names.indexOf('Atlas')).toBeLessThan(names.indexOf('Atlas Mini'));
      expect(visitor.problems()).toEqual([]);
      await visitor.close();
    });

    it('says what went wrong when the prices cannot be read, and reads them when asked again', async () => {
      const visitor = await stage.web.visitor();
      let failing = true;
      await visitor.page.route('**/api/catalog', (route) =>
        failing
          ? route.fulfill({ status: 403, json: { error: { code: 'forbidden', message: 'Not today.', type: 'x' } } })
          : route.continue(),
      );
      const page = await visitor.open('/pricing');
      await page.getByText('Not today.').waitFor();
      failing = false;
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.getByRole('link', { name: 'Atlas', exact: true }).waitFor();
      expect(await page.getByText('Not today.').count()).toBe(0);
      await visitor.close();
    });
  });

  describe('the page of a model', () => {
    it('tells what it is, what it costs, cost and will cost, and how it is called', async () => {
      const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
      await stage.operator.ask('POST', '/api/prices', {
        model: 'acme/atlas-mini',
        terms: { rates: { input: '300000000', output: '600000000' }, perCallNanos: '0', tiers: [] },
        effectiveFrom: tomorrow,
        note: 'Announced',
      });
      const visitor = await stage.web.visitor();
      const page = await visitor.open('/pricing/model?name=acme%2Fatlas-mini');
      await page.getByRole('heading', { level: 1, name: 'Atlas Mini' }).waitFor();
      const history = page.getByRole('table', { name: 'Price history' });
      expect(await history.getByRole('row').nth(1).innerText()).toMatch(/To come[\s\S]*\$0\.30 \(\+100%\)/);
      expect(await history.getByRole('row').nth(2).innerText()).toContain('In force');
      const sample = await page.getByRole('region', { name: 'Example in curl' }).innerText();
      expect(sample).toContain(`${stage.web.baseUrl}/v1/chat/completions`);
      expect(sample).toContain('"model":"acme/atlas-mini"');
      await page.getByRole('tab', { name: 'Python' }).click();
      expect(await page.getByRole('region', { name: 'Example in Python' }).innerText()).toContain(
        `${stage.web.baseUrl}/v1`,
      );
      expect(await visitor.seriousViolations()).toEqual([]);
      await visitor.open('/pricing/model?name=acme%2Fatlas');
      await page.getByRole('cell', { name: '$12.00' }).waitFor();
      await visitor.screenshot('model');
      expect(visitor.problems()).toEqual([]);
      await visitor.close();
    });

    it('says that there is no such model', async () => {
      const visitor = await stage.web.visitor();
      const page = await visitor.open('/pricing/model?name=nobody');
      await page.getByText('There is no such model').waitFor();
      expect(visitor.problems([/404/])).toEqual([]);
      await visitor.close();
    });
  });

  describe('the calculator', () => {
    it('costs what the gateway would charge, for models side by side, from counts or from a prompt', async () => {
      const visitor = await stage.web.visitor();
      const page = await visitor.open('/pricing');
      await page.getByRole('checkbox', { name: 'Compare Atlas', exact: true }).check();
      await page.getByRole('checkbox', { name: 'Compare Atlas Mini' }).check();
      await page.getByRole('link', { name: 'Compare 2 models' }).click();
      await page.getByRole('heading', { level: 1, name: 'Calculate a cost' }).waitFor();
      const cost = (model: string) => page.getByTestId(`cost-${model}`);
      await page.getByLabel('Input', { exact: true }).fill('1000');
      await page.getByLabel('Expected output tokens').fill('500');
      // 1000 x 2.00 / 1M + 500 x 8.00 / 1M; 1000 x 0.15 / 1M + 500 x 0.60 / 1M.
      await cost('acme/atlas').getByText('$0.006', { exact: true }).waitFor();
      await cost('acme/atlas-mini').getByText('$0.00045', { exact: true }).waitFor();
      const first = page.getByRole('region').filter({ hasText: 'Cheapest' });
      expect(await first.getAttribute('aria-label')).toBe('Atlas Mini');

      await page.getByLabel('Input', { exact: true }).fill('250000');
      await page.getByText('Above 200K input tokens').waitFor();
      // The dearer tier: 250,000 x 4.00 / 1M + 500 x 12.00 / 1M.
      await cost('acme/atlas').getByText('$1.006', { exact: true }).waitFor();
      await visitor.screenshot('calculator');

      await page.getByText('From a prompt', { exact: true }).click();
      await page.getByLabel('Prompt', { exact: true }).fill('Hello, world! How are you today?');
      await page.getByText('9 input tokens').waitFor({ timeout: 30_000 });
      await page.getByLabel('Number of requests').fill('1000');
      // 9 x 0.15 / 1M + 500 x 0.60 / 1M, a thousand times.
      await cost('acme/atlas-mini').getByText('$0.30135', { exact: true }).waitFor();
      expect(await visitor.seriousViolations()).toEqual([]);
      expect(visitor.problems()).toEqual([]);
      await visitor.close();
    });
  });
}
