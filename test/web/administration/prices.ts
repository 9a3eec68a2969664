import { describe, expect, it } from '@jest/globals';
import type { AdminStage, Items } from './admin-stage.js';

interface Version {
  readonly effectiveFrom: string;
  readonly isPlaceholder: boolean;
  readonly terms: { readonly rates: Readonly<Record<string, string>> };
}

/** What a list of each format holds, and what the dry run must say of it. */
const LISTS = [
  {
    format: 'Code Router CSV',
    content: 'name,contextWindow,maxOutputTokens,input,output\nlist/csv,128000,4096,2.5,10\n',
    model: 'list/csv',
    rates: { input: '2500000000', output: '10000000000' },
  },
  {
    format: 'LiteLLM price map',
    content: JSON.stringify({
      'list/litellm': {
        max_input_tokens: 128_000,
        max_output_tokens: 4_096,
        mode: 'chat',
        litellm_provider: 'openai',
        input_cost_per_token: 0.000002,
        output_cost_per_token: 0.000008,
      },
    }),
    model: 'list/litellm',
    rates: { input: '2000000000', output: '8000000000' },
  },
  {
    format: 'OpenRouter list of models',
    content: JSON.stringify({
      data: [
        {
          id: 'list/openrouter',
          name: 'Listed',
          context_length: 128_000,
          top_provider: { max_completion_tokens: 4_096 },
          architecture: { input_modalities: ['text'], output_modalities: ['text'] },
          pricing: { prompt: '0.0000015', completion: '0.000006' },
        },
      ],
    }),
    model: 'list/openrouter',
    rates: { input: '1500000000', output: '6000000000' },
  },
] as const;

