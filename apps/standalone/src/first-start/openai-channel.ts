import { DomainError } from '@code-router/contracts';
import { AddProviderKey } from '../../../gateway/src/channels/use-cases/add-provider-key.js';
import { CreateChannel } from '../../../gateway/src/channels/use-cases/create-channel.js';
import { isSameOrigin } from '../../../gateway/src/channels/domain/base-url.js';
import type { ChannelSummary } from '../../../gateway/src/channels/domain/channel.js';
import { ListChannels } from '../../../gateway/src/channels/use-cases/list-channels.js';
import { UpdateChannel } from '../../../gateway/src/channels/use-cases/update-channel.js';
import { createModel, type ModelWithPrice } from './catalog-entry.js';
import type { Gateway } from './gateway.js';

const CHANNEL_NAME = 'openai';

/** Placeholders; in nanos per 1,000,000 tokens. What OpenAI asks is on its price list. */
const MODELS: readonly ModelWithPrice[] = [
  openAiModel('gpt-4o', 128_000, 16_384, { input: '2500000000', cachedInput: '1250000000', output: '10000000000' }),
  openAiModel('gpt-4o-mini', 128_000, 16_384, { input: '150000000', cachedInput: '75000000', output: '600000000' }),
  openAiModel('gpt-4.1', 1_047_576, 32_768, { input: '2000000000', cachedInput: '500000000', output: '8000000000' }),
  openAiModel('gpt-4.1-mini', 1_047_576, 32_768, {
    input: '400000000',
    cachedInput: '100000000',
    output: '1600000000',
  }),
];

/** Makes `OPENAI_API_KEY` a channel, or gives the channel that it is already the key and the address of today. */
export async function keepOpenAiChannel({ app, client }: Gateway, apiKey: string, baseUrl: string): Promise<void> {
  for (const model of MODELS) await createModel(client, model);
  const existing = await findChannel(app.get(ListChannels, { strict: false }));
  if (existing) return keepKey(app, existing, apiKey, baseUrl);
  await app.get(CreateChannel, { strict: false }).execute({
    name: CHANNEL_NAME,
    provider: 'openai-compatible',
    baseUrl,
    apiKey,
    models: MODELS.map(({ name }) => ({ name })),
  });
}

/**
 * The key of today is the only one of a channel that has no more. One that an operator has given several is theirs to keep:
 * the key is one of them, if they have not moved the channel to another server.
 */
async function keepKey(app: Gateway['app'], channel: ChannelSummary, apiKey: string, baseUrl: string): Promise<void> {
  const { id, keys } = channel;
  if (keys.length < 2) {
    await app.get(UpdateChannel, { strict: false }).execute(id, { apiKey, baseUrl });
    return;
  }
  if (!isSameOrigin(channel.baseUrl, baseUrl)) return;
  try {
    await app.get(AddProviderKey, { strict: false }).execute(id, { apiKey, label: 'OPENAI_API_KEY' });
  } catch (error) {
    const isKnown = error instanceof DomainError && error.code === 'conflict';
    if (!isKnown) throw error;
  }
}

async function findChannel(channels: ListChannels): Promise<ChannelSummary | undefined> {
  let cursor: string | undefined;
  do {
    const page = await channels.execute(cursor ? { cursor } : {});
    const found = page.items.find(({ name }) => name === CHANNEL_NAME);
    if (found) return found;
    cursor = page.nextCursor;
  } while (cursor);
  return undefined;
}

function openAiModel(
  name: string,
  contextWindow: number,
  maxOutputTokens: number,
  rates: ModelWithPrice['terms']['rates'],
): ModelWithPrice {
  return { name, vendor: 'openai', contextWindow, maxOutputTokens, terms: { rates, perCallNanos: '0', tiers: [] } };
}
