import { randomUUID } from 'node:crypto';
import { hashApiKey } from '@code-router/api-key';
import { QuotaMessages } from '@code-router/contracts';
import { CreateChannel } from '../../../gateway/src/channels/use-cases/create-channel.js';
import { administratorId } from './administrator.js';
import { createModel, unlessItExists, type ModelWithPrice } from './catalog-entry.js';
import type { Gateway } from './gateway.js';

/** The model of the curl line that is printed at each start. */
export const DEMO_MODEL = 'demo-chat';

/** 100 credits for the account and 10 for its key: finite, as real ones are. */
const BALANCE_NANOS = '100000000000';
const KEY_QUOTA_NANOS = '10000000000';

/** Prices to look at, of different shapes; in nanos per 1,000,000 tokens. */
const DEMO_MODELS: readonly ModelWithPrice[] = [
  {
    name: DEMO_MODEL,
    displayName: 'Demo Chat',
    vendor: 'demo',
    contextWindow: 128_000,
    maxOutputTokens: 4_096,
    terms: {
      rates: { input: '150000000', cachedInput: '75000000', output: '600000000' },
      perCallNanos: '0',
      tiers: [],
    },
  },
  {
    name: 'demo-large',
    displayName: 'Demo Large',
    vendor: 'demo',
    contextWindow: 1_000_000,
    maxOutputTokens: 32_768,
    terms: {
      rates: { input: '2500000000', cachedInput: '1250000000', output: '10000000000' },
      perCallNanos: '0',
      tiers: [
        {
          aboveInputTokens: 200_000,
          rates: { input: '5000000000', cachedInput: '2500000000', output: '15000000000' },
        },
      ],
    },
  },
  {
    name: 'demo-per-call',
    displayName: 'Demo per Call',
    vendor: 'demo',
    contextWindow: 32_000,
    maxOutputTokens: 2_048,
    terms: { rates: { input: '0', output: '0' }, perCallNanos: '2000000', tiers: [] },
  },
];

/** Makes what a newcomer tries first: models on the built-in provider, and a key that can pay for them. */
export async function createDemo({ app, client }: Gateway): Promise<string> {
  for (const model of DEMO_MODELS) await createModel(client, model);
  await unlessItExists(
    app
      .get(CreateChannel, { strict: false })
      .execute({ name: 'demo', provider: 'demo', models: DEMO_MODELS.map(({ name }) => ({ name })) }),
  );
  const ownerId = await administratorId(client);
  const account = await client.request(QuotaMessages.createAccount, {
    name: 'Demo',
    ...(ownerId === undefined ? {} : { ownerId }),
  });
  await client.request(QuotaMessages.grant, {
    accountId: account.id,
    amountNanos: BALANCE_NANOS,
    reference: randomUUID(),
    note: 'Credit to try Code Router with',
    author: 'first start',
  });
  const key = await client.request(QuotaMessages.createKey, {
    accountId: account.id,
    name: 'Demo',
    quotaNanos: KEY_QUOTA_NANOS,
  });
  return key.secret;
}

/** Whether the key is one of this database, and not of another that the data directory was used with before. */
export async function isKnownKey({ client }: Gateway, key: string): Promise<boolean> {
  const { principal } = await client.request(QuotaMessages.findPrincipal, { keyHash: hashApiKey(key) });
  return principal !== null;
}