export function describePrices(stage: AdminStage): void {
  const versions = async (model: string) =>
    (await stage.operator.ask<Items<Version>>('GET', `/api/prices?model=${encodeURIComponent(model)}`)).items;
  const enterModel = async (name: string, input: string) => {
    await stage.operator.ask('POST', '/api/models', { name, contextWindow: 8_000, maxOutputTokens: 1_000 });
    const terms = { rates: { input, output: '3000000000' }, perCallNanos: '0', tiers: [] };
    await stage.operator.ask('POST', '/api/prices', { model: name, terms });
  };

  describe('prices', () => {
    it('that look like a slip are entered only after confirming them', async () => {
      const before = await versions('demo-large');
      await stage.at(
        '/admin/model?name=demo-large',
        async (page) => {
          await page.getByRole('button', { name: 'New price', exact: true }).first().click();
          await page.getByRole('textbox', { name: 'Input', exact: true }).first().fill('2000.000000001');
          await page.getByRole('button', { name: 'Enter the price' }).click();
          await page.getByText('Is that what you mean?').waitFor();
          expect(await versions('demo-large')).toEqual(before);
          await page.getByRole('checkbox', { name: /these prices are meant/ }).check();
          await page.getByRole('button', { name: 'Enter the price' }).click();
          await page.getByText('The new price of demo-large is in force.').waitFor();
        },
        [/400 \(Bad Request\).*\/api\/prices/],
      );
      const after = await versions('demo-large');
      expect(after).toHaveLength(before.length + 1);
      expect(after[0]?.terms.rates['input']).toBe('2000000000001');
    });

    it('are entered for later, and hold only from then on', async () => {
      await enterModel('priced/later', '1000000000');
      await stage.at('/admin/model?name=priced%2Flater', async (page, visitor) => {
        await page.getByRole('button', { name: 'New price', exact: true }).first().click();
        await page.getByRole('textbox', { name: 'Input', exact: true }).first().fill('2');
        // Of the browser's time zone, which is UTC here.
        await page.getByLabel('In force from').fill('2099-01-01T12:30');
        expect(await visitor.seriousViolations()).toEqual([]);
        await page.getByRole('button', { name: 'Enter the price' }).click();
        await page.getByText('The new price of priced/later is scheduled.').waitFor();
        const history = page.getByRole('table', { name: 'Price versions' });
        await history.getByText('Scheduled', { exact: true }).waitFor();
        await history.getByText('In force', { exact: true }).waitFor();
      });
      const later = (await versions('priced/later')).find(({ terms }) => terms.rates['input'] === '2000000000');
      expect(later?.effectiveFrom).toBe('2099-01-01T12:30:00.000Z');
      const { models } = await stage.operator.ask<{ models: readonly (Version & { name: string })[] }>(
        'GET',
        '/api/catalog',
      );
      expect(models.find(({ name }) => name === 'priced/later')?.terms.rates['input']).toBe('1000000000');
    });

    it('of several models are multiplied at once, each in a new version', async () => {
      await enterModel('bulk/one', '1000000000');
      await enterModel('bulk/two', '500000001');
      await stage.at('/admin/models?search=bulk%2F', async (page) => {
        await page.getByRole('checkbox', { name: 'Select all 2' }).check();
        await page.getByRole('textbox', { name: 'Factor, as 1.1' }).fill('1.5');
        await page.getByRole('button', { name: 'Multiply prices' }).click();
        const dialog = page.getByRole('dialog', { name: 'Multiply 2 prices by 1.5?' });
        await dialog.getByRole('button', { name: 'Multiply prices' }).click();
        await page.getByText('2 models are changed.').waitFor();
      });
      const [one, two] = [await versions('bulk/one'), await versions('bulk/two')];
      expect([one.length, two.length]).toEqual([2, 2]);
      expect(one[0]?.terms.rates).toEqual({ input: '1500000000', output: '4500000000' });
      // 750000001.5, rounded half up.
      expect(two[0]?.terms.rates).toEqual({ input: '750000002', output: '4500000000' });
    });

    it('models are tagged and disabled together, after asking', async () => {
      await stage.at('/admin/models?search=bulk%2F', async (page) => {
        await page.getByRole('checkbox', { name: 'Select all 2' }).check();
        await page.getByPlaceholder('Tags to add').fill('old');
        await page.keyboard.press('Enter');
        await page.getByRole('button', { name: 'Add tags' }).click();
        await page.getByText('2 models are changed.').waitFor();
        await page.getByRole('checkbox', { name: 'Select all 2' }).check();
        await page.getByRole('button', { name: 'Disable', exact: true }).click();
        await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
        await page.getByRole('button', { name: 'Disable', exact: true }).click();
        await page.getByRole('dialog').getByRole('button', { name: 'Disable', exact: true }).click();
        await page.getByRole('row').filter({ hasText: 'Disabled' }).nth(1).waitFor();
      });
      const { items } = await stage.operator.ask<Items<Record<string, unknown>>>('GET', '/api/models?limit=200');
      const bulk = items.filter(({ name }) => String(name).startsWith('bulk/'));
      expect(bulk).toEqual(Array.from({ length: 2 }, () => expect.objectContaining({ enabled: false, tags: ['old'] })));
    });
  });

  describe('an import', () => {
    it.each(LISTS)('of a $format shows the difference, makes it, and then finds none', async (list) => {
      await stage.at('/admin/models', async (page, visitor) => {
        await page.getByRole('button', { name: 'Import' }).first().click();
        const dialog = page.getByRole('dialog', { name: 'Import a price list' });
        const compare = async () => {
          await dialog.getByRole('combobox', { name: 'Format' }).click();
          await page.getByRole('option', { name: list.format }).click();
          await dialog.getByRole('textbox', { name: 'The list' }).fill(list.content);
          await dialog.getByRole('button', { name: 'Show what would change' }).click();
        };
        await compare();
        await dialog.getByText('1 created').waitFor();
        await dialog.getByRole('row').filter({ hasText: list.model }).getByText('New').waitFor();
        // The dialog is the same for all of them.
        expect(list === LISTS[0] ? await visitor.seriousViolations() : []).toEqual([]);
        expect(await versions(list.model).catch(() => [])).toEqual([]);
        await dialog.getByRole('button', { name: 'Apply 1 change' }).click();
        await page.getByText('Imported: 1 created').first().waitFor();
        await dialog.waitFor({ state: 'hidden' });
        await page.getByRole('button', { name: 'Import' }).first().click();
        await compare();
        await dialog.getByText('Nothing would change.').waitFor();
      });
      const [version] = await versions(list.model);
      expect(version?.terms.rates).toMatchObject(list.rates);
    });

    it('of something that is no such list says what is wrong with it', async () => {
      await stage.at(
        '/admin/models',
        async (page) => {
          await page.getByRole('button', { name: 'Import' }).first().click();
          const dialog = page.getByRole('dialog', { name: 'Import a price list' });
          await dialog.getByRole('combobox', { name: 'Format' }).click();
          await page.getByRole('option', { name: 'Code Router CSV' }).click();
          await dialog.getByRole('textbox', { name: 'The list' }).fill('name,prise\nlist/wrong,2\n');
          await dialog.getByRole('button', { name: 'Show what would change' }).click();
          const refusal = dialog.getByRole('alert').filter({ hasText: 'prise' });
          await refusal.waitFor();
          expect(await dialog.getByRole('button', { name: /^Apply/ }).count()).toBe(0);
        },
        [/400 \(Bad Request\).*\/api\/price-list\/import/],
      );
    });

    // Last, so that the pages before show few models, and those of the pictures many.
    it('of the starter catalogue says what it would change before it does', async () => {
      const count = async () => (await stage.operator.ask<Items<unknown>>('GET', '/api/models?limit=200')).items.length;
      const before = await count();
      await stage.at('/admin/models', async (page) => {
        await page.getByRole('button', { name: 'Import' }).first().click();
        await page.getByRole('button', { name: 'Show what would change' }).click();
        const apply = page.getByRole('button', { name: /^Apply \d+ changes/ });
        await apply.waitFor();
        expect(await count()).toBe(before);
        await apply.click();
        await page.getByText(/^Imported: /).waitFor();
      });
      expect(await count()).toBeGreaterThan(before);
    });
  });
}
