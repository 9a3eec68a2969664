import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dataSourceOptions, openDataSource } from '@code-router/postgres';
import { createTestDatabase } from '@code-router/testing';
import { PricingMessages } from '@code-router/contracts';
import { CreatePricing1764000000000 } from './persistence/migrations/create-pricing.js';
import { startPricing, TERMS, type RunningPricing } from './testing/running-pricing.js';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let pricing: RunningPricing;

/** A catalogue as the first version of the service kept it, and the service of today on it. */
beforeAll(async () => {
  database = await createTestDatabase();
  const first = { service: 'pricing', migrations: [CreatePricing1764000000000] };
  const dataSource = await openDataSource(dataSourceOptions(database.url, first), 'pricing');
  await dataSource.query(`
    INSERT INTO models (name, display_name, vendor, context_window, max_output_tokens) VALUES ('old', 'Old', 'V', 10, 5)`);
  await dataSource.query(
    `INSERT INTO price_versions (model_id, terms, effective_from, author, note) SELECT id, $1, now(), 'a', '' FROM models`,
    [JSON.stringify(TERMS)],
  );
  await dataSource.query(`INSERT INTO groups (name, multiplier_millionths, description) VALUES ('cheap', 100000, '')`);
  await dataSource.destroy();
  pricing = await startPricing(database);
});

afterAll(async () => {
  await pricing?.stop();
});

describe('a catalogue of the first version', () => {
  it('quotes its models as before, by their names, which nothing else can take', async () => {
    const quote = await pricing.client.request(PricingMessages.quote, { model: 'old', accountGroup: 'cheap' });
    expect(quote).toMatchObject({ model: 'old', terms: TERMS, multiplierMillionths: '100000' });
    await expect(pricing.addModel('new', { aliases: ['old'] })).rejects.toMatchObject({ code: 'conflict' });
  });

  it('has whole profiles, and prices that are no placeholders', async () => {
    const { models } = await pricing.client.request(PricingMessages.catalog, { accountGroup: 'default' });
    expect(models).toMatchObject([
      { name: 'old', description: '', tags: [], inputModalities: ['text'], aliases: [], isPlaceholder: false },
    ]);
  });

  it('opens its groups to nobody: a key that chose one is refused until an operator opens it', async () => {
    const request = { model: 'old', accountGroup: 'default', keyGroup: 'cheap' };
    await expect(pricing.client.request(PricingMessages.quote, request)).rejects.toMatchObject({ code: 'forbidden' });
    await pricing.addGroup('cheap', '100000', ['default']);
    expect(await pricing.client.request(PricingMessages.quote, request)).toMatchObject({
      multiplierSource: 'key-group',
    });
  });
});
