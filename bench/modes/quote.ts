import { rm } from 'node:fs/promises';
import { PricingMessages, type Principal } from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import { EmbeddedPostgres } from '@code-router/postgres';
import { startService } from '@code-router/service';
import { temporaryDirectory } from '@code-router/testing';
import { Quoting } from '../../apps/gateway/src/relay/quote.js';
import { PricingModule } from '../../apps/pricing/src/pricing.module.js';
import { machineNotes } from '../report/machine.js';
import { writeResults } from '../report/results.js';
import { table } from '../report/table.js';

const GOAL_US = 5;
const MODELS = 1_000;
const GROUPS = 20;
const ROUNDS = 7;
const QUOTES_PER_ROUND = 500_000;
const TERMS = { rates: { input: '2500000000', output: '10000000000' }, perCallNanos: '0', tiers: [] };

/** What a quote costs the gateway: from its warm cache, as nearly every request gets it, and asked of pricing. */
export async function measureQuotes(): Promise<void> {
  await using resources = new AsyncDisposableStack();
  const machine = machineNotes();
  const directory = await temporaryDirectory('bench');
  resources.defer(() => rm(directory, { recursive: true, force: true }));
  process.env['LOG_LEVEL'] ??= 'warn';
  const postgres = await EmbeddedPostgres.start({ directory });
  resources.defer(() => postgres.stop());
  const pricing = await startService({
    name: 'pricing',
    modules: [PricingModule],
    infrastructure: { databaseUrl: postgres.url },
    host: '127.0.0.1',
    port: 0,
  });
  resources.defer(() => pricing.stop());
  const client = pricing.app.get(ServiceClient);
  const models = await enterModels(client);
  const principals = Array.from({ length: GROUPS }, (_, group) => principalOf(`group-${group}`));
  const quoting = new Quoting(client);

  const coldUs = await averageUs(MODELS, (index) => quoting.quoteFor(at(principals, 0), at(models, index), {}));
  for (const principal of principals) {
    for (const model of models) await quoting.quoteFor(principal, model, {});
  }
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    // Some other model of some other group each time, so that the processor's caches help no more than in production.
    rounds.push(
      await averageUs(QUOTES_PER_ROUND, (index) =>
        quoting.quoteFor(at(principals, index * 7), at(models, index * 7_919), {}),
      ),
    );
  }
  // The first rounds are compiled while they run.
  const warmUs = median(rounds.slice(2));
  const rows = [
    ['from the warm cache', warmUs.toFixed(2)],
    ['asked of pricing within the process', coldUs.toFixed(0)],
  ];
  say(`${machine.join('\n')}\n\n${MODELS} models, ${GROUPS} groups\n\n${table(['a quote', 'µs'], rows)}\n`);
  say(`${warmUs < GOAL_US ? 'reached' : 'MISSED'}: a quote from a warm cache in less than ${GOAL_US} µs`);
  say(`\n${writeResults('quote', { machine, warmUs, rounds, coldUs })}`);
}

async function enterModels(client: ServiceClient): Promise<readonly string[]> {
  const names = Array.from({ length: MODELS }, (_, index) => `vendor/model-${index}`);
  for (const name of names) {
    await client.request(PricingMessages.createModel, { name, contextWindow: 128_000, maxOutputTokens: 16_000 });
    await client.request(PricingMessages.createPriceVersion, {
      model: name,
      terms: TERMS,
      confirmed: true,
      author: 'bench',
    });
  }
  return names;
}

async function averageUs(count: number, quote: (index: number) => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  for (let index = 0; index < count; index += 1) await quote(index);
  return ((performance.now() - startedAt) * 1_000) / count;
}

function principalOf(accountGroup: string): Principal {
  return {
    keyId: 'key',
    keyName: 'key',
    keyStatus: 'active',
    accountId: 'account',
    accountStatus: 'active',
    accountGroup,
    showCost: true,
  };
}

function at<Item>(items: readonly Item[], place: number): Item {
  return items[place % items.length] as Item;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
