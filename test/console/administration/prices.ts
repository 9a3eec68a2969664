import { describe, expect, it } from '@jest/globals';
import type { ImportPriceListReply, Model, PriceVersion } from '@code-router/contracts';
import type { Refusal } from '../running-console.js';
import { priceOf, type AdministrationStage, unique } from './administration-stage.js';

export function describePrices(stage: AdministrationStage): void {
  describe('models and prices', () => {
    it('may have slashes in their names', async () => {
      const model = await stage.addModel('openai/gpt-4o:latest@eu');
      const terms = { rates: { input: '2500000000', output: '10000000000' }, perCallNanos: '0', tiers: [] };
      const price = await stage.console.ask<PriceVersion>('POST', '/api/prices', {
        model: model.name,
        terms,
        note: 'List price',
      });
      expect(price).toMatchObject({ model: model.name, terms, author: 'admin', note: 'List price' });
      expect(await stage.console.everyPage(priceOf(model.name), 200)).toEqual([price]);
      expect(await stage.console.everyPage('/api/models', 200)).toContainEqual(model);
    });

    it('are the same in credits as in nanos, to the last nano', async () => {
      const { name: model } = await stage.addModel();
      const { terms } = await stage.console.ask<PriceVersion>('POST', '/api/prices', {
        model,
        termsCredits: {
          rates: { input: '0.000000001', cachedInput: '0', output: '10' },
          perCallCredits: '0.002',
          tiers: [{ aboveInputTokens: 200_000, rates: { input: '5.25', output: '900000.999999999' } }],
        },
      });
      expect(terms).toEqual({
        rates: { input: '1', cachedInput: '0', output: '10000000000' },
        perCallNanos: '2000000',
        tiers: [{ aboveInputTokens: 200_000, rates: { input: '5250000000', output: '900000999999999' } }],
      });
    });
  });

  describe('a model', () => {
    it('has a whole profile, is read by its name and changed in what is given', async () => {
      const profile = {
        name: unique('vendor/whole'),
        displayName: 'Whole',
        vendor: 'Acme',
        description: 'Everything that can be said.',
        tags: ['fast'],
        inputModalities: ['text', 'image'],
        outputModalities: ['text'],
        endpoints: ['/v1/chat/completions'],
        aliases: [unique('alias')],
        contextWindow: 10,
        maxOutputTokens: 5,
        enabled: false,
        visibleTo: ['default'],
      };
      const created = await stage.console.ask<Model>('POST', '/api/models', profile);
      expect(created).toMatchObject(profile);
      const changes = { enabled: true, visibleTo: null, aliases: [], maxOutputTokens: 6 };
      const changed = await stage.console.ask<Model>('PATCH', '/api/models', { name: profile.name, ...changes });
      expect(changed).toEqual({ ...created, ...changes });
      expect(await stage.console.ask('GET', `/api/models/by-name?name=${encodeURIComponent(profile.name)}`)).toEqual(
        changed,
      );
    });

    it.each([
      ['PATCH', '/api/models', { name: 'nothing', enabled: true }, 404, 'not_found'],
      ['GET', '/api/models/by-name?name=nothing', undefined, 404, 'not_found'],
      ['DELETE', '/api/multipliers?kind=group-pair&accountGroup=default&keyGroup=default', undefined, 404, 'not_found'],
    ])('that does not exist is not found: %s %s', async (method, path, json, status, code) => {
      const answer = await stage.console.send<Refusal>(method, path, { json });
      expect([answer.status, answer.body.error.code]).toEqual([status, code]);
    });
  });

  describe('a price', () => {
    it('of pieces is the same in credits as in nanos', async () => {
      const { name: model } = await stage.addModel();
      const units = { webSearchCall: '0.01', image: '0.000000001', transcriptionSecond: '0' };
      const { terms } = await stage.console.ask<PriceVersion>('POST', '/api/prices', {
        model,
        isPlaceholder: true,
        termsCredits: { rates: {}, units },
      });
      expect(terms.units).toEqual({ webSearchCall: '10000000', image: '1', transcriptionSecond: '0' });
      const again = await stage.console.ask<PriceVersion>('POST', '/api/prices', {
        model,
        terms: { rates: {}, units: terms.units },
      });
      expect(again).toMatchObject({ terms, isPlaceholder: false });
    });

    it('that may be a slip is refused until it is confirmed', async () => {
      const { name: model } = await stage.addModel();
      await stage.console.ask('POST', '/api/prices', {
        model,
        termsCredits: { rates: { input: '2.5', output: '10' } },
      });
      const slip = { model, termsCredits: { rates: { input: '2500', output: '10' } } };
      const { status, body } = await stage.console.send<Refusal>('POST', '/api/prices', { json: slip });
      expect([status, body.error.param, body.error.fields]).toEqual([400, 'confirmed', 'terms.rates.input']);
      expect(body.error.message).toContain('from 2.5 to 2500 credits, 1000 times more');
      expect(await stage.console.ask('POST', '/api/prices', { ...slip, confirmed: true })).toMatchObject({
        terms: { rates: { input: '2500000000000', output: '10000000000' } },
      });
    });
  });

  describe('a price list', () => {
    const importList = (json: object) =>
      stage.console.ask<ImportPriceListReply>('POST', '/api/price-list/import', json);

    it.each(['code-router-json', 'code-router-csv'])(
      'in %s is exported, and imported again unchanged',
      async (format) => {
        await stage.console.ask('POST', '/api/price-list/starter', { dryRun: false });
        const { content } = await stage.console.ask<{ content: string }>('GET', `/api/price-list?format=${format}`);
        const again = await importList({ format, content, dryRun: false });
        expect(again).toMatchObject({ applied: false, counts: { created: 0, priced: 0, updated: 0, skipped: 0 } });
        expect(again.counts.unchanged).toBeGreaterThan(30);
      },
    );

    it('is changed by whoever is signed in, after a dry run', async () => {
      const name = unique('listed');
      const content = `name,contextWindow,maxOutputTokens,input\n${name},10,5,2.5\n`;
      const list = { format: 'code-router-csv', content };
      expect(await importList({ ...list, dryRun: true })).toMatchObject({ applied: false, counts: { created: 1 } });
      expect((await stage.console.send('GET', priceOf(name))).status).toBe(404);
      expect(await importList({ ...list, dryRun: false })).toMatchObject({ applied: true, counts: { created: 1 } });
      expect(await stage.console.everyPage(priceOf(name), 10)).toMatchObject([
        { author: 'admin', terms: { rates: { input: '2500000000' } } },
      ]);
    });

    it('may be longer than a message between services', async () => {
      const models = Array.from({ length: 4_000 }, (_, index) => [
        `long/${index}`,
        { max_tokens: 1, input_cost_per_token: 0, comment: 'x'.repeat(300) },
      ]);
      const content = JSON.stringify(Object.fromEntries(models));
      expect(content.length).toBeGreaterThan(1_048_576);
      const { counts, changes } = await importList({ format: 'litellm', content, dryRun: true });
      expect([counts.created, changes.length]).toEqual([4_000, 1_000]);
    });

    it('of the starter catalogue is entered once', async () => {
      await stage.console.ask('POST', '/api/price-list/starter', { dryRun: false });
      const again = await stage.console.ask<ImportPriceListReply>('POST', '/api/price-list/starter', { dryRun: false });
      expect(again).toMatchObject({ applied: false, counts: { created: 0, priced: 0 } });
    });
  });
}
